package io.codeb.age;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.FilterSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts a stream in chunks of 64 KiB. The library writes the last chunk, which makes the stream whole, when its
 * channel is closed: so that is closed by the finish alone, and never by an abort.
 */
final class AgeEncodingSink extends FilterSink {
    private final List<RecipientStanzaWriter> recipients;
    private @Nullable WritableByteChannel encrypting;

    AgeEncodingSink(ByteSink downstream, List<RecipientStanzaWriter> recipients) {
        super(downstream);
        this.recipients = recipients;
    }

    @Override
    protected void accept(ByteBuffer src, ByteSink next) {
        try {
            encrypting(next).write(src);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: what is behind it throws none", e);
        }
    }

    @Override
    protected void complete(ByteSink next) {
        try {
            encrypting(next).close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: what is behind it throws none", e);
        }
    }

    /** Writes the header when it is made, which a constructor must not do yet. */
    private WritableByteChannel encrypting(ByteSink next) throws IOException {
        WritableByteChannel channel = encrypting;
        if (channel == null) {
            try {
                channel = new StandardEncryptingChannelFactory().newEncryptingChannel(new Output(next), recipients);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java cannot encrypt with X25519 and ChaCha20-Poly1305", e);
            }
            encrypting = channel;
        }
        return channel;
    }

    /** The next sink as the library sees it. */
    private static final class Output implements WritableByteChannel {
        private final ByteSink next;
        private boolean open = true;

        Output(ByteSink next) {
            this.next = next;
        }

        @Override
        public int write(ByteBuffer src) {
            int count = src.remaining();
            next.write(src);
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
