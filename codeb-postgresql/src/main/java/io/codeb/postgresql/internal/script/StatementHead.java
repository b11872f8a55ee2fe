package io.codeb.postgresql.internal.script;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.regex.Pattern;

/**
 * How a statement begins, as one line for messages. Strings are left out of it from the first word on that speaks of a
 * secret, and so is a string that speaks of one itself: {@code PASSWORD '…'}.
 */
final class StatementHead {
    /** How many characters are told. */
    static final int LIMIT = 100;

    private static final Pattern SECRET =
            Pattern.compile("passw|secret|credential|connection|://", Pattern.CASE_INSENSITIVE);
    private static final String MASK = "'…'";

    private final byte[] bytes;
    private final Charset charset;
    private final StringBuilder line = new StringBuilder();

    private StatementHead(byte[] bytes, Charset charset) {
        this.bytes = bytes;
        this.charset = charset;
    }

    /**
     * Tells how a statement begins.
     *
     * @param beginning its first bytes, or all of it; the array is read and not kept
     * @param whole whether it is all of it, with its semicolon; else a token at its end is taken for cut, and left out
     * @param standardStrings how its strings are to be read
     * @param charset of its names and strings
     */
    static String of(byte[] beginning, boolean whole, boolean standardStrings, Charset charset) {
        ScriptTokens tokens = new ScriptTokens(ByteBuffer.wrap(beginning), standardStrings, charset);
        return new StatementHead(beginning, charset).tell(tokens, whole);
    }

    private String tell(ScriptTokens tokens, boolean whole) {
        boolean secret = false;
        int done = 0;
        for (int i = 0; i < tokens.size(); i++) {
            ScriptTokens.Token token = tokens.at(i);
            if (token == null) {
                break;
            }
            between(done, token.from());
            boolean literal = token.kind() == ScriptTokens.Kind.LITERAL;
            // What is kept of a literal can be less than what stands there.
            String text = literal ? text(token.from(), token.to()) : token.text();
            secret |= SECRET.matcher(text).find();
            line.append(literal && secret ? MASK : text(token.from(), token.to()));
            done = token.to();
        }
        if (whole) {
            between(done, bytes.length - 1);
        }
        String told = line.toString().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        if (told.length() <= LIMIT) {
            return whole ? told : told + " …";
        }
        // No half of a pair of surrogates.
        return told.substring(0, Character.isHighSurrogate(told.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT) + " …";
    }

    /** What stands between two tokens: blanks, comments, which are left out, and the end of a number. */
    private void between(int from, int to) {
        int end = from;
        while (end < to && !startsComment(end)) {
            end++;
        }
        line.append(text(from, end));
        if (end < to) {
            line.append(' ');
        }
    }

    private boolean startsComment(int index) {
        return index + 1 < bytes.length
                && ((bytes[index] == '-' && bytes[index + 1] == '-')
                        || (bytes[index] == '/' && bytes[index + 1] == '*'));
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, charset);
    }
}
