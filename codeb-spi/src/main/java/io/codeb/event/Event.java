package io.codeb.event;

import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run. */
public sealed interface Event {
    /**
     * Which run it belongs to.
     *
     * @return the run
     */
    Run run();

    /**
     * When it happened.
     *
     * @return by the application's clock
     */
    Instant at();

    /**
     * A run.
     *
     * @param operation what it does
     * @param project for which project
     * @param backup of which backup; null for a restore of a foreign file
     */
    record Run(
            Operation operation, String project, @Nullable BackupId backup) {}

    /**
     * A run began.
     *
     * @param run which
     * @param at when
     */
    record Started(Run run, Instant at) implements Event {}

    /**
     * A run goes on. Sent a few times a second at the most; a listener that is slow misses some.
     *
     * @param run which
     * @param at when
     * @param entry which entry
     * @param bytes plain bytes of the entry so far
     * @param totalBytes how many there will be; -1 when nobody knows
     * @param rows rows so far
     */
    record Progress(Run run, Instant at, String entry, long bytes, long totalBytes, long rows) implements Event {}

    /**
     * A run ended well.
     *
     * @param run which
     * @param at when
     * @param bytes plain bytes in all
     * @param rows rows in all
     * @param duration how long it took
     */
    record Finished(Run run, Instant at, long bytes, long rows, Duration duration) implements Event {}

    /**
     * A run failed, and left nothing that counts as done.
     *
     * @param run which
     * @param at when
     * @param stage what it was doing, for example {@code dump} or {@code commit}
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     */
    record Failed(Run run, Instant at, String stage, ErrorCode code, String message) implements Event {}
}
