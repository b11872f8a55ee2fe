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
     * @param id tells it from all others, also of the same backup; that of the {@code io.codeb.Run} where there is one
     * @param operation what it does
     * @param repository in which repository; null for a restore of a foreign file, a dump to a stream, and where that
     *     was never known
     * @param project for which project; empty where a restore failed before that was known
     * @param database which database on the project's server; null for what looks at none, and where that was never
     *     known
     * @param backup of which backup; null for a restore of a foreign file and for a dump to a stream
     */
    record Run(
            String id,
            Operation operation,
            @Nullable String repository,
            String project,
            @Nullable String database,
            @Nullable BackupId backup) {}

    /**
     * A run began.
     *
     * @param run which
     * @param at when
     */
    record Started(Run run, Instant at) implements Event {}

    /**
     * A run has come to its next stage.
     *
     * @param run which
     * @param at when
     * @param name what it does from here on: {@code lock}, {@code dump}, {@code commit}, {@code start}, {@code load} …;
     *     a restore that has read all is at {@code build} while the server makes indexes and keys of the rows, and then
     *     at {@code compare}
     */
    record Stage(Run run, Instant at, String name) implements Event {}

    /**
     * A run goes on. Sent a few times a second at the most; a listener that is slow misses some.
     *
     * @param run which
     * @param at when
     * @param entry which entry
     * @param bytes plain bytes of the entry so far
     * @param storedBytes how many went to the storage for them so far, behind the codecs; -1 when none go there
     * @param totalBytes how many plain ones there will be, in a backup as its engine estimates it from the statistics
     *     of the database, which can be far off; -1 when nobody knows, and when there are more than that already
     * @param rows rows of the entry so far
     * @param doneBytes plain bytes of all entries of this stage so far, whichever thread moves them: what a bar shows.
     *     It does not go back, except where a backup is begun again. What a server builds of a restore's rows comes
     *     behind them, and is in no bytes
     * @param allBytes how many that will be; in a backup an estimate, as {@code totalBytes}; -1 when nobody knows, and
     *     when there are more than that already
     */
    record Progress(
            Run run,
            Instant at,
            String entry,
            long bytes,
            long storedBytes,
            long totalBytes,
            long rows,
            long doneBytes,
            long allBytes)
            implements Event {}

    /**
     * A run ended well.
     *
     * @param run which
     * @param at when
     * @param bytes plain bytes in all
     * @param storedBytes how many of them went to the storage, behind the codecs; -1 when none went there
     * @param rows rows in all
     * @param duration how long it took
     */
    record Finished(Run run, Instant at, long bytes, long storedBytes, long rows, Duration duration) implements Event {}

    /**
     * A run failed, and left nothing that counts as done.
     *
     * @param run which
     * @param at when
     * @param stage what it was doing, for example {@code dump} or {@code commit}
     * @param code what went wrong, for programs
     * @param message what went wrong, for people
     * @param hint what to do next, one sentence; empty where there is nothing to say
     */
    record Failed(Run run, Instant at, String stage, ErrorCode code, String message, String hint) implements Event {}
}
