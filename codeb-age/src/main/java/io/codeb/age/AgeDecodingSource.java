package io.codeb.age;

import com.exceptionfactory.jagged.PayloadException;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a stream. A chunk is given out only after it was proven unchanged, and the end only after the chunk that is
 * marked as the last. The header is bounded: the library reads no more than the first 64 KiB for it.
 */
final class AgeDecodingSource extends FilterSource {
    /** What the last line of a header begins with. */
    private static final String HEADER_END = "\n--- ";

    private final List<RecipientStanzaReader> identities;
    private final Input input = new Input();
    private @Nullable ReadableByteChannel decrypting;

    AgeDecodingSource(ByteSource upstream, List<RecipientStanzaReader> identities) {
        super(upstream);
        this.identities = identities;
    }

    @Override
    protected int supply(ByteBuffer dst) {
        try {
            ReadableByteChannel channel = decrypting;
            if (channel == null) {
                channel = new StandardDecryptingChannelFactory().newDecryptingChannel(input, identities);
                decrypting = channel;
            }
            int count = channel.read(dst);
            return count == 0 ? END : count;
        } catch (PayloadException e) {
            throw corrupt("its content was cut or changed", e);
        } catch (GeneralSecurityException | IOException e) {
            throw headerFailed(e);
        } catch (RuntimeException e) {
            if (e == input.failure || decrypting != null) {
                throw e;
            }
            // What a header without its parts makes the library throw, beside what it declares.
            throw headerFailed(e);
        }
    }

    private IntegrityException headerFailed(Exception cause) {
        if (!input.headerEnded()) {
            return input.ended
                    ? new IntegrityException(
                            ErrorCode.TRUNCATED,
                            "the age stream ends in its header",
                            "the copy is incomplete: use another copy or another backup",
                            cause)
                    : corrupt("its header has no end", cause);
        }
        return cause instanceof UnsupportedRecipientStanzaException
                ? new IntegrityException(
                        ErrorCode.KEY_WRONG,
                        "none of the " + identities.size() + " private keys that are here opens the age stream",
                        "give one that it was encrypted to, with identity(…) of the repository",
                        cause)
                : corrupt("its header is none, or was changed", cause);
    }

    private static IntegrityException corrupt(String what, Exception cause) {
        return new IntegrityException(
                ErrorCode.CORRUPT,
                "the age stream is damaged: " + what,
                "the copy was changed after it was written: use another copy or another backup",
                cause);
    }

    /** What is upstream, as the library sees it. */
    private final class Input implements ReadableByteChannel {
        private boolean ended;
        private @Nullable RuntimeException failure;
        /** How much of {@link #HEADER_END} was met. */
        private int met;

        @Override
        public int read(ByteBuffer dst) {
            if (ended) {
                return END;
            }
            int start = dst.position();
            int count;
            try {
                count = upstream().read(dst);
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
            ended = count == END;
            for (int i = start; i < dst.position() && !headerEnded(); i++) {
                char next = (char) dst.get(i);
                met = next == HEADER_END.charAt(met) ? met + 1 : next == '\n' ? 1 : 0;
            }
            return count;
        }

        /** Whether the line was read that is the header's last. */
        boolean headerEnded() {
            return met == HEADER_END.length();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Upstream is this source's own to close.
        }
    }
}
