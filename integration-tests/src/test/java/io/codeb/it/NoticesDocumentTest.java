package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/notices.md and docs/checks.md say what each notice and finding means that the code can give. */
class NoticesDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern IN_CODE = Pattern.compile("(?:new Notice|\\.notice)\\(\\s*+\"([a-z][a-z-]*)\",");
    private static final Pattern IN_DOCUMENT =
            Pattern.compile("^- \\*\\*`([^`]*)`\\*\\*: [^*]{20,}\\*What\\s+to\\s+do:\\*\\s", Pattern.MULTILINE);

    private static final Pattern FINDING_IN_CODE = Pattern.compile("new Finding\\(\\s*+\"([a-z][a-z-]*)\",");
    private static final Pattern FINDING_IN_DOCUMENT = Pattern.compile(
            "^\\| `([a-z-]+)` \\| `(?:ERROR|WARNING|INFO)`[^|]*\\|[^|]*\\|[^|]{20,}\\|$", Pattern.MULTILINE);

    private static List<String> sources() throws IOException {
        try (Stream<Path> files =
                Files.find(ROOT, 20, (path, attributes) -> path.toString().matches(".*/src/main/java/.*\\.java"))) {
            return files.map(NoticesDocumentTest::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static Set<String> foundInCode(Pattern pattern) throws IOException {
        return sources().stream()
                .flatMap(source -> found(pattern, source).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachFindingOfTheCodeIsInTheDocumentAndNoOther() throws IOException {
        Set<String> given = foundInCode(FINDING_IN_CODE);
        List<String> told = found(FINDING_IN_DOCUMENT, read(ROOT.resolve("docs/checks.md")));

        assertThat(given).hasSizeGreaterThan(4);
        assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(given);
    }

    @Test
    void eachNoticeOfTheCodeIsInTheDocumentAndNoOther() throws IOException {
        Set<String> given = foundInCode(IN_CODE);
        List<String> told = found(IN_DOCUMENT, read(ROOT.resolve("docs/notices.md")));

        assertThat(given).hasSizeGreaterThan(10);
        assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(given);
    }
}
