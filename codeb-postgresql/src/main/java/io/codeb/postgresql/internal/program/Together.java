package io.codeb.postgresql.internal.program;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.WorkThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What several threads do at once and counts only together: what fails first ends all the rest, and is what is told.
 * Used by the thread that makes it; what the others do is begun by {@link #begin}.
 */
public final class Together implements AutoCloseable {
    private final Cancellation cancellation = new Cancellation();
    private final Cancellation.Registration registration;
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Throwable failure;

    /**
     * Makes it.
     *
     * @param outer whoever cancels it cancels all, for the same reason
     */
    public Together(Cancellation outer) {
        registration = outer.onCancel(() -> cancellation.cancel(outer.reason().orElse("")));
    }

    /** What everything is done with. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /**
     * Does something on a thread of its own.
     *
     * @param purpose what it does, in a word or two
     */
    public void begin(String purpose, Runnable work) {
        Thread thread = WorkThread.of(purpose, () -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failed(purpose, e);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void failed(String purpose, Throwable e) {
        synchronized (this) {
            if (failure == null) {
                failure = e;
            }
        }
        cancellation.cancel(purpose + " has failed: " + e.getMessage());
    }

    /** Waits until everything that was begun has ended well, and throws what has failed first. */
    public void await() {
        try {
            for (Thread thread : threads) {
                while (thread.isAlive()) {
                    thread.join(TimeUnit.SECONDS.toMillis(1));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        }
        Throwable failed = failed();
        if (failed instanceof RuntimeException e) {
            throw e;
        }
        if (failed instanceof Error e) {
            throw e;
        }
    }

    private synchronized @Nullable Throwable failed() {
        return failure;
    }

    /**
     * Why all came to nothing.
     *
     * @param told what has failed in the thread that waits for the others
     * @return what has failed in one of these, if that was first
     */
    public CodeBException reason(CodeBException told) {
        return failed() instanceof CodeBException first ? first : told;
    }

    /** Ends what has not ended, and waits for it. */
    @Override
    public void close() {
        registration.close();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                cancellation.cancel("the rest of it has failed");
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
