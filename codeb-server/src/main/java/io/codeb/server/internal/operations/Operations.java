package io.codeb.server.internal.operations;

import io.codeb.Run;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.model.Cancellation;
import io.codeb.server.internal.auth.Caller;
import io.codeb.server.internal.auth.StateDirectory;
import io.codeb.server.internal.http.Problem;
import io.codeb.server.internal.http.ProblemException;
import io.codeb.server.internal.http.Refusal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations of a server: some go on at once, some wait, and of those that have ended the last ones are kept for a
 * while. Thread-safe.
 */
public final class Operations implements RunListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final int AT_ONCE = 8;
    private static final int WAITING = 100;
    private static final int KEPT = 1_000;
    private static final Duration KEPT_FOR = Duration.ofDays(1);
    private static final int ID_BYTES = 16;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Object lock = new Object();
    private final Map<String, Operation> all = new LinkedHashMap<>();
    private final Map<Key, Remembered> keys = new HashMap<>();
    private final Ledger ledger;
    private final Map<String, Operation> runs = new HashMap<>();
    private final ThreadPoolExecutor pool;
    private boolean stopping;

    /**
     * What makes a request the same as another one.
     *
     * @param token the id of whose token
     * @param text what he calls it
     */
    private record Key(String token, String text) {}

    /**
     * What a key was used for.
     *
     * @param request the SHA-256 of it
     */
    private record Remembered(String request, Operation operation) {}

    /** What an operation does. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it.
         *
         * @param going the operation
         * @return what came of it, as JSON has it
         * @throws Exception what went wrong
         */
        Object run(Going going) throws Exception;
    }

    /**
     * What is asked for.
     *
     * @param kind in a word
     * @param project for which project
     * @param caller by whom
     * @param key what he calls the request; empty where he does not
     * @param request all that makes it what it is
     * @param alone what of the project no two work on at once, in words; empty where they may
     */
    public record Order(
            String kind, String project, Caller caller, Optional<String> key, String request, Optional<String> alone) {}

    /** An operation, as its work sees it. */
    public final class Going {
        private final Operation operation;

        private Going(Operation operation) {
            this.operation = operation;
        }

        /**
         * Ends it early.
         *
         * @return to be handed to what takes long
         */
        public Cancellation cancellation() {
            return operation.cancellation();
        }

        /**
         * Shows what it does now.
         *
         * @param stage in a word
         */
        public void at(String stage) {
            operation.at(stage);
        }

        /**
         * Shows what a program says that works for it.
         *
         * @param line without secrets; of a long one, the beginning
         */
        public void say(String line) {
            operation.say(line);
        }

        /**
         * Starts a run, waits for it, and shows what it reports.
         *
         * @param <T> what it ends with
         * @param start starts it
         * @return what it ended with
         * @throws InterruptedException when the thread is interrupted; the run is cancelled then
         */
        public <T> T follow(Supplier<Run<T>> start) throws InterruptedException {
            Run<T> run;
            synchronized (runs) { // who hears of it finds it
                run = start.get();
                runs.put(run.id(), operation);
            }
            Cancellation cancellation = operation.cancellation();
            Cancellation.Registration registration =
                    cancellation.onCancel(() -> run.cancel(cancellation.reason().orElse("")));
            try {
                return run.await();
            } catch (InterruptedException e) {
                run.cancel("the server is stopped");
                throw e;
            } finally {
                registration.close();
                synchronized (runs) {
                    runs.remove(run.id());
                }
            }
        }
    }

    /**
     * Makes it, with what is known of operations of the processes before; starts no thread yet.
     *
     * @param clock tells the time
     * @param kept where that is kept
     */
    public Operations(Clock clock, StateDirectory kept) {
        this.clock = clock;
        this.ledger = new Ledger(kept);
        AtomicInteger number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                AT_ONCE, AT_ONCE, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(WAITING), work -> {
                    Thread thread = new Thread(work, "codeb-server-operation-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        for (Ledger.Entry entry : ledger.read()) {
            remember(
                    new Operation(entry.view(), clock, view -> ledger.write(new Ledger.Entry(view, entry.asked()))),
                    entry.asked());
        }
    }

    private void remember(Operation operation, Ledger.@Nullable Asked asked) {
        all.put(operation.id(), operation);
        if (asked != null) {
            keys.put(new Key(asked.token(), asked.key()), new Remembered(asked.request(), operation));
        }
    }

    @Override
    public void on(Event event) {
        Operation operation;
        synchronized (runs) {
            operation = runs.get(event.run().id());
        }
        if (operation != null) {
            operation.hear(event);
        }
    }

    /**
     * Begins an operation, or finds the one that was begun by the same request.
     *
     * @param order what is asked for
     * @param work does it
     * @return it goes on
     * @throws LockedException while another one works on what this one has to have alone
     */
    public Operation start(Order order, Work work) {
        synchronized (lock) {
            Optional<Operation> before = before(order);
            if (before.isPresent()) {
                return before.get();
            }
            Operation operation = enter(order);
            pool.execute(() -> run(operation, work));
            return operation;
        }
    }

    /**
     * Does an operation while its request waits.
     *
     * @param order what is asked for
     * @param work does it
     * @return it has ended
     * @throws LockedException while another one works on what this one has to have alone
     */
    public Operation doNow(Order order, Work work) {
        Operation operation;
        synchronized (lock) {
            operation = enter(order);
        }
        run(operation, work);
        return operation;
    }

    private static Ledger.@Nullable Asked asked(Order order) {
        return order.key()
                .map(key -> Ledger.Asked.of(order.caller().token().id(), key, order.request()))
                .orElse(null);
    }

    private Optional<Operation> before(Order order) {
        Ledger.Asked asked = asked(order);
        Remembered known = asked == null ? null : keys.get(new Key(asked.token(), asked.key()));
        if (asked == null || known == null) {
            return Optional.empty();
        }
        if (!known.request().equals(asked.request())) {
            throw Refusal.IDEMPOTENCY_CONFLICT.because("key-conflict");
        }
        return Optional.of(known.operation());
    }

    private Operation enter(Order order) {
        if (stopping) {
            throw Refusal.STOPPING.because("stopping");
        }
        order.alone().ifPresent(what -> requireAlone(order.project(), what));
        forget();
        if (all.values().stream().filter(each -> !each.hasEnded()).count() >= WAITING) {
            throw Refusal.TOO_MANY_REQUESTS.because("operations", WAITING);
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Ledger.Asked asked = asked(order);
        Operation operation = new Operation(
                HexFormat.of().formatHex(id), order, clock, view -> ledger.write(new Ledger.Entry(view, asked)));
        remember(operation, asked);
        return operation;
    }

    /** Whoever works on it elsewhere is told of when the work begins. */
    private void requireAlone(String project, String what) {
        for (Operation operation : all.values()) {
            if (operation.project().equals(project) && operation.keepsOthersFrom(what)) {
                throw new LockedException(
                        "operation " + operation.id() + " is at work on " + what + " of project " + project,
                        "wait for its end, or cancel it");
            }
        }
    }

    private void forget() {
        Instant since = clock.instant().minus(KEPT_FOR);
        List<Operation> old = new ArrayList<>();
        int excess = all.size() - KEPT + 1;
        for (Operation operation : all.values()) {
            if (operation.hasEnded() && (operation.endedBefore(since) || old.size() < excess)) {
                old.add(operation);
            }
        }
        for (Operation operation : old) {
            all.remove(operation.id());
            ledger.forget(operation.id());
        }
        keys.values().removeIf(remembered -> old.contains(remembered.operation()));
    }

    private void run(Operation operation, Work work) {
        operation.begin();
        try {
            operation.cancellation().throwIfCancelled();
            operation.done(work.run(new Going(operation)));
        } catch (CodeBException e) {
            operation.failed(Problem.of(e), e.code() == ErrorCode.CANCELLED);
        } catch (ProblemException e) {
            operation.failed(e.problem(), false);
        } catch (IllegalArgumentException e) {
            operation.failed(Problem.of(Refusal.REQUEST_INVALID, String.valueOf(e.getMessage()), ""), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            operation.failed(Refusal.STOPPING.because("stopped").problem(), true);
        } catch (Exception | Error e) {
            LOG.error("operation {} failed", operation.id(), e);
            operation.failed(Refusal.INTERNAL.because("internal").problem(), false);
        }
    }

    /**
     * Finds an operation.
     *
     * @param id its id
     * @return empty where there is none, or it has ended long ago
     */
    public Optional<Operation> find(String id) {
        synchronized (lock) {
            return Optional.ofNullable(all.get(id));
        }
    }

    /**
     * Lists the operations that are known.
     *
     * @return the newest first
     */
    public List<Operation> list() {
        synchronized (lock) {
            List<Operation> newest = new ArrayList<>(all.values());
            java.util.Collections.reverse(newest);
            return newest;
        }
    }

    /**
     * Counts those that are not over.
     *
     * @param begun whether they have begun, or wait
     * @return how many
     */
    public long count(boolean begun) {
        return list().stream()
                .filter(operation -> !operation.hasEnded() && operation.hasBegun() == begun)
                .count();
    }

    /**
     * Takes no more operations, and ends those that go on.
     *
     * @param grace how long they may go on before they are cancelled
     */
    public void stop(Duration grace) {
        List<Operation> going;
        synchronized (lock) {
            stopping = true;
            going = all.values().stream().filter(each -> !each.hasEnded()).toList();
        }
        pool.shutdown();
        long until = System.nanoTime() + grace.toNanos();
        await(going, until);
        going.forEach(operation -> operation.cancel("the server is stopped"));
        await(going, System.nanoTime() + Duration.ofSeconds(30).toNanos());
        pool.shutdownNow();
    }

    private static void await(List<Operation> going, long until) {
        for (Operation operation : going) {
            try {
                operation.ended().get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                LOG.debug("operation {} goes on", operation.id());
            }
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
