package io.codeb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectMetadataTest {
    private static final ProjectMetadata METADATA = new ProjectMetadata(
            "postgresql", "15.18 (Debian)", Instant.parse("2026-01-02T03:04:05Z"), 15_900_000, 42, 1_234_567);

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = directory.resolve("metadata.json");
        Files.writeString(file, "something older");

        METADATA.write(file);

        assertThat(ProjectMetadata.read(file)).isEqualTo(METADATA);
        assertThat(Files.readString(file))
                .contains("\"lastBackup\" : \"2026-01-02T03:04:05Z\"", "\"records\" : 1234567");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void othersMayReadItAsAnyNewFile() throws IOException {
        Path file = directory.resolve("metadata.json");
        METADATA.write(file);
        Path other = Files.writeString(directory.resolve("other"), "");

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(other));
    }

    @Test
    void whereNothingCanBeWrittenIsTold() {
        assertThatThrownBy(() -> METADATA.write(directory.resolve("missing/metadata.json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be written");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                             | has no text 'type'
            []                                                             | has no text 'type'
            {"type": "p"                                                   | is no JSON
            {"type": "p", "version": "1", "lastBackup": "yesterday"}       | is no time
            {"type": "p", "version": "1", "lastBackup": "2026-01-02T03:04:05Z", "backupSize": -1}  | 'backupSize'
            {"type": "p", "version": "1", "lastBackup": "2026-01-02T03:04:05Z", "backupSize": 1.5} | 'backupSize'
            {"type": "", "version": "", "lastBackup": "2026-01-02T03:04:05Z", "backupSize": 1, "tables": -1} | 'tables'
            """)
    void whatIsNoMetadataIsTold(String text, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("metadata.json"), text);

        assertThatThrownBy(() -> ProjectMetadata.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsTooLargeOrMissingIsTold() throws IOException {
        Path file = Files.write(directory.resolve("large.json"), new byte[100_000]);

        assertThatThrownBy(() -> ProjectMetadata.read(file)).hasMessageContaining("larger than 64 KiB");
        assertThatThrownBy(() -> ProjectMetadata.read(directory.resolve("none")))
                .hasMessageContaining("NoSuchFileException");
    }
}
