package io.codeb.postgresql.internal.script;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which statement stands in which line of a script: of the last ones that went by, as many as psql can be behind. It
 * tells of an error no more than the line.
 */
public final class ScriptHeads {
    /** How many bytes of a statement are kept: enough for its head in most encodings. */
    static final int HEAD_BYTES = 2 * StatementHead.LIMIT;

    /** Beginnings of statements that are kept, in bytes: more than pipes and sockets on the way to psql hold. */
    static final int KEPT_BYTES = 2 * 1024 * 1024;

    /** Statements that are kept. */
    static final int KEPT = 32 * 1024;

    private static final long ROWS_GO_ON = Long.MAX_VALUE;

    private final byte[] texts = new byte[KEPT_BYTES];
    private final long[] textEnds = new long[KEPT];
    private final short[] lengths = new short[KEPT];
    private final boolean[] whole = new boolean[KEPT];
    private final boolean[] standardStrings = new boolean[KEPT];
    private final Charset[] charsets = new Charset[KEPT];
    private final long[] firstLines = new long[KEPT];
    private final long[] semicolonLines = new long[KEPT];
    private final long[] lastLines = new long[KEPT];
    private long count;
    private long textEnd;

    public ScriptHeads() {
        Arrays.fill(charsets, StandardCharsets.UTF_8);
    }

    /**
     * Takes the beginning of a statement.
     *
     * @param text all of it, or its first bytes; those that are kept are copied
     * @param isWhole whether it is all of it
     * @param standard how its strings are to be read
     * @param charset of its names and strings
     * @param line in which it begins
     */
    void begin(ByteBuffer text, boolean isWhole, boolean standard, Charset charset, long line) {
        int length = Math.min(text.remaining(), HEAD_BYTES);
        int at = (int) (textEnd % KEPT_BYTES);
        int first = Math.min(length, KEPT_BYTES - at);
        text.get(text.position(), texts, at, first);
        text.get(text.position() + first, texts, 0, length - first);
        textEnd += length;
        int slot = (int) (count++ % KEPT);
        textEnds[slot] = textEnd;
        lengths[slot] = (short) length;
        whole[slot] = isWhole && length == text.remaining();
        standardStrings[slot] = standard;
        charsets[slot] = charset;
        firstLines[slot] = line;
        semicolonLines[slot] = ROWS_GO_ON;
        lastLines[slot] = ROWS_GO_ON;
    }

    /**
     * Takes the end of the statement.
     *
     * @param line where its semicolon is
     * @param rows whether rows of it follow
     */
    void end(long line, boolean rows) {
        int slot = (int) ((count - 1) % KEPT);
        semicolonLines[slot] = line;
        lastLines[slot] = rows ? ROWS_GO_ON : line;
    }

    /** Takes the line that ends the statement's rows. */
    void endRows(long line) {
        lastLines[(int) ((count - 1) % KEPT)] = line;
    }

    /**
     * How the statement begins that a line belongs to. psql names the line of its semicolon, and that of the last row
     * where the server refused rows: of several in a line, those that end in it are told.
     *
     * @param line of the script
     * @return one line of text; empty when there is none or it went by too long ago
     */
    public String of(long line) {
        Set<String> ending = new LinkedHashSet<>();
        Set<String> covering = new LinkedHashSet<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            int slot = (int) (i % KEPT);
            boolean kept = textEnd - (textEnds[slot] - lengths[slot]) <= KEPT_BYTES;
            if (kept && firstLines[slot] <= line && line <= lastLines[slot]) {
                (semicolonLines[slot] == line ? ending : covering).add(head(slot));
            }
        }
        String told = String.join("; ", ending.isEmpty() ? covering : ending);
        return told.length() <= 2 * StatementHead.LIMIT ? told : told.substring(0, 2 * StatementHead.LIMIT) + " …";
    }

    private String head(int slot) {
        byte[] text = new byte[lengths[slot]];
        for (int i = 0; i < text.length; i++) {
            text[i] = texts[(int) ((textEnds[slot] - text.length + i) % KEPT_BYTES)];
        }
        return StatementHead.of(text, whole[slot], standardStrings[slot], charsets[slot]);
    }
}
