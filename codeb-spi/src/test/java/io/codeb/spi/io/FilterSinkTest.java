package io.codeb.spi.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FilterSinkTest {
    private final IntegrityException refused = new IntegrityException(ErrorCode.CORRUPT, "refused", "");

    private final SinkLog end = new SinkLog();

    /** Ends with a full stop. */
    private static final class Sentence extends FilterSink {
        private final SinkLog end;

        Sentence(SinkLog end) {
            super(end);
            this.end = end;
        }

        @Override
        protected void accept(ByteBuffer src, ByteSink next) {
            next.write(src);
        }

        @Override
        protected void complete(ByteSink next) {
            next.write(bytes("."));
        }

        @Override
        protected void release() {
            end.told.add("released");
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    @Test
    void whatBelongsBehindTheLastByteIsWrittenBeforeTheFinish() {
        FilterSink sink = new Sentence(end);

        sink.write(bytes("a line"));
        sink.finish();
        sink.close();

        assertThat(end.bytes()).asString(US_ASCII).isEqualTo("a line.");
        assertThat(end.told).containsExactly("finish", "released", "close");
    }

    @Test
    void closingWithoutFinishingAborts() {
        FilterSink sink = new Sentence(end);
        sink.write(bytes("half"));

        sink.close();

        assertThat(end.bytes()).asString(US_ASCII).isEqualTo("half");
        assertThat(end.told).containsExactly("abort: closed before it was finished", "released", "close");
    }

    @Test
    void anAbortReachesDownstreamBeforeAnythingIsReleasedAndOnce() {
        FilterSink sink = new Sentence(end);

        sink.abort(new IllegalStateException("first"));
        sink.abort(new IllegalStateException("second"));
        sink.close();

        assertThat(end.told).containsExactly("abort: first", "released", "close");
    }

    @Test
    void afterFinishingAnAbortDoesNothing() {
        FilterSink sink = new Sentence(end);
        sink.finish();

        sink.abort(new IllegalStateException("late"));

        assertThat(end.told).containsExactly("finish", "released");
    }

    @Test
    void aFinishThatFailsBelowAborts() {
        end.failingFinish(refused);
        FilterSink sink = new Sentence(end);

        assertThatThrownBy(sink::finish).isSameAs(refused);

        assertThat(end.told).containsExactly("finish", "abort: refused", "released");
    }

    @Test
    void afterAWriteThatFailedOnlyAnAbortIsLeft() {
        end.failingWrites(refused);
        FilterSink sink = new Sentence(end);
        assertThatThrownBy(() -> sink.write(bytes("x"))).isSameAs(refused);

        assertThatThrownBy(() -> sink.write(bytes("y"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sink::finish).isInstanceOf(IllegalStateException.class);
        sink.abort(refused);

        assertThat(end.told).containsExactly("abort: refused", "released");
    }

    @Test
    void nothingCanBeWrittenAfterTheEnd() {
        FilterSink finished = new Sentence(end);
        finished.finish();
        FilterSink aborted = new Sentence(end);
        aborted.abort(refused);

        for (FilterSink ended : new FilterSink[] {finished, aborted}) {
            assertThatThrownBy(() -> ended.write(bytes("x"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(ended::finish).isInstanceOf(IllegalStateException.class);
        }
    }
}
