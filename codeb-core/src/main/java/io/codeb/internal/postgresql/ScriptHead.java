package io.codeb.internal.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes settings out of a script's head that the target does not know yet: a newer pg_dump writes them whatever the
 * server's version. Only the lines before the first object are looked at.
 */
final class ScriptHead {
    private static final byte[] TRANSACTION_TIMEOUT =
            "\nSET transaction_timeout = 0;\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_OBJECT = "\n-- Name: ".getBytes(StandardCharsets.US_ASCII);
    private static final int KNOWS_TRANSACTION_TIMEOUT = 17;

    private boolean passed;

    /**
     * Adapts scripts to a server.
     *
     * @param serverMajor its major version
     */
    ScriptHead(int serverMajor) {
        this.passed = serverMajor >= KNOWS_TRANSACTION_TIMEOUT;
    }

    /**
     * Adapts a piece of script; only the first one changes.
     *
     * @param script the next piece, which must hold the whole head when it is the first
     * @return the piece, or a copy without the setting
     */
    ByteBuffer adapt(ByteBuffer script) {
        if (passed) {
            return script;
        }
        passed = true;
        byte[] bytes = new byte[script.remaining()];
        script.duplicate().get(bytes);
        int head = indexOf(bytes, FIRST_OBJECT, bytes.length);
        int setting = indexOf(bytes, TRANSACTION_TIMEOUT, head < 0 ? bytes.length : head);
        if (setting < 0) {
            return script;
        }
        int rest = setting + TRANSACTION_TIMEOUT.length - 1;
        ByteArrayOutputStream adapted = new ByteArrayOutputStream(bytes.length);
        adapted.write(bytes, 0, setting);
        adapted.write(bytes, rest, bytes.length - rest);
        return ByteBuffer.wrap(adapted.toByteArray());
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int end) {
        for (int i = 0; i + wanted.length <= end; i++) {
            int matched = 0;
            while (matched < wanted.length && bytes[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
