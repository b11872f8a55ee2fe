package io.codeb;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A run that goes on by itself, on a thread of the library's own. Thread-safe.
 *
 * @param <T> what it ends with
 */
public interface Run<T> {
    /**
     * Its id.
     *
     * @return unique; the events of what it does carry it
     */
    String id();

    /**
     * Asks it to end early and returns at once. When it has ended, {@link #await()} and {@link #result()} tell. Once it
     * has ended this does nothing.
     *
     * @param reason for the exception's message
     */
    void cancel(String reason);

    /**
     * Waits until it has ended.
     *
     * @return what it ended with
     * @throws io.codeb.error.CancelledException when it was cancelled; then nothing of it goes on any more
     * @throws io.codeb.error.CodeBException when it failed
     * @throws InterruptedException when the waiting thread is interrupted; the run goes on
     */
    T await() throws InterruptedException;

    /**
     * Waits until it has ended, but not for ever.
     *
     * @param limit how long at the most
     * @return what it ended with; empty when it still goes on
     * @throws io.codeb.error.CancelledException when it was cancelled; then nothing of it goes on any more
     * @throws io.codeb.error.CodeBException when it failed
     * @throws InterruptedException when the waiting thread is interrupted; the run goes on
     */
    Optional<T> await(Duration limit) throws InterruptedException;

    /**
     * What it ends with, once it has really ended: its locks are released, and the next run can begin.
     *
     * @return a future of the caller's own; to cancel or complete it says nothing to the run
     */
    CompletableFuture<T> result();
}
