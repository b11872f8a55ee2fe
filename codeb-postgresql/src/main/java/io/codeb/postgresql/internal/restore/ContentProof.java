package io.codeb.postgresql.internal.restore;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.EntryKind;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.RowSums;
import io.codeb.postgresql.internal.catalog.TableChecksum;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ShortList;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what the tables of a restored database hold with what they held when they were dumped, where that is known.
 */
final class ContentProof {
    private static final ContentProof OF_NOTHING = new ContentProof(new ChecksumList("UTF8", List.of()));

    private final ChecksumList expected;

    private ContentProof(ChecksumList expected) {
        this.expected = expected;
    }

    /**
     * Reads what the dump says.
     *
     * @param spec whether it is wanted
     * @param input where it is
     */
    static ContentProof of(RestoreSpec spec, RestoreInput input) {
        Optional<EntryFacts> entry = input.entries().stream()
                .filter(each -> each.kind() == EntryKind.CHECKSUMS)
                .findFirst();
        return spec.checksums() && entry.isPresent()
                ? new ContentProof(
                        ChecksumList.of(bytes(input, entry.get()), entry.get().name()))
                : OF_NOTHING;
    }

    private static byte[] bytes(RestoreInput input, EntryFacts entry) {
        if (entry.size() < 0 || entry.size() > ChecksumList.MAX_BYTES) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    entry.name() + " has " + entry.size() + " bytes, and " + ChecksumList.MAX_BYTES + " at the most"
                            + " are read",
                    "restore withoutChecksums(), or another backup");
        }
        // One byte more: only at its end the source says that its digests hold.
        ByteBuffer content = ByteBuffer.allocate((int) entry.size() + 1);
        try (ByteSource source = input.open(entry)) {
            while (source.read(content) != ByteSource.END) {
                if (!content.hasRemaining()) {
                    throw new IntegrityException(
                            ErrorCode.CORRUPT, entry.name() + " is longer than " + entry.size() + " bytes", "");
                }
            }
        }
        byte[] bytes = new byte[content.position()];
        content.flip().get(bytes);
        return bytes;
    }

    /** How many tables are compared. */
    int tables() {
        return expected.tables().size();
    }

    /**
     * Compares.
     *
     * @param psql in a transaction, in a session of our own or one that is sober again
     * @throws IntegrityException {@code RESTORE_DIFFERS}
     */
    void compare(PsqlLoad psql) {
        if (expected.tables().isEmpty()) {
            return;
        }
        Map<TableName, TableChecksum> found =
                RowSums.like(psql, expected.encoding(), UserTables.of(psql), expected.tables());
        List<String> differences = new ArrayList<>();
        for (TableChecksum table : expected.tables()) {
            TableChecksum there = found.get(table.table());
            if (there == null) {
                differences.add(table.table() + " is missing, or a column of it");
            } else if (!there.equals(table)) {
                differences.add(table.table() + " has " + there.rows() + " rows that add up to " + there.sum()
                        + " instead of " + table.rows() + " that add up to " + table.sum());
            }
        }
        if (!differences.isEmpty()) {
            throw new IntegrityException(
                    ErrorCode.RESTORE_DIFFERS,
                    "the restored database holds other values than the one that was backed up: "
                            + ShortList.of(differences),
                    "nothing was kept of this restore; look for triggers that change rows as they come. Where this"
                            + " server only writes a type in another way, say withoutChecksums()");
        }
    }
}
