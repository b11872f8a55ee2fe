package io.codeb.internal.postgresql;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The forms of dumps that can be restored, told apart by their first bytes. */
enum DumpFormat {
    /** A script for psql. */
    SCRIPT,
    /** An archive of {@code pg_dump --format=custom}. */
    ARCHIVE;

    /** How many bytes must be seen to tell. */
    static final int HEAD_BYTES = 4 * 1024;

    /** pg_dump's own magic, in its file pg_backup_archiver. */
    private static final byte[] ARCHIVE_MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);

    private static final int TAR_MAGIC_AT = 257;

    /**
     * Tells what a dump is.
     *
     * @param head its first bytes
     * @param name names it in messages
     * @return its form
     * @throws EngineException {@code DUMP_UNRECOGNIZED} when it is none of these
     */
    static DumpFormat of(byte[] head, String name) {
        if (head.length >= ARCHIVE_MAGIC.length
                && Arrays.equals(head, 0, ARCHIVE_MAGIC.length, ARCHIVE_MAGIC, 0, ARCHIVE_MAGIC.length)) {
            return ARCHIVE;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        if (start.isEmpty()) {
            throw unrecognized(name, "is empty");
        }
        if (start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml")) {
            throw unrecognized(name, "is a web page, probably an error page that was saved as the dump");
        }
        if (text.startsWith("ustar", TAR_MAGIC_AT)) {
            throw unrecognized(name, "is a tar archive; only plain scripts and custom archives can be restored");
        }
        if (text.indexOf('\0') >= 0 || !isText(text)) {
            throw unrecognized(name, "is neither a script nor an archive of pg_dump");
        }
        return SCRIPT;
    }

    private static boolean isText(String text) {
        return text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x0b);
    }

    private static EngineException unrecognized(String name, String problem) {
        return new EngineException(ErrorCode.DUMP_UNRECOGNIZED, name + " " + problem, "check where it came from");
    }
}
