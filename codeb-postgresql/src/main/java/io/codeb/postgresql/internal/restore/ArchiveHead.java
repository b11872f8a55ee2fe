package io.codeb.postgresql.internal.restore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an archive of pg_dump says of itself in its first bytes.
 *
 * @param tar whether it is in a tar file
 * @param format the version of the form that it has, for example {@code 1.14}
 * @param server the server's version; null when it cannot be read
 * @param tool the version of pg_dump; null when it cannot be read
 */
record ArchiveHead(
        boolean tar,
        String format,
        @Nullable String server,
        @Nullable String tool) {
    private static final String MAGIC = "PGDMP";
    private static final int TAR_HEADER = 512;
    private static final String TAR_MEMBER = "toc.dat\0";
    /** What such an archive calls itself; a directory that somebody has put into a tar file is another one. */
    private static final int TAR = 3;
    /** From version 1.15 on, one byte says how the rows are compressed; before, a number did. */
    private static final int COMPRESSION_IS_A_BYTE = 15;

    private static final int NUMBERS_OF_A_DATE = 7;
    private static final int MAX_TEXT = 256;
    private static final Pattern VERSION = Pattern.compile("[0-9]+[ -~]*");

    /**
     * Reads the head.
     *
     * @param head a dump's first bytes, or all when it is shorter
     * @return null when this is no archive, neither a custom one nor one in a tar file
     */
    static @Nullable ArchiveHead of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        int start = text.startsWith(TAR_MEMBER) && text.startsWith(MAGIC, TAR_HEADER) ? TAR_HEADER : 0;
        int at = start + MAGIC.length();
        if (!text.startsWith(MAGIC, start) || head.length < at + 6 || (start > 0 && head[at + 5] != TAR)) {
            return null;
        }
        int minor = head[at + 1] & 0xff;
        String format = (head[at] & 0xff) + "." + minor;
        int number = 1 + (head[at + 3] & 0xff);
        int compression = minor >= COMPRESSION_IS_A_BYTE ? 1 : number;
        List<String> texts = texts(head, at + 6 + compression + NUMBERS_OF_A_DATE * number, number);
        boolean versions = texts.size() == 3
                && VERSION.matcher(texts.get(1)).matches()
                && VERSION.matcher(texts.get(2)).matches();
        return new ArchiveHead(start > 0, format, versions ? texts.get(1) : null, versions ? texts.get(2) : null);
    }

    /** The database's name, the server's version and the program's; fewer when the head does not have the form. */
    private static List<String> texts(byte[] head, int from, int numberLength) {
        List<String> texts = new ArrayList<>();
        int at = from;
        while (texts.size() < 3) {
            // A sign, and the digits to the base of 256 with the lowest one first.
            if (numberLength < 3 || at + numberLength > head.length) {
                return texts;
            }
            int length = (head[at + 1] & 0xff) | (head[at + 2] & 0xff) << 8;
            at += numberLength;
            if (length > MAX_TEXT || at + length > head.length) {
                return texts;
            }
            texts.add(new String(head, at, length, StandardCharsets.UTF_8));
            at += length;
        }
        return texts;
    }

    @Override
    public String toString() {
        return "an archive of format " + format + (tool == null ? "" : ", made by pg_dump " + tool)
                + (server == null ? "" : " of PostgreSQL " + server);
    }
}
