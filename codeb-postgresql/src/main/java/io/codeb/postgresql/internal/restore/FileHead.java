package io.codeb.postgresql.internal.restore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file's first bytes, in the ways in which forms are told by them. */
final class FileHead {
    private static final int MAGIC_BYTES = 16;
    /** How much of a file must look like UTF-16 when no mark says so. */
    private static final int UTF_16_BYTES = 512;

    /** As characters for its bytes. */
    private static final String UTF_8_MARK = "\u00ef\u00bb\u00bf";

    private static final String ARCHIVE = "PGDMP";

    private static final Pattern COMMENTS = Pattern.compile("(?:" + UTF_8_MARK + ")?(?:\\s++|--[^\n]*+)*+");
    private static final Pattern MYSQL_HEADER = Pattern.compile(
            "^-- (?:MySQL dump |MariaDB dump |phpMyAdmin SQL Dump|Adminer \\S+ MySQL )", Pattern.MULTILINE);
    /** A comment that only these servers read. */
    private static final Pattern MYSQL_STATEMENT = Pattern.compile("/\\*m?![0-9]{5,6}");

    private static final int TAR_BLOCK = 512;
    private static final int TAR_NAME_BYTES = 100;
    private static final int TAR_SIZE_AT = 124;
    private static final int TAR_MAGIC_AT = 257;
    private static final Pattern TAR_SIZE = Pattern.compile(" *([0-7]{1,11})[ \0]");

    private final byte[] bytes;
    /** A character for each byte. */
    private final String text;

    private final String magic;
    private final String comments;
    private final String statement;

    FileHead(byte[] bytes) {
        this.bytes = bytes.clone();
        this.text = new String(bytes, StandardCharsets.ISO_8859_1);
        this.magic = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MAGIC_BYTES));
        Matcher leading = COMMENTS.matcher(text);
        int start = leading.lookingAt() ? leading.end() : 0;
        this.comments = text.substring(0, start);
        this.statement = text.substring(start).toLowerCase(Locale.ROOT);
    }

    /** Whether this is an archive of pg_dump, by itself or in the tar file that pg_dump makes. */
    boolean isArchive() {
        return text.startsWith(ARCHIVE) || (text.startsWith("toc.dat\0") && text.startsWith(ARCHIVE, TAR_BLOCK));
    }

    boolean isArchiveBehindMark() {
        return text.startsWith(UTF_8_MARK + ARCHIVE);
    }

    boolean starts(Pattern pattern) {
        return pattern.matcher(text).lookingAt();
    }

    /** Whether what follows a byte order mark, white space and line comments starts so; it is in lower case. */
    boolean startsStatement(Pattern pattern) {
        return pattern.matcher(statement).lookingAt();
    }

    boolean startsMagic(Pattern pattern) {
        return pattern.matcher(magic).lookingAt();
    }

    boolean isUtf32() {
        return magic.startsWith("fffe0000") || magic.startsWith("0000feff");
    }

    /** By its mark; or each second byte is zero in most places, and none of the others. */
    boolean isUtf16() {
        if (magic.startsWith("fffe") || magic.startsWith("feff")) {
            return !isUtf32();
        }
        int pairs = Math.min(bytes.length, UTF_16_BYTES) / 2;
        int[] zeros = new int[2];
        for (int i = 0; i < 2 * pairs; i++) {
            zeros[i % 2] += bytes[i] == 0 ? 1 : 0;
        }
        return pairs > 1 && Math.min(zeros[0], zeros[1]) == 0 && 4 * Math.max(zeros[0], zeros[1]) >= 3 * pairs;
    }

    boolean isOfMysql() {
        return MYSQL_HEADER.matcher(comments).find()
                || MYSQL_STATEMENT.matcher(statement).lookingAt();
    }

    /** Whether there are LF, and a CR in front of each. */
    boolean hasOnlyCrLf() {
        int at = text.indexOf('\n');
        boolean any = at >= 0;
        while (at > 0 && text.charAt(at - 1) == '\r') {
            at = text.indexOf('\n', at + 1);
        }
        return any && at < 0;
    }

    /** The names in a tar file, as far as the head shows them; none when it is no tar file. */
    List<String> tarMembers() {
        List<String> members = new ArrayList<>();
        long at = 0;
        while (at + TAR_BLOCK <= text.length() && text.startsWith("ustar", (int) at + TAR_MAGIC_AT)) {
            String header = text.substring((int) at, (int) at + TAR_BLOCK);
            String name = header.substring(0, TAR_NAME_BYTES);
            members.add(name.substring(0, (name + "\0").indexOf('\0')));
            Matcher size = TAR_SIZE.matcher(header).region(TAR_SIZE_AT, TAR_MAGIC_AT);
            if (!size.lookingAt()) {
                return members;
            }
            long blocks = (Long.parseLong(size.group(1), 8) + TAR_BLOCK - 1) / TAR_BLOCK;
            at += TAR_BLOCK + blocks * TAR_BLOCK;
        }
        return members;
    }
}
