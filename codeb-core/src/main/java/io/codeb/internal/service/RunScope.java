package io.codeb.internal.service;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.internal.event.EventDispatcher;
import io.codeb.model.BackupId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One run, as logs and listeners see it. Used by the run's thread; {@link #progress} by any. */
final class RunScope implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.codeb.run");
    private static final String MDC_PROJECT = "codeb.project";
    private static final String MDC_BACKUP = "codeb.backup";
    private static final long PROGRESS_PERIOD_NANOS = Duration.ofMillis(250).toNanos();

    private final Event.Run run;
    private final EventDispatcher events;
    private final Clock clock;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();
    private final @Nullable String outerProject = MDC.get(MDC_PROJECT);
    private final @Nullable String outerBackup = MDC.get(MDC_BACKUP);
    private volatile long lastProgressNanos = startedNanos - PROGRESS_PERIOD_NANOS;
    private volatile StageBytes stageBytes = new StageBytes();
    private String stage = "start";

    RunScope(Event.Run run, EventDispatcher events, Clock clock) {
        this.run = run;
        this.events = events;
        this.clock = clock;
        this.startedAt = clock.instant();
        MDC.put(MDC_PROJECT, run.project());
        BackupId backup = run.backup();
        if (backup != null) {
            MDC.put(MDC_BACKUP, backup.value());
        }
        LOG.info("{} starts", what());
        events.publish(new Event.Started(run, startedAt));
    }

    /** Names what the run does from here on. */
    void stage(String name) {
        stage = name;
        stageBytes = new StageBytes();
        LOG.debug("{}: {}", run.operation(), name);
        events.publish(new Event.Stage(run, clock.instant(), name));
    }

    /** Says how many plain bytes all entries of the stage will have; -1 where nobody knows. */
    void expect(long bytes) {
        stageBytes.expect(bytes);
    }

    /** What the stage has moved so far counts for nothing any more. */
    void startOver() {
        stageBytes.startOver();
    }

    /** Tells how far an entry is. Cheap: listeners hear of it a few times a second. */
    void progress(String entry, long bytes, long storedBytes, long totalBytes, long rows) {
        stageBytes.grew(entry, bytes);
        if (System.nanoTime() - lastProgressNanos >= PROGRESS_PERIOD_NANOS) {
            tell(entry, bytes, storedBytes, totalBytes, rows);
        }
    }

    /** One after the other, so that nobody hears of less than before. */
    private synchronized void tell(String entry, long bytes, long storedBytes, long totalBytes, long rows) {
        long now = System.nanoTime();
        if (now - lastProgressNanos >= PROGRESS_PERIOD_NANOS) {
            lastProgressNanos = now;
            StageBytes.Told told = stageBytes.told();
            events.publish(new Event.Progress(
                    run, clock.instant(), entry, bytes, storedBytes, totalBytes, rows, told.done(), told.all()));
        }
    }

    String stage() {
        return stage;
    }

    Instant now() {
        return clock.instant();
    }

    String id() {
        return run.id();
    }

    Instant startedAt() {
        return startedAt;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    void finished(long bytes, long storedBytes, long rows) {
        Duration duration = elapsed();
        LOG.info("{} is done: {} bytes, {} rows, {} ms", what(), bytes, rows, duration.toMillis());
        events.publish(new Event.Finished(run, clock.instant(), bytes, storedBytes, rows, duration));
    }

    /** Tells of the failure, which the caller throws on. */
    void failed(Throwable failure) {
        ErrorCode code = failure instanceof CodeBException known ? known.code() : ErrorCode.COMMAND_FAILED;
        String hint = failure instanceof CodeBException known ? known.hint() : "";
        LOG.warn("{} failed in stage {}: {}", what(), stage, failure.toString());
        events.publish(new Event.Failed(run, clock.instant(), stage, code, String.valueOf(failure.getMessage()), hint));
    }

    private String what() {
        StringBuilder what = new StringBuilder(run.operation().name().toLowerCase(Locale.ROOT));
        if (!run.project().isEmpty()) {
            what.append(" of ").append(run.project());
        }
        if (run.database() != null) {
            what.append(", database ").append(run.database()).append(',');
        }
        return what.toString();
    }

    @Override
    public void close() {
        restore(MDC_PROJECT, outerProject);
        restore(MDC_BACKUP, outerBackup);
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
