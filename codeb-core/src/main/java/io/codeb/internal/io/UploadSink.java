package io.codeb.internal.io;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.storage.Upload;
import java.nio.ByteBuffer;

/** The end of a pipeline: an object of a storage. Finishing it commits the object. */
public final class UploadSink implements ByteSink {
    private final Upload upload;

    /**
     * Makes the sink.
     *
     * @param upload takes the bytes; owned by this sink from here on
     */
    public UploadSink(Upload upload) {
        this.upload = upload;
    }

    @Override
    public void write(ByteBuffer src) {
        upload.write(src);
    }

    @Override
    public void finish() {
        upload.commit();
        upload.close();
    }

    @Override
    public void abort(Throwable cause) {
        upload.close();
    }

    @Override
    public void close() {
        upload.close();
    }
}
