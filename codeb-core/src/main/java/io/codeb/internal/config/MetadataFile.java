package io.codeb.internal.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.config.ProjectMetadata;
import io.codeb.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

/** The file with a project's metadata. */
public final class MetadataFile {
    private static final int LARGEST = 64 * 1024;
    private static final String HINT = "let CodeB write it anew, with the next backup";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private MetadataFile() {}

    /**
     * Writes it beside its place, and then there.
     *
     * @param metadata what
     * @param file where
     */
    public static void write(ProjectMetadata metadata, Path file) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("type", metadata.type())
                .put("version", metadata.version())
                .put("lastBackup", metadata.lastBackup().toString())
                .put("backupSize", metadata.backupSize())
                .put("tables", metadata.tables())
                .put("records", metadata.records());
        try {
            // With the rights of any new file: it is there for others to read.
            Path beside = file.toAbsolutePath().resolveSibling(".codeb-metadata-" + UUID.randomUUID() + ".json");
            try {
                Files.writeString(beside, json.toPrettyString() + "\n", StandardOpenOption.CREATE_NEW);
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new ConfigException(
                    "the metadata file " + file + " cannot be written: "
                            + e.getClass().getSimpleName(),
                    "check that its directory exists and that this process may write to it");
        }
    }

    /**
     * Reads it.
     *
     * @param file where
     * @return what is in it
     */
    public static ProjectMetadata read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            throw refused(file, "cannot be read: " + e.getClass().getSimpleName());
        }
        if (bytes.length > LARGEST) {
            throw refused(file, "is larger than 64 KiB");
        }
        try {
            JsonNode json = MAPPER.readTree(bytes);
            return new ProjectMetadata(
                    text(file, json, "type"),
                    text(file, json, "version"),
                    Instant.parse(text(file, json, "lastBackup")),
                    number(file, json, "backupSize", Long.MAX_VALUE),
                    (int) number(file, json, "tables", Integer.MAX_VALUE),
                    number(file, json, "records", Long.MAX_VALUE));
        } catch (JsonProcessingException e) {
            throw refused(file, "is no JSON");
        } catch (IOException e) {
            throw new IllegalStateException("bytes can always be read", e);
        } catch (DateTimeException e) {
            throw refused(file, "has a lastBackup that is no time");
        }
    }

    private static String text(Path file, JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw refused(file, "has no text '" + name + "'");
        }
        return json.path(name).asText();
    }

    private static long number(Path file, JsonNode json, String name, long most) {
        JsonNode number = json.path(name);
        if (!number.canConvertToLong() || !number.isIntegralNumber() || number.asLong() < 0 || number.asLong() > most) {
            throw refused(file, "has no whole number '" + name + "'");
        }
        return number.asLong();
    }

    private static ConfigException refused(Path file, String why) {
        return new ConfigException("the metadata file " + file + " " + why, HINT);
    }
}
