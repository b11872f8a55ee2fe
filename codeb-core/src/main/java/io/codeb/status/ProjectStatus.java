package io.codeb.status;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the backups of a project in a repository are.
 *
 * @param project whose
 * @param repository where
 * @param state how they are, in a word
 * @param late whether the newest backup is older than the project's {@code maxBackupAge}, whatever the state
 * @param last the newest backup
 * @param provenAt when a backup of the project was proven last; whether the newest one is, {@code last} says
 * @param backups how many there are that can be read
 * @param unreadable how many cannot be read
 * @param storedBytes what those that can be read take in the storage
 * @param growth how they have grown; empty where there are not two
 * @param failure the last run that has failed, if none has succeeded since
 * @param runningSince when the run began that makes a backup now
 * @param problem why nothing of all this is known; empty where it is
 * @param nextRun when a scheduler begins the next backup; empty where none is scheduled
 */
@CheckReturnValue
public record ProjectStatus(
        String project,
        String repository,
        State state,
        boolean late,
        Optional<KnownBackup> last,
        Optional<Instant> provenAt,
        int backups,
        int unreadable,
        long storedBytes,
        Optional<Growth> growth,
        Optional<FailedRun> failure,
        Optional<Instant> runningSince,
        Optional<String> problem,
        Optional<Instant> nextRun) {
    /** How far back growth is looked at. */
    public static final Duration GROWTH_SPAN = Duration.ofDays(30);

    /** How backups are, the first that is true. */
    public enum State {
        /** The storage does not tell. */
        UNKNOWN,
        /** One is made now. */
        RUNNING,
        /** The last run has failed. */
        FAILED,
        /** There is none. */
        NEVER,
        /** The newest is older than it may be. */
        LATE,
        /** There is one, as new as it has to be. */
        OK
    }

    /**
     * How backups have grown.
     *
     * @param bytes how much more the newest one takes in the storage than an older one; negative where it takes less
     * @param over how long before the newest one that one began: the oldest within {@link #GROWTH_SPAN}
     */
    public record Growth(long bytes, Duration over) {
        /** Takes no null. */
        public Growth {
            Objects.requireNonNull(over, "over");
        }
    }

    /** Takes no null. */
    public ProjectStatus {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(repository, "repository");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(provenAt, "provenAt");
        Objects.requireNonNull(growth, "growth");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(runningSince, "runningSince");
        Objects.requireNonNull(problem, "problem");
        Objects.requireNonNull(nextRun, "nextRun");
    }

    /**
     * What is known of a project's backups.
     *
     * @param backups those that can be read, in any order
     * @param unreadable how many cannot
     * @param failure the last run that has failed, whether or not one has succeeded since
     * @param runningSince when the run began that makes a backup now
     * @param maxAge how old the newest may be; zero for any
     */
    public record Known(
            List<KnownBackup> backups,
            int unreadable,
            Optional<FailedRun> failure,
            Optional<Instant> runningSince,
            Duration maxAge) {
        /** Copies the list. */
        public Known {
            backups = List.copyOf(backups);
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(runningSince, "runningSince");
            Objects.requireNonNull(maxAge, "maxAge");
        }
    }

    /**
     * Puts together what is known. The order of the backups does not matter.
     *
     * @param project whose
     * @param repository where
     * @param known what there is
     * @param now what age is counted to
     * @return the status
     */
    public static ProjectStatus of(String project, String repository, Known known, Instant now) {
        Comparator<KnownBackup> byAge =
                Comparator.comparing(KnownBackup::startedAt).thenComparing(KnownBackup::id);
        Optional<KnownBackup> last = known.backups().stream().max(byAge);
        Optional<FailedRun> failure = known.failure()
                .filter(failed -> last.map(newest -> !newest.startedAt().isAfter(failed.startedAt()))
                        .orElse(true));
        boolean late = !known.maxAge().isZero()
                && last.filter(newest ->
                                Duration.between(newest.startedAt(), now).compareTo(known.maxAge()) > 0)
                        .isPresent();
        return new ProjectStatus(
                project,
                repository,
                state(known.runningSince().isPresent(), failure.isPresent(), last.isPresent(), late),
                late,
                last,
                known.backups().stream()
                        .flatMap(backup -> backup.provenAt().stream())
                        .max(Comparator.naturalOrder()),
                known.backups().size(),
                known.unreadable(),
                known.backups().stream()
                        .mapToLong(KnownBackup::storedBytes)
                        .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b),
                last.flatMap(newest -> growth(newest, known.backups())),
                failure,
                known.runningSince(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Says when the next backup begins.
     *
     * @param time empty where none is scheduled
     * @return a changed copy
     */
    public ProjectStatus withNextRun(Optional<Instant> time) {
        return new ProjectStatus(
                project,
                repository,
                state,
                late,
                last,
                provenAt,
                backups,
                unreadable,
                storedBytes,
                growth,
                failure,
                runningSince,
                problem,
                time);
    }

    private static State state(boolean running, boolean failed, boolean any, boolean late) {
        if (running) {
            return State.RUNNING;
        }
        if (failed) {
            return State.FAILED;
        }
        if (!any) {
            return State.NEVER;
        }
        return late ? State.LATE : State.OK;
    }

    private static Optional<Growth> growth(KnownBackup newest, List<KnownBackup> backups) {
        return backups.stream()
                .filter(other -> other.startedAt().isBefore(newest.startedAt()))
                .filter(other ->
                        Duration.between(other.startedAt(), newest.startedAt()).compareTo(GROWTH_SPAN) <= 0)
                .min(Comparator.comparing(KnownBackup::startedAt).thenComparing(KnownBackup::id))
                .map(oldest -> new Growth(
                        newest.storedBytes() - oldest.storedBytes(),
                        Duration.between(oldest.startedAt(), newest.startedAt())));
    }

    /**
     * Of a project of which nothing is known.
     *
     * @param project whose
     * @param repository where
     * @param problem why
     * @return the status
     */
    public static ProjectStatus unknown(String project, String repository, String problem) {
        return new ProjectStatus(
                project,
                repository,
                State.UNKNOWN,
                false,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(problem),
                Optional.empty());
    }
}
