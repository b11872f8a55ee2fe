package io.codeb.internal.codec;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.io.InputStreamSource;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether zstd-jni works here: it brings machine code, which it writes to a temporary file and loads, and applications
 * bring the version of it that they like.
 */
final class ZstdLibrary {
    private static final @Nullable String FAILURE = tried();

    private ZstdLibrary() {}

    /**
     * Lets nothing be written that cannot be read again.
     *
     * @throws ConfigException {@code MODULE_MISSING} when the library does not work
     */
    static void require() {
        if (FAILURE != null) {
            throw new ConfigException(
                    ErrorCode.MODULE_MISSING,
                    List.of("zstd-jni does not work here: " + FAILURE),
                    "it needs a temporary directory that may be written and executed in (-DZstdTempFolder=…, else"
                            + " -Djava.io.tmpdir), a platform that it has machine code for, and version 1.5.5 or newer;"
                            + " or choose gzip() or uncompressed()");
        }
    }

    /** Through all that a backup and its restore call. */
    private static @Nullable String tried() {
        byte[] text = "zstd".getBytes(StandardCharsets.US_ASCII);
        ZstdCodec codec = new ZstdCodec(3, 0);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try {
            try (ByteSink sink = codec.encode(new OutputStreamSink(encoded))) {
                sink.write(ByteBuffer.wrap(text));
                sink.finish();
            }
            ByteBuffer decoded = ByteBuffer.allocate(text.length + 1);
            try (ByteSource source =
                    codec.decode(new InputStreamSource(new ByteArrayInputStream(encoded.toByteArray()), "zstd"))) {
                while (source.read(decoded) != ByteSource.END) {
                    // It has to come to its end.
                }
            }
            return decoded.flip().equals(ByteBuffer.wrap(text)) ? null : "it does not give back what it was given";
        } catch (LinkageError | CodeBException e) {
            return e.toString();
        }
    }
}
