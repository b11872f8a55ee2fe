package io.codeb.server.internal.operations;

import io.codeb.event.Event;
import io.codeb.model.Cancellation;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Problem;
import io.codeb.server.internal.http.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Work that goes on by itself, and what is known of it. Thread-safe. */
public final class Operation {
    private static final int LONGEST_LINE = 500;

    private final String id;
    private final String kind;
    private final String project;
    private final String by;
    private final Optional<String> alone;
    private final Clock clock;
    private final Instant createdAt;
    private final Consumer<OperationView> keeper;
    private final Cancellation cancellation = new Cancellation();
    private final EventRing events = new EventRing();
    private final CompletableFuture<OperationView> ended = new CompletableFuture<>();

    private State state = State.QUEUED;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private @Nullable String stage;
    private @Nullable ProgressView progress;
    private @Nullable Object result;
    private @Nullable Problem problem;

    /** How an operation is. */
    enum State {
        /** It waits for others. */
        QUEUED,
        /** It goes on. */
        RUNNING,
        /** It ended well. */
        DONE,
        /** It failed. */
        FAILED,
        /** Somebody has ended it. */
        CANCELLED
    }

    /**
     * Makes one that waits.
     *
     * @param keeper is told how it is now, and how it has ended before anybody else hears of that
     */
    Operation(String id, Operations.Order order, Clock clock, Consumer<OperationView> keeper) {
        this.id = id;
        this.kind = order.kind();
        this.project = order.project();
        this.by = order.caller().token().name();
        this.alone = order.alone();
        this.clock = clock;
        this.createdAt = clock.instant();
        this.keeper = keeper;
        keeper.accept(view());
        events.add("state", view(), false);
    }

    /** One of a process before this one. Where it had not ended it has now, and nobody knows how far it came. */
    Operation(OperationView known, Clock clock, Consumer<OperationView> keeper) {
        this.id = known.id();
        this.kind = known.kind();
        this.project = known.project();
        this.by = known.by();
        this.alone = Optional.empty();
        this.clock = clock;
        this.createdAt = known.createdAt();
        this.keeper = keeper;
        this.startedAt = known.startedAt();
        this.stage = known.stage();
        this.progress = known.progress();
        if (known.endedAt() == null) {
            failed(Refusal.STOPPING.because("died").problem(), false);
        } else {
            this.state = State.valueOf(known.state());
            this.endedAt = known.endedAt();
            this.result = known.result();
            this.problem = known.problem();
            events.add("end", view(), true);
            ended.complete(view());
        }
    }

    /**
     * Its id.
     *
     * @return not to be guessed
     */
    public String id() {
        return id;
    }

    /**
     * On which project it works.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /**
     * Asks it to end early.
     *
     * @param why for the message
     */
    public void cancel(String why) {
        cancellation.cancel(why);
    }

    /**
     * What is known of it.
     *
     * @return as of now
     */
    public synchronized OperationView view() {
        return new OperationView(
                id, kind, project, state.name(), by, createdAt, startedAt, endedAt, stage, progress, result, problem);
    }

    synchronized void begin() {
        state = State.RUNNING;
        startedAt = clock.instant();
        events.add("state", view(), false);
    }

    synchronized void hear(Event event) {
        if (event instanceof Event.Stage now) {
            at(now.name());
        } else if (event instanceof Event.Progress further) {
            progress = ProgressView.of(further);
            events.add("progress", view(), false);
        }
    }

    /** How far it is, it is from here on in this stage: numbers of the one before would be taken for its own. */
    synchronized void at(String now) {
        stage = now;
        progress = null;
        events.add("stage", view(), false);
    }

    void say(String line) {
        events.add("line", new Line(line.substring(0, Math.min(LONGEST_LINE, line.length()))), false);
    }

    /** What a program has said. */
    record Line(String text) {}

    void done(Object value) {
        synchronized (this) {
            result = value;
            end(State.DONE);
        }
        ended.complete(view());
    }

    void failed(Problem what, boolean wasCancelled) {
        synchronized (this) {
            problem = what;
            end(wasCancelled ? State.CANCELLED : State.FAILED);
        }
        ended.complete(view());
    }

    private void end(State how) {
        state = how;
        endedAt = clock.instant();
        keeper.accept(view());
        events.add("end", view(), true);
    }

    synchronized boolean hasBegun() {
        return startedAt != null;
    }

    /** Whether nobody else may work on something; who has heard of its end may. */
    synchronized boolean keepsOthersFrom(String what) {
        return endedAt == null && alone.filter(what::equals).isPresent();
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    synchronized boolean endedBefore(Instant time) {
        return endedAt != null && endedAt.isBefore(time);
    }

    /**
     * Completes when it has ended.
     *
     * @return a future of the caller's own
     */
    public CompletableFuture<OperationView> ended() {
        return ended.copy();
    }

    /**
     * Answers how it is, when it has ended, or when a time has passed.
     *
     * @param status of the answer
     * @param limit how long to wait; zero for now
     * @return the answer, which takes no thread while it waits
     */
    public Answer answer(int status, Duration limit) {
        Map<String, String> headers = status == 202 ? Map.of("Location", "/api/operations/" + id) : Map.of();
        if (limit.isZero() || hasEnded()) {
            return Answer.json(status, view(), headers);
        }
        return (request, response, callback) -> {
            CompletableFuture<OperationView> unused = ended().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((view, late) -> {
                        try {
                            Answer.json(status, view(), headers).write(request, response, callback);
                        } catch (Exception e) {
                            callback.failed(e);
                        }
                    });
        };
    }

    /**
     * Answers its events as they happen.
     *
     * @param after the number of the last one that was seen; 0 for none
     * @return the answer
     */
    public Answer follow(long after) {
        return new EventStream(events, after);
    }
}
