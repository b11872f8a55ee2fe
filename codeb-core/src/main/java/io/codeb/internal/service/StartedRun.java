package io.codeb.internal.service;

import io.codeb.Run;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A run on a thread of its own, as its starter sees it.
 *
 * @param <T> what it ends with
 */
final class StartedRun<T> implements Run<T> {
    private final String id;
    private final Cancellation cancellation;
    private final CompletableFuture<T> end = new CompletableFuture<>();

    StartedRun(String id, Cancellation cancellation) {
        this.id = id;
        this.cancellation = cancellation;
    }

    void succeeded(T result) {
        end.complete(result);
    }

    void failed(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void cancel(String reason) {
        cancellation.cancel(reason);
    }

    @Override
    public T await() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    @Override
    public Optional<T> await(Duration limit) throws InterruptedException {
        try {
            return Optional.of(end.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS));
        } catch (TimeoutException stillGoingOn) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    /**
     * Waits until it has really ended. An interrupt cancels it, and is kept.
     *
     * @return what it ended with, be it that the interrupt came too late
     */
    T awaitOrCancel() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return await();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel("the thread that waited for it was interrupted");
                }
            }
        } catch (RuntimeException | Error e) {
            addCaller(e);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The trace ends where the thread began; who called is what a reader looks for. */
    private static void addCaller(Throwable failure) {
        StackTraceElement[] run = failure.getStackTrace();
        StackTraceElement[] caller = new Throwable().getStackTrace();
        StackTraceElement[] both = Arrays.copyOf(run, run.length + caller.length);
        System.arraycopy(caller, 0, both, run.length, caller.length);
        failure.setStackTrace(both);
    }

    /** A run throws nothing that is checked, so its failure is thrown as it is. */
    private static RuntimeException unwrapped(ExecutionException e) {
        Throwable failure = e.getCause();
        if (failure instanceof RuntimeException known) {
            return known;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new AssertionError(e);
    }

    @Override
    public CompletableFuture<T> result() {
        return end.copy();
    }
}
