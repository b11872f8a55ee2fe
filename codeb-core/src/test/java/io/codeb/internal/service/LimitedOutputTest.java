package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.internal.io.Bandwidth;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.tck.engine.MemoryDump;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimitedOutputTest {
    private static final int RATE = 1_000_000;

    private final AtomicLong now = new AtomicLong();
    private final Cancellation run = new Cancellation();
    private final Cancellation writers = new Cancellation();
    private final MemoryDump dump = MemoryDump.taking();
    private Runnable inAPause = () -> {};
    private final LimitedOutput output = new LimitedOutput(dump, new Bandwidth(RATE, now::get, this::pause), run);

    private void pause(Cancellation cancellation, Duration time) {
        inAPause.run();
        cancellation.throwIfCancelled();
        now.addAndGet(time.toNanos());
    }

    private static EntrySpec entry() {
        return EntrySpec.of("data/00001.sql", EntryKind.PIECE);
    }

    @Test
    void allBytesPassAtTheRate() {
        try (EntrySink sink = output.open(entry(), writers)) {
            sink.write(ByteBuffer.allocate(2 * RATE));
            sink.finish();
        }
        assertThat(dump.bytes(EntryKind.PIECE)).hasSize(2 * RATE);
        assertThat(Duration.ofNanos(now.get())).isBetween(Duration.ofMillis(1_749), Duration.ofMillis(1_751));
    }

    @Test
    void theFailureOfOneWriterEndsThePausesOfTheOthers() {
        inAPause = () -> writers.cancel("pieces-2 has failed");
        try (EntrySink sink = output.open(entry(), writers)) {
            assertThatThrownBy(() -> sink.write(ByteBuffer.allocate(2 * RATE)))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("pieces-2 has failed");
        }
        assertThat(now).as("what has passed of the pauses").hasValue(0);
    }

    @Test
    void theRunsCancellationEndsThePauseOfAWriterThatHasNoneOfItsOwn() {
        inAPause = () -> run.cancel("enough");
        try (EntrySink sink = output.open(entry())) {
            assertThatThrownBy(() -> sink.write(ByteBuffer.allocate(2 * RATE)))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("enough");
        }
    }
}
