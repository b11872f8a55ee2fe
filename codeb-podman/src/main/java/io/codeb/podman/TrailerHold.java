package io.codeb.podman;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lets a stream through but for those of its last bytes that may be the beginning of a trailer, until it is known
 * whether they are. All else passes at once: somebody may be waiting for it before he writes on.
 */
final class TrailerHold {
    private final byte[] held;
    private final byte first;
    private final Predicate<String> mayBegin;
    private int count;

    /**
     * @param size the most that a trailer can be
     * @param first what every trailer begins with
     * @param mayBegin whether bytes, a character for each, are a trailer or the beginning of one
     */
    TrailerHold(int size, char first, Predicate<String> mayBegin) {
        this.held = new byte[size];
        this.first = (byte) first;
        this.mayBegin = mayBegin;
    }

    /** Takes all that remains, and passes on what cannot be of a trailer. */
    void feed(ByteBuffer bytes, Consumer<ByteBuffer> next) {
        int surplus = count + bytes.remaining() - held.length;
        if (surplus > 0) {
            int fromHeld = Math.min(surplus, count);
            release(fromHeld, next);
            int through = surplus - fromHeld;
            if (through > 0) {
                next.accept(bytes.slice(bytes.position(), through));
                bytes.position(bytes.position() + through);
            }
        }
        int rest = bytes.remaining();
        bytes.get(held, count, rest);
        count += rest;
        release(viableFrom(), next);
    }

    /** What is kept, a character for each byte. */
    String text() {
        return new String(held, 0, count, StandardCharsets.ISO_8859_1);
    }

    /** Passes on the first of what is kept. */
    void release(int bytes, Consumer<ByteBuffer> next) {
        if (bytes > 0) {
            next.accept(ByteBuffer.wrap(held, 0, bytes));
            count -= bytes;
            System.arraycopy(held, bytes, held, 0, count);
        }
    }

    private int viableFrom() {
        for (int from = 0; from < count; from++) {
            // Nearly always this byte says no, and nothing needs to be made of the others.
            if (held[from] == first
                    && mayBegin.test(new String(held, from, count - from, StandardCharsets.ISO_8859_1))) {
                return from;
            }
        }
        return count;
    }
}
