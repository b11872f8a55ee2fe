package io.codeb.spi.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private final StorageException gone =
            new StorageException(ErrorCode.STORAGE_UNAVAILABLE, "the connection is gone", "");

    private static final class Plain extends FilterSource {
        private int releases;

        Plain(ByteSource upstream) {
            super(upstream);
        }

        @Override
        protected int supply(ByteBuffer dst) {
            return upstream().read(dst);
        }

        @Override
        protected void release() {
            releases++;
        }
    }

    @Test
    void aFilterTellsTheEndAgainWithoutAskingAgain() {
        ArraySource upstream = new ArraySource(new byte[] {1});
        FilterSource source = new Plain(upstream);

        assertThat(ArraySource.readAll(source, 10)).containsExactly(1);
        assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
        assertThat(upstream.reads).isEqualTo(2);
    }

    @Test
    void aFilterTellsAFailureAgainWithoutAskingAgain() {
        ArraySource upstream = new ArraySource(new byte[0], gone);
        FilterSource source = new Plain(upstream);

        assertThatThrownBy(() -> source.read(ByteBuffer.allocate(1))).isSameAs(gone);
        assertThatThrownBy(() -> source.read(ByteBuffer.allocate(1))).isSameAs(gone);
        assertThat(upstream.reads).isEqualTo(1);
    }

    @Test
    void aFilterReleasesOnce() {
        ArraySource upstream = new ArraySource(new byte[0]);
        Plain source = new Plain(upstream);

        source.close();
        source.close();

        assertThat(source.releases).isEqualTo(1);
        assertThat(upstream.closes).isPositive();
    }

    @Test
    void aReadWithoutRoomIsTheCallersFault() {
        assertThatThrownBy(() -> new Plain(new ArraySource(new byte[1])).read(ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void contentOfItsSizePasses(@ForAll byte[] content, @ForAll @IntRange(min = 1, max = 50) int room) {
        assertThat(ArraySource.readAll(sized(content, content.length), room)).isEqualTo(content);
    }

    @Property(tries = 200)
    void contentOfAnotherSizeIsAnError(@ForAll byte[] content, @ForAll @IntRange(min = 1, max = 50) int room) {
        assertThatThrownBy(() -> ArraySource.readAll(sized(content, content.length + 1), room))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("its content ended after %d of the %d bytes announced", content.length, content.length + 1);
        assertThatThrownBy(() -> ArraySource.readAll(sized(Arrays.copyOf(content, content.length + 1), 0), room))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("its content is longer than the 0 bytes announced");
    }

    private static SizedSource sized(byte[] content, long size) {
        return new SizedSource(
                new ArraySource(content), size, how -> new IntegrityException(ErrorCode.CORRUPT, how, ""));
    }

    @Property(tries = 200)
    void aPeekShowsTheHeadAndTakesNothingAway(
            @ForAll byte[] bytes,
            @ForAll @IntRange(min = 1, max = 30) int head,
            @ForAll @IntRange(min = 1, max = 9) int room) {
        PeekedSource peeked = new PeekedSource(new ArraySource(bytes), head);

        assertThat(peeked.head()).isEqualTo(Arrays.copyOf(bytes, Math.min(head, bytes.length)));
        assertThat(ArraySource.readAll(peeked, room)).isEqualTo(bytes);
    }

    @Test
    void aHeadThatCannotBeReadClosesItsSource() {
        ArraySource upstream = new ArraySource(new byte[3], gone);

        assertThatThrownBy(() -> new PeekedSource(upstream, 8)).isSameAs(gone);
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void aCancelledTransferStops() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("enough");

        assertThatThrownBy(() -> Transfer.all(new ArraySource(new byte[9]), new NullSink(), cancellation, bytes -> {}))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void aFileIsReadWholeIntoAnyBuffer(@TempDir Path directory) throws IOException {
        byte[] content = new byte[3 * Transfer.BUFFER_BYTES + 7];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);

        assertThat(ArraySource.readAll(new Named(file), content.length * 2)).isEqualTo(content);
        assertThat(ArraySource.readAll(new Named(file), 1021)).isEqualTo(content);
        ByteBuffer direct = ByteBuffer.allocateDirect(content.length + 1);
        try (FileSource source = new Named(file)) {
            while (source.read(direct) != ByteSource.END) {
                // Until the end.
            }
        }
        assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void aFileThatGrowsIsNotReadOn(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "whole");
        try (FileSource source = new Named(file)) {
            Files.writeString(file, " and more", StandardOpenOption.APPEND);

            assertThat(ArraySource.readAll(source, 100)).asString(UTF_8).isEqualTo("whole");
        }
    }

    @Test
    void aFileThatShrinksIsAnError(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "whole");
        try (FileSource source = new Named(file)) {
            Files.writeString(file, "who");

            assertThatThrownBy(() -> ArraySource.readAll(source, 100))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessage("2 bytes are missing");
        }
    }

    private static final class Named extends FileSource {
        Named(Path file) throws IOException {
            super(FileChannel.open(file), Files.size(file));
        }

        @Override
        protected RuntimeException unreadable(IOException e) {
            return new StorageException(ErrorCode.STORAGE_FAILED, "it cannot be read", "", e);
        }

        @Override
        protected RuntimeException shortened(long missing) {
            return new IntegrityException(ErrorCode.TRUNCATED, missing + " bytes are missing", "");
        }
    }
}
