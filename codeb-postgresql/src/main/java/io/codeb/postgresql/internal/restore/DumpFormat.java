package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.nio.charset.StandardCharsets;

/** The forms of dumps that can be restored, told apart by their first bytes. */
enum DumpFormat {
    /** A script for psql. */
    SCRIPT,
    /** An archive of {@code pg_dump --format=custom} or {@code --format=tar}. */
    ARCHIVE;

    /** How many bytes must be seen to tell. */
    static final int HEAD_BYTES = 4 * 1024;

    private static final Misfit EMPTY =
            new Misfit("is empty", "what should have made it has failed: make it again with pg_dump --file=NAME");
    private static final Misfit UNKNOWN = new Misfit(
            "is neither a script nor an archive of pg_dump",
            "check what made it; what can be restored are scripts and archives of pg_dump, plain or in gzip or zstd");

    /**
     * Tells what a dump is.
     *
     * @param head its first bytes
     * @param name names it in messages
     * @return its form
     * @throws EngineException {@code DUMP_UNRECOGNIZED} when it is none of these
     */
    static DumpFormat of(byte[] head, String name) {
        Misfit.ofArchive(head).ifPresent(misfit -> {
            throw unrecognized(name, misfit);
        });
        if (ArchiveHead.of(head) != null) {
            return ARCHIVE;
        }
        Misfit.of(head).ifPresent(misfit -> {
            throw unrecognized(name, misfit);
        });
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.isBlank()) {
            throw unrecognized(name, EMPTY);
        }
        if (!isText(text)) {
            throw unrecognized(name, UNKNOWN);
        }
        return SCRIPT;
    }

    private static boolean isText(String text) {
        return text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x0b);
    }

    private static EngineException unrecognized(String name, Misfit misfit) {
        return new EngineException(ErrorCode.DUMP_UNRECOGNIZED, name + " " + misfit.problem(), misfit.hint());
    }
}
