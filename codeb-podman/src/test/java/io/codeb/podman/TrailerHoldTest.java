package io.codeb.podman;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TrailerHoldTest {
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

    private void pass(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        passed.writeBytes(copy);
    }

    @Property(tries = 500)
    void thePayloadPassesAndTheTrailerStaysHoweverTheStreamIsCut(
            @ForAll @IntRange(max = 500) int size, @ForAll @IntRange(max = 255) int status, @ForAll long seed) {
        Random random = new Random(seed);
        ProvenCommand proof = new ProvenCommand();
        // Pieces of the nonce in the payload must not be taken for the trailer.
        StringBuilder payload = new StringBuilder();
        while (payload.length() < size) {
            payload.append(
                    random.nextBoolean()
                            ? proof.nonce().substring(0, random.nextInt(32))
                            : String.valueOf((char) random.nextInt(256)));
        }
        String trailer = proof.nonce() + " " + status + "\n";
        TrailerHold hold = proof.hold();
        passed.reset();
        ByteBuffer all = ByteBuffer.wrap((payload + trailer).getBytes(ISO_8859_1));
        while (all.hasRemaining()) {
            int n = Math.min(all.remaining(), 1 + random.nextInt(150));
            hold.feed(all.slice(all.position(), n), this::pass);
            all.position(all.position() + n);
        }
        assertThat(passed.toString(ISO_8859_1)).isEqualTo(payload.toString());
        assertThat(hold.text()).isEqualTo(trailer);
        assertThat(proof.trailer(hold.text())).contains(new ProvenCommand.Trailer(status, true));
    }

    @Property(tries = 200)
    void aStreamCutWithinTheTrailerHasNone(@ForAll @IntRange(min = 1, max = 35) int missing) {
        ProvenCommand proof = new ProvenCommand();
        TrailerHold hold = proof.hold();
        String whole = "payload" + proof.nonce() + " 0\n";
        hold.feed(ByteBuffer.wrap(whole.substring(0, whole.length() - missing).getBytes(ISO_8859_1)), this::pass);
        assertThat(proof.trailer(hold.text())).isEmpty();
    }

    @Test
    void whatCannotBeOfATrailerPassesAtOnce() {
        ProvenCommand proof = new ProvenCommand();
        TrailerHold hold = proof.hold();
        hold.feed(ByteBuffer.wrap("> ".getBytes(ISO_8859_1)), this::pass);
        assertThat(passed.toString(ISO_8859_1)).isEqualTo("> ");
    }

    @Test
    void bytesBehindTheTrailerMakeItPayload() {
        ProvenCommand proof = new ProvenCommand();
        TrailerHold hold = proof.hold();
        hold.feed(ByteBuffer.wrap((proof.nonce() + " 0\nlost").getBytes(ISO_8859_1)), this::pass);
        assertThat(proof.trailer(hold.text())).isEmpty();
        assertThat(passed.toString(ISO_8859_1)).isEqualTo(proof.nonce() + " 0\nlost");
    }
}
