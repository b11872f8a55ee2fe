package io.codeb.spi.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ByteTailTest {
    @Property(tries = 500)
    void theLastBytesAreKeptHoweverTheyCome(
            @ForAll @AlphaChars @StringLength(max = 400) String text,
            @ForAll @IntRange(min = 1, max = 100) int limit,
            @ForAll @IntRange(min = 1, max = 150) int piece) {
        byte[] all = text.getBytes(ISO_8859_1);
        ByteTail tail = new ByteTail(limit);

        for (int at = 0; at < all.length; at += piece) {
            ByteBuffer bytes = ByteBuffer.wrap(all, at, Math.min(piece, all.length - at));
            tail.add(bytes);
            assertThat(bytes.remaining()).isZero();
        }

        assertThat(tail.text()).isEqualTo(text.substring(Math.max(0, text.length() - limit)));
    }

    @Test
    void aCharacterWhoseBeginningIsGoneIsLeftOut() {
        ByteTail tail = new ByteTail(4);

        tail.add(ByteBuffer.wrap("größe".getBytes(UTF_8)));
        assertThat(tail.text()).isEqualTo("ße");

        tail.add(ByteBuffer.wrap("n".getBytes(UTF_8)));
        assertThat(tail.text()).isEqualTo("ßen");
    }

    @Test
    void aTailOfNothingIsRefused() {
        assertThatThrownBy(() -> new ByteTail(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
