package io.codeb.server.internal.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A body as it comes: not longer than it may be, and not slower. What keeps it from coming whole is thrown, and told
 * afterwards as well, to whom a library in between has thrown something of its own.
 */
public final class Upload extends FilterInputStream {
    private static final long LEAST_PER_SECOND = 1_024;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long limit;
    private final Pace pace;
    private long read;
    private volatile @Nullable ProblemException failure;

    /**
     * Wraps a body.
     *
     * @param body as it comes
     * @param limit bytes that it has at the most
     * @param nanos tells how long who sends it is waited for
     */
    public Upload(InputStream body, long limit, LongSupplier nanos) {
        super(body);
        this.limit = limit;
        this.pace = new Pace(LEAST_PER_SECOND, GRACE_NANOS, nanos);
    }

    /**
     * What kept it from coming whole.
     *
     * @return empty where nothing did
     */
    public Optional<ProblemException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        long since = pace.now();
        int count;
        try {
            count = super.read(target, offset, length);
        } catch (IOException e) {
            throw failed(Refusal.REQUEST_INVALID.because("body-ended-at", read), e);
        }
        if (count > 0) {
            read += count;
        }
        if (read > limit) {
            throw failed(Refusal.BODY_TOO_LARGE.because("body-larger", limit), null);
        }
        if (pace.isTooSlow(since, Math.max(0, count))) {
            throw failed(Refusal.BODY_TOO_SLOW.because("body-slow"), null);
        }
        return count;
    }

    private IOException failed(ProblemException problem, @Nullable IOException cause) {
        failure = problem;
        return new IOException(problem.getMessage(), cause);
    }

    @Override
    public long skip(long count) throws IOException {
        return read(new byte[(int) Math.min(count, 8_192)]);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
