package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages of the distribution, in the hands of groff, with which {@code man} shows them. */
class ManualIT {
    private static final int COLUMNS = 78;

    @TempDir
    Path directory;

    private record Page(String text, String warnings) {}

    private Page page(Path file) throws IOException, InterruptedException {
        Path warnings = directory.resolve("warnings");
        // -P-cbou: letters are neither coloured nor struck twice.
        Process groff = new ProcessBuilder(
                        "groff", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=" + COLUMNS + "n", file.toString())
                .redirectError(warnings.toFile())
                .start();
        String text = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(groff.waitFor()).isZero();
        return new Page(text, Files.readString(warnings));
    }

    @Test
    void eachPageIsShownAsItIsMeant() throws Exception {
        Map<String, Page> pages = new TreeMap<>();
        try (Stream<Path> files =
                Files.list(Distribution.unpack(directory).manual().resolve("man1"))) {
            for (Path file : files.toList()) {
                pages.put(file.getFileName().toString(), page(file));
            }
        }

        assertThat(pages).containsKeys("codeb.1", "codeb-db-backup.1", "codeb-config-check.1");
        assertThat(pages).allSatisfy((name, page) -> {
            assertThat(page.warnings()).isEmpty();
            assertThat(page.text())
                    .contains("NAME\n", "SYNOPSIS\n", "DESCRIPTION\n", "OPTIONS\n", "SEE ALSO\n")
                    .doesNotContain("\\", "${", "`");
            assertThat(page.text().lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
        });
        assertThat(pages.get("codeb-db-query.1").text())
                .contains("codeb db query [OPTION…] PROJECT SQL [VALUE…]", "parameters are $1, $2 …", "--limit ROWS");
        assertThat(pages.get("codeb.1").text())
                .contains("EXIT STATUS\n", "ENVIRONMENT\n", "BACKUP_NOT_FOUND", "~/.config/codeb/codeb.json");
    }
}
