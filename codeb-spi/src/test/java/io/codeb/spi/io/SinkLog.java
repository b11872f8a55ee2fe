package io.codeb.spi.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a pipeline: remembers what it is told, and fails where it is asked to. */
final class SinkLog implements ByteSink {
    final List<String> told = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable RuntimeException writeFailure;
    private @Nullable RuntimeException finishFailure;

    SinkLog failingWrites(RuntimeException failure) {
        writeFailure = failure;
        return this;
    }

    SinkLog failingFinish(RuntimeException failure) {
        finishFailure = failure;
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    @Override
    public void write(ByteBuffer src) {
        if (writeFailure != null) {
            throw writeFailure;
        }
        while (src.hasRemaining()) {
            bytes.write(src.get());
        }
    }

    @Override
    public void finish() {
        told.add("finish");
        if (finishFailure != null) {
            throw finishFailure;
        }
    }

    @Override
    public void abort(Throwable cause) {
        told.add("abort: " + cause.getMessage());
    }

    @Override
    public void close() {
        told.add("close");
    }
}
