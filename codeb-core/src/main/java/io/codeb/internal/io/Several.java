package io.codeb.internal.io;

import io.codeb.model.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Does the same with many things, a few at a time, where most of the time is spent waiting for a storage: on the
 * calling thread and on some beside it, all of which have ended when the call returns or throws.
 */
public final class Several {
    /** Stores answer as many at once without asking for less. */
    static final int AT_ONCE = 8;

    private Several() {}

    /**
     * Does it.
     *
     * @param things with what
     * @param cancellation keeps it from beginning with another one
     * @param work does it with one, on any thread; what it throws ends all of it
     * @param <T> the kind of the things
     * @param <R> the kind of the results
     * @return a result for each thing, in their order
     * @throws io.codeb.error.CancelledException when it was cancelled before the last one began
     */
    public static <T, R> List<R> each(List<T> things, Cancellation cancellation, Function<T, R> work) {
        ConcurrentHashMap<Integer, R> results = new ConcurrentHashMap<>();
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable worker = () -> {
            try {
                int i = next.getAndIncrement();
                while (i < things.size() && failure.get() == null) {
                    cancellation.throwIfCancelled();
                    results.put(i, work.apply(things.get(i)));
                    i = next.getAndIncrement();
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        };
        List<OwnThread> others = new ArrayList<>();
        try {
            for (int i = 1; i < Math.min(AT_ONCE, things.size()); i++) {
                OwnThread other = new OwnThread("several-" + i, worker);
                others.add(other);
                other.start();
            }
            worker.run();
        } catch (Error noThread) {
            failure.compareAndSet(null, noThread);
        }
        if (failure.get() != null) {
            others.forEach(OwnThread::interrupt);
        }
        others.forEach(OwnThread::await);
        Throwable thrown = failure.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        return IntStream.range(0, things.size()).mapToObj(results::get).toList();
    }
}
