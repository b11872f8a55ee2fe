package io.codeb.tck.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a call until it is released, so that a test can look at what is going on meanwhile. Thread-safe. */
public final class Blockade {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Makes one that holds. */
    public Blockade() {}

    /** Waits until a call is held, at most a minute. */
    public void awaitReached() {
        await(reached, "nothing reached the blockade");
    }

    /** Lets the call that is held, and every later one, go on. */
    public void release() {
        released.countDown();
    }

    void hold() {
        reached.countDown();
        await(released, "nobody released the blockade");
    }

    private static void await(CountDownLatch latch, String otherwise) {
        try {
            if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(otherwise);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(otherwise, e);
        }
    }
}
