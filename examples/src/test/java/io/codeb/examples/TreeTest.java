package io.codeb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What has no place in the project's tree, whoever puts it there. */
class TreeTest {
    private static final int COLUMNS = 120;

    // Put together, lest this file be what it looks for.
    private static final Pattern PROMISE = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern REGISTRY = Pattern.compile(
            "\\b((quay|ghcr|gcr|mcr\\.microsoft)\\.(io|com)|repo1?\\.maven\\.(apache\\.)?org|registry-1\\.docker\\.io"
                    + "|(registry|nexus|artifactory|mirror|proxy)\\.[a-z0-9.-]+\\.[a-z]{2,})\\b");

    private static List<Path> files;

    @BeforeAll
    static void list() throws IOException {
        files = Documents.tree();
    }

    private record Line(Path file, int number, String text) {
        @Override
        public String toString() {
            return file + ":" + number + ": " + text.strip();
        }
    }

    @Test
    void theTreeIsThere() {
        assertThat(files)
                .contains(Path.of("README.md"), Path.of("pom.xml"), Path.of("dev/test"))
                .hasSizeGreaterThan(300);
    }

    @Test
    void whatTestsLeaveBehindIsNotKept() {
        assertThat(files)
                .noneMatch(file -> file.getFileName().toString().equals(".jqwik-database"))
                .noneMatch(file -> file.toString().matches(".*\\.(class|jar|log|orig|rej)"));
    }

    @Test
    void nothingIsPutOff() throws IOException {
        assertThat(lines(".java", ".md", ".sh", ".xml", ".sql")
                        .filter(line -> PROMISE.matcher(line.text()).find()))
                .isEmpty();
    }

    /** The official images of PostgreSQL, which a user has, are the one exception. */
    @Test
    void noRegistryIsNamed() throws IOException {
        assertThat(lines(".java", ".md", ".sh", ".xml", ".sql")
                        .filter(line -> REGISTRY.matcher(line.text()).find()))
                .isEmpty();
    }

    /** But for rows of tables, which cannot be broken, and texts that are data. */
    @Test
    void linesAreNoLongerThanTheColumnsThereAre() throws IOException {
        List<Line> tooLong = new ArrayList<>();
        boolean text = false;
        for (Line line : lines(".java", ".md").toList()) {
            boolean delimiter = line.text().split("\"\"\"", -1).length % 2 == 0;
            boolean free = text || delimiter || line.text().startsWith("|");
            if (!free && line.text().codePointCount(0, line.text().length()) > COLUMNS) {
                tooLong.add(line);
            }
            text ^= delimiter;
        }
        assertThat(tooLong).isEmpty();
    }

    private static Stream<Line> lines(String... endings) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Path file : files) {
            if (Stream.of(endings).anyMatch(ending -> file.toString().endsWith(ending))) {
                int number = 0;
                for (String text : Documents.read(file).lines().toList()) {
                    lines.add(new Line(file, ++number, text));
                }
            }
        }
        return lines.stream();
    }
}
