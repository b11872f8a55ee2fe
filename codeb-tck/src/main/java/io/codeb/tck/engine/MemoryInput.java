package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.EntryKind;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.tck.io.BytesSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A dump in memory that is read back, whole or not. */
final class MemoryInput implements RestoreInput {
    private static final EntryFacts DUMP = EntryFacts.of("a dump in memory", EntryKind.DUMP);

    private final Supplier<BytesSource> content;
    private final Runnable afterFirstPiece;
    private final List<BytesSource> opened = new ArrayList<>();
    private long lastProgress;
    private Optional<String> lastStep = Optional.empty();

    private MemoryInput(Supplier<BytesSource> content, Runnable afterFirstPiece) {
        this.content = content;
        this.afterFirstPiece = afterFirstPiece;
    }

    /** The whole dump. */
    static MemoryInput of(byte[] dump) {
        return new MemoryInput(() -> BytesSource.of(dump).inChunksOf(piece(dump)), () -> {});
    }

    /** A dump whose stream is known to be cut: reading on fails. */
    static MemoryInput truncatedAt(byte[] dump, int length) {
        return new MemoryInput(
                () -> BytesSource.of(Arrays.copyOf(dump, length))
                        .inChunksOf(piece(dump))
                        .thenFailing(
                                new IntegrityException(ErrorCode.TRUNCATED, "the stream was cut", "try another copy")),
                () -> {});
    }

    /** A dump that does something else once its first piece was taken. */
    static MemoryInput doingAfterFirstPiece(byte[] dump, Runnable action) {
        return new MemoryInput(() -> BytesSource.of(dump).inChunksOf(piece(dump)), action);
    }

    /** So that what happens at the second piece happens in the middle of the dump, however small it is. */
    private static int piece(byte[] dump) {
        return Math.max(1, Math.min(4_096, dump.length / 8));
    }

    @Override
    public List<EntryFacts> entries() {
        return List.of(DUMP);
    }

    @Override
    public ByteSource open(EntryFacts entry) {
        assertThat(entry).isEqualTo(DUMP);
        BytesSource source = content.get();
        opened.add(source);
        return new ByteSource() {
            private int pieces;

            @Override
            public int read(ByteBuffer dst) {
                if (pieces++ == 1) {
                    afterFirstPiece.run();
                }
                return source.read(dst);
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    @Override
    public void progress(EntryFacts entry, long rows) {
        assertThat(entry).isEqualTo(DUMP);
        assertThat(rows).isGreaterThanOrEqualTo(lastProgress);
        lastProgress = rows;
    }

    @Override
    public void deciding(String step) {
        assertThat(step).hasSizeLessThanOrEqualTo(200);
        lastStep = Optional.of(step);
    }

    /** What the engine called its last step; empty where it does not tell of one. */
    Optional<String> lastStep() {
        return lastStep;
    }

    void requireAllClosed() {
        assertThat(opened).allMatch(BytesSource::isClosed, "closed");
    }

    void requireNoneOpened() {
        assertThat(opened).isEmpty();
    }
}
