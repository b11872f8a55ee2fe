package io.codeb.postgresql.internal.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checksums of a dump as a backup keeps them: a line of JSON that says how they were made, and one for each table.
 * What is read is hostile until it has passed here.
 *
 * @param encoding what the rows were added up in: {@code UTF8}, or {@code SQL_ASCII} for bytes as they are
 * @param tables each at most once
 */
public record ChecksumList(String encoding, List<TableChecksum> tables) {
    /** How large the list may be, in bytes. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int VERSION = 1;
    private static final Set<String> ENCODINGS = Set.of("UTF8", "SQL_ASCII");
    private static final Pattern SUM = Pattern.compile("[0-9a-f]{32}");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /** The first line. */
    private record Head(int version, String encoding) {}

    /** Copies the list. */
    public ChecksumList {
        tables = List.copyOf(tables);
    }

    /**
     * Writes the list.
     *
     * @return UTF-8, each line with its newline
     */
    public byte[] toBytes() {
        StringBuilder lines = new StringBuilder();
        try {
            lines.append(MAPPER.writeValueAsString(new Head(VERSION, encoding))).append('\n');
            for (TableChecksum table : tables) {
                lines.append(MAPPER.writeValueAsString(table)).append('\n');
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("checksums can always be written", e);
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a list, and judges it.
     *
     * @param bytes as {@link #toBytes()} makes them
     * @param where names them in messages
     * @return the list
     * @throws IntegrityException {@code CORRUPT} when it is none, {@code MANIFEST_NEWER} when it is of another kind
     */
    public static ChecksumList of(byte[] bytes, String where) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length < 2 || !lines[lines.length - 1].isEmpty()) {
            throw invalid(where, "it has no end", null);
        }
        try {
            requireVersion(MAPPER.readTree(lines[0]).path("version").asInt(), where);
            Head head = MAPPER.readValue(lines[0], Head.class);
            if (!ENCODINGS.contains(head.encoding())) {
                throw invalid(where, "it is in an unknown encoding", null);
            }
            List<TableChecksum> tables = new ArrayList<>();
            Set<TableName> names = new HashSet<>();
            for (int i = 1; i < lines.length - 1; i++) {
                TableChecksum table = MAPPER.readValue(lines[i], TableChecksum.class);
                if (table == null
                        || table.rows() < 0
                        || !SUM.matcher(table.sum()).matches()
                        || !names.add(table.table())) {
                    throw invalid(where, "line " + (i + 1) + " is no checksum, or one that it has already", null);
                }
                tables.add(table);
            }
            return new ChecksumList(head.encoding(), tables);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // Jackson's own message can quote what was read at length.
            throw invalid(where, "it is not of the form that it must have", e);
        }
    }

    private static void requireVersion(int version, String where) {
        if (version < VERSION) {
            throw invalid(where, "it does not say of which version it is", null);
        }
        if (version > VERSION) {
            throw new IntegrityException(
                    ErrorCode.MANIFEST_NEWER,
                    where + " has checksums of version " + version + ", and this version of CodeB knows " + VERSION,
                    "use a newer version of CodeB, or restore withoutChecksums()");
        }
    }

    private static IntegrityException invalid(String where, String problem, @Nullable Throwable cause) {
        return new IntegrityException(
                ErrorCode.CORRUPT,
                where + " is no list of checksums: " + problem,
                "restore withoutChecksums(), or another backup",
                cause);
    }
}
