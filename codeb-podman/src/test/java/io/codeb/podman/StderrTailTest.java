package io.codeb.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StderrTailTest {
    private static final String NONCE = "0123456789abcdef0123456789abcdef";

    @Property(tries = 300)
    void theLastBytesAreKeptHoweverTheyCome(
            @ForAll @AlphaChars @StringLength(max = 400) String text,
            @ForAll @IntRange(min = 1, max = 100) int limit,
            @ForAll @IntRange(min = 1, max = 50) int piece) {
        byte[] all = (NONCE + " 42\n" + text).getBytes(UTF_8);
        byte[] payload = text.getBytes(UTF_8);
        StderrTail tail = new StderrTail(NONCE, limit);
        for (int at = 0; at < all.length; at += piece) {
            tail.feed(ByteBuffer.wrap(all, at, Math.min(piece, all.length - at)));
        }
        int kept = Math.min(limit, payload.length);
        assertThat(tail.text()).isEqualTo(new String(payload, payload.length - kept, kept, UTF_8));
        assertThat(tail.pid()).contains("42");
    }

    @Test
    void aFirstLineOfSomebodyElseIsKept() {
        StderrTail tail = new StderrTail(NONCE, 1000);
        tail.feed(ByteBuffer.wrap("Error: runc: exec failed\nsecond".getBytes(UTF_8)));
        assertThat(tail.text()).isEqualTo("Error: runc: exec failed\nsecond");
        assertThat(tail.pid()).isEmpty();
    }

    @Test
    void aProcessIdThatIsNoneIsNotTaken() {
        for (String line : new String[] {" -1\n", " 1 2\n", " 0\n", " x\n", " 99999999999999999999\n", "\n"}) {
            StderrTail tail = new StderrTail(NONCE, 1000);
            tail.feed(ByteBuffer.wrap((NONCE + line).getBytes(UTF_8)));
            assertThat(tail.pid()).isEmpty();
            assertThat(tail.text()).isEqualTo(NONCE + line);
        }
    }
}
