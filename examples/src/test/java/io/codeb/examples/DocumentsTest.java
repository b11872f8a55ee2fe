package io.codeb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentsTest {
    private static final Path README = Path.of("README.md");
    private static final Path QUICKSTART =
            Path.of("examples/src/main/java/io/codeb/examples/quickstart/Quickstart.java");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```([a-z]*)\\n(.*?)^```$");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Pattern BACKUP_ID = Pattern.compile("\\b[0-9]{8}T[0-9]{6}Z-[A-Za-z0-9]+");
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w./-])dev/[a-z]+(?![\\w./-])");
    private static final Pattern PATH = Pattern.compile(
            "(?<![\\w./-])(?:dev|docs|examples|integration-tests|\\.ci|\\.mvn|codeb-(?:core|podman|storage-local|tck))/"
                    + "[\\w./-]*\\w");

    static Stream<Path> documents() throws IOException {
        return Documents.all().stream();
    }

    @Test
    void thereAreDocuments() throws IOException {
        assertThat(Documents.all())
                .contains(
                        README,
                        Path.of("CONTRIBUTING.md"),
                        Path.of("CHANGELOG.md"),
                        Path.of("docs/format.md"),
                        Path.of("docs/recovery.md"),
                        Path.of("docs/architecture.md"));
    }

    @Test
    void theReadmesProgramIsTheQuickstart() throws IOException {
        String source = Documents.read(QUICKSTART);
        String program = source.substring(
                source.indexOf("// README begins\n") + "// README begins\n".length(),
                source.lastIndexOf('\n', source.indexOf("// README ends")));

        assertThat(blocks(README, "java")).containsExactly(program.stripIndent().strip());
    }

    @Test
    void theReadmesDependenciesAreModules() throws IOException {
        List<String> artifacts = blocks(README, "xml").stream()
                .flatMap(block -> matches(ARTIFACT, block))
                .map(match -> match.group(1))
                .toList();

        assertThat(artifacts).isNotEmpty().allSatisfy(artifact -> assertThat(
                        Documents.ROOT.resolve(artifact).resolve("pom.xml"))
                .exists());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) throws IOException {
        List<String> broken = matches(LINK, withoutFences(Documents.read(document)))
                .map(match -> match.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .filter(link -> !leadsSomewhere(document, link))
                .toList();

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyPathThatIsNamedExists(Path document) throws IOException {
        List<String> missing = matches(PATH, Documents.read(document))
                .map(MatchResult::group)
                .filter(path -> !Files.exists(Documents.ROOT.resolve(path)))
                .toList();

        assertThat(missing).isEmpty();
    }

    @Test
    void everyCommandThatIsNamedCanBeRun() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path document : Documents.all()) {
            matches(COMMAND, Documents.read(document)).map(MatchResult::group).forEach(commands::add);
        }

        assertThat(commands).contains("dev/demo", "dev/test").allSatisfy(command -> assertThat(
                        Documents.ROOT.resolve(command))
                .isExecutable());
    }

    /** In Javadoc too: who tries one of them shall not be told that it is none. */
    @Test
    void everyBackupIdThatIsShownIsOne() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Path file : Documents.tree()) {
            if (file.toString().matches(".*\\.md|.*/src/main/.*\\.java")) {
                matches(BACKUP_ID, Documents.read(file)).map(MatchResult::group).forEach(ids::add);
            }
        }

        assertThat(ids).hasSizeGreaterThan(3).allMatch(BackupId::isValid);
    }

    private static boolean leadsSomewhere(Path document, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? document : document.resolveSibling(path);
        return Files.exists(Documents.ROOT.resolve(target))
                && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** As GitHub makes them: lower case, no punctuation, hyphens for blanks. */
    private static List<String> anchors(Path document) {
        try {
            return matches(HEADING, withoutFences(Documents.read(document)))
                    .map(match -> match.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> blocks(Path document, String language) throws IOException {
        return matches(FENCE, Documents.read(document))
                .filter(match -> match.group(1).equals(language))
                .map(match -> match.group(2).strip())
                .toList();
    }

    private static String withoutFences(String text) {
        return FENCE.matcher(text).replaceAll("");
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
