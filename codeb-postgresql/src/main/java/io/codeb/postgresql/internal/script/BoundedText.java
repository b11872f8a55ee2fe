package io.codeb.postgresql.internal.script;

import java.nio.charset.Charset;
import java.util.Arrays;

/** The bytes of one token, of which only so many are kept. */
public final class BoundedText {
    private final int limit;
    private byte[] bytes;
    private int length;
    private boolean cut;

    BoundedText(int limit) {
        this.limit = limit;
        this.bytes = new byte[Math.min(limit, 128)];
    }

    void clear() {
        length = 0;
        cut = false;
    }

    void append(byte b) {
        if (length == limit) {
            cut = true;
            return;
        }
        reserve(1);
        bytes[length++] = b;
    }

    void append(byte[] source, int from, int to) {
        int taken = Math.min(to - from, limit - length);
        cut |= taken < to - from;
        reserve(taken);
        System.arraycopy(source, from, bytes, length, taken);
        length += taken;
    }

    void removeFirst() {
        System.arraycopy(bytes, 1, bytes, 0, --length);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(length + more, 2 * bytes.length)));
        }
    }

    int length() {
        return length;
    }

    /** Whether bytes were left out. */
    boolean isCut() {
        return cut;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** Whether this is the word, in any case of ASCII letters. */
    boolean is(String lowerCaseWord) {
        if (cut || length != lowerCaseWord.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lowerCase(bytes[i]) != lowerCaseWord.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    public String decode(Charset charset) {
        return new String(bytes, 0, length, charset);
    }

    /** As the server reads a name without quotes: in lower case, as far as ASCII goes. */
    public String decodeFolded(Charset charset) {
        byte[] folded = Arrays.copyOf(bytes, length);
        for (int i = 0; i < length; i++) {
            folded[i] = (byte) lowerCase(folded[i]);
        }
        return new String(folded, charset);
    }
}
