package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.schedule.CronLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is done for a project again and again, and when. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a job begins when its line is due, has a day, tries again for an hour what may go better
 * then, and makes up for what was missed, once.
 */
@CheckReturnValue
public final class ScheduledJob {
    /** How long one try may take where nothing else is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofDays(1);

    /** For how long is tried again where nothing else is said. */
    public static final Duration DEFAULT_RETRYING = Duration.ofHours(1);

    /** The most that a job can begin behind its due time. */
    public static final Duration MAX_JITTER = Duration.ofDays(1);

    /** The longest that a job can be told to try, to try again, and to make up for. */
    public static final Duration MAX_TIME = Duration.ofDays(3_650);

    /** What is done. Of a project's jobs that are due at once the first of these goes first. */
    public enum Kind {
        /** A backup is made. */
        BACKUP,
        /** The newest backup is proven. */
        DRILL,
        /** What no policy keeps is deleted, and what runs have left is removed. */
        PRUNE
    }

    private final Kind kind;
    private final String project;
    private final CronLine line;
    private final @Nullable String repository;
    private final @Nullable BackupRequest backup;
    private final @Nullable RetentionRequest prune;
    private final UnaryOperator<DrillRequest> drill;
    private final Duration jitter;
    private final Duration timeout;
    private final Duration retrying;
    private final Duration catchingUp;

    private ScheduledJob(Draft draft) {
        this.kind = draft.kind;
        this.project = draft.project;
        this.line = draft.line;
        this.repository = draft.repository;
        this.backup = draft.backup;
        this.prune = draft.prune;
        this.drill = draft.drill;
        this.jitter = draft.jitter;
        this.timeout = draft.timeout;
        this.retrying = draft.retrying;
        this.catchingUp = draft.catchingUp;
    }

    /**
     * Backs up a project's whole database.
     *
     * @param project its name
     * @param line when
     * @return the job
     */
    public static ScheduledJob backup(String project, CronLine line) {
        return backup(BackupRequest.of(project), line);
    }

    /**
     * Makes a backup.
     *
     * @param request what, and where to
     * @param line when
     * @return the job
     */
    public static ScheduledJob backup(BackupRequest request, CronLine line) {
        Draft draft = new Draft(
                Kind.BACKUP, Objects.requireNonNull(request, "request").project(), line);
        draft.backup = request;
        draft.repository = request.repository().orElse(null);
        return new ScheduledJob(draft);
    }

    /**
     * Proves the newest backup that a project has then.
     *
     * @param project its name
     * @param line when
     * @return the job
     */
    public static ScheduledJob drill(String project, CronLine line) {
        return new ScheduledJob(new Draft(Kind.DRILL, Objects.requireNonNull(project, "project"), line));
    }

    /**
     * Deletes what the project's policy, or that of the repository, does not keep, and removes what runs have left.
     *
     * @param project its name
     * @param line when
     * @return the job
     */
    public static ScheduledJob prune(String project, CronLine line) {
        return prune(RetentionRequest.of(project), line);
    }

    /**
     * Deletes what a policy does not keep, and removes what runs have left. With {@code policy(RetentionPolicy.keep())}
     * it only does the latter.
     *
     * @param request whose backups, where, and by which policy
     * @param line when
     * @return the job
     */
    public static ScheduledJob prune(RetentionRequest request, CronLine line) {
        Draft draft =
                new Draft(Kind.PRUNE, Objects.requireNonNull(request, "request").project(), line);
        draft.prune = request;
        draft.repository = request.repository().orElse(null);
        return new ScheduledJob(draft);
    }

    /**
     * Works on the backups of a repository.
     *
     * @param repositoryName which; without this word it is the first one
     * @return a changed copy
     */
    public ScheduledJob in(String repositoryName) {
        Draft draft = draft();
        draft.repository = Objects.requireNonNull(repositoryName, "repositoryName");
        draft.backup = backup == null ? null : backup.to(repositoryName);
        draft.prune = prune == null ? null : prune.in(repositoryName);
        return new ScheduledJob(draft);
    }

    /**
     * Says more of the drill: its image, for example, or what its container may take.
     *
     * @param words added to {@code DrillRequest.of(backup)}
     * @return a changed copy
     * @throws IllegalStateException when it is no drill
     */
    public ScheduledJob drillingWith(UnaryOperator<DrillRequest> words) {
        Objects.requireNonNull(words, "words");
        if (kind != Kind.DRILL) {
            throw new IllegalStateException(name() + " is no drill");
        }
        Draft draft = draft();
        draft.drill = words;
        return new ScheduledJob(draft);
    }

    /**
     * Begins behind the due time, so that not everything begins at once: each time by another while, which follows from
     * the job's name and the due time alone.
     *
     * @param most less than that; zero to a day
     * @return a changed copy
     */
    public ScheduledJob jitter(Duration most) {
        Draft draft = draft();
        draft.jitter = within("most", most, Duration.ZERO, MAX_JITTER);
        return new ScheduledJob(draft);
    }

    /**
     * Cancels a try that takes longer.
     *
     * @param most a second to ten years
     * @return a changed copy
     */
    public ScheduledJob timeout(Duration most) {
        Draft draft = draft();
        draft.timeout = within("most", most, Duration.ofSeconds(1), MAX_TIME);
        return new ScheduledJob(draft);
    }

    /**
     * Tries again what has failed and can go better without anything being mended, such as a server that does not
     * answer: 30 s later, then after twice as long each time, ten minutes at the most.
     *
     * @param window how long after the first try the last one may begin; zero to ten years, zero for one try alone
     * @return a changed copy
     */
    public ScheduledJob retrying(Duration window) {
        Draft draft = draft();
        draft.retrying = within("window", window, Duration.ZERO, MAX_TIME);
        return new ScheduledJob(draft);
    }

    /**
     * Makes up for what was missed while nobody was there: for the last due time alone, and if that is not longer ago.
     *
     * @param since zero to ten years; with zero it is left out what is later than a minute
     * @return a changed copy
     */
    public ScheduledJob catchingUp(Duration since) {
        Draft draft = draft();
        draft.catchingUp = within("since", since, Duration.ZERO, MAX_TIME);
        return new ScheduledJob(draft);
    }

    private static Duration within(String name, Duration value, Duration least, Duration most) {
        if (Objects.requireNonNull(value, name).compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(value + " is not between " + least + " and " + most);
        }
        return value;
    }

    /**
     * Its name: no two jobs of a {@link CodeB} have the same.
     *
     * @return the project and the kind, as in {@code shop/backup}
     */
    public String name() {
        return project + "/" + kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What is done.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * For whom.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * When it is due.
     *
     * @return the line
     */
    public CronLine line() {
        return line;
    }

    /**
     * On whose backups it works.
     *
     * @return the repository's name; empty for the first one
     */
    public Optional<String> repository() {
        return Optional.ofNullable(repository);
    }

    /**
     * What is backed up.
     *
     * @return empty where it is no backup
     */
    public Optional<BackupRequest> backupRequest() {
        return Optional.ofNullable(backup);
    }

    /**
     * What is pruned.
     *
     * @return empty where nothing is
     */
    public Optional<RetentionRequest> retentionRequest() {
        return Optional.ofNullable(prune);
    }

    /**
     * The drill of a backup.
     *
     * @param newest which
     * @return the request
     */
    public DrillRequest drillRequest(BackupRef newest) {
        return drill.apply(DrillRequest.of(Objects.requireNonNull(newest, "newest")));
    }

    /**
     * By how much it begins behind its due time at the most.
     *
     * @return zero for not at all
     */
    public Duration jitter() {
        return jitter;
    }

    /**
     * How long one try may take.
     *
     * @return a second or more
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * How long after the first try the last one may begin.
     *
     * @return zero for one try alone
     */
    public Duration retrying() {
        return retrying;
    }

    /**
     * How long ago what is made up for may have been due.
     *
     * @return zero for never
     */
    public Duration catchingUp() {
        return catchingUp;
    }

    /**
     * When it begins that is due at a time, unless something keeps it from that.
     *
     * @param due a due time
     * @return not before that, and less than {@link #jitter()} behind it
     */
    public Instant start(Instant due) {
        Objects.requireNonNull(due, "due");
        if (jitter.isZero()) {
            return due;
        }
        // As SplittableRandom does: names and times that are alike are spread.
        long mixed = name().hashCode() * 0x9E3779B97F4A7C15L + due.getEpochSecond();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return due.plusMillis(Math.floorMod(mixed ^ (mixed >>> 31), Math.max(1, jitter.toMillis())));
    }

    /**
     * The last due time of which it has begun, or should have.
     *
     * @param now a time of the years 1 to 9980
     * @return a due time whose beginning is not behind that
     */
    public Instant due(Instant now) {
        Instant due = line.last(Objects.requireNonNull(now, "now"));
        while (start(due).isAfter(now)) {
            due = line.last(due.minusSeconds(1));
        }
        return due;
    }

    /**
     * When it begins next, unless something keeps it from that.
     *
     * @param after a time of the years 1 to 9980
     * @return the beginning of the first that is due and begins behind that
     */
    public Instant next(Instant after) {
        Instant due = line.next(Objects.requireNonNull(after, "after").minus(jitter));
        while (!start(due).isAfter(after)) {
            due = line.next(due);
        }
        return start(due);
    }

    /** Its name and its line. */
    @Override
    public String toString() {
        return name() + " at " + line;
    }

    private Draft draft() {
        Draft draft = new Draft(kind, project, line);
        draft.repository = repository;
        draft.backup = backup;
        draft.prune = prune;
        draft.drill = drill;
        draft.jitter = jitter;
        draft.timeout = timeout;
        draft.retrying = retrying;
        draft.catchingUp = catchingUp;
        return draft;
    }

    private static final class Draft {
        private final Kind kind;
        private final String project;
        private final CronLine line;
        private @Nullable String repository;
        private @Nullable BackupRequest backup;
        private @Nullable RetentionRequest prune;
        private UnaryOperator<DrillRequest> drill = UnaryOperator.identity();
        private Duration jitter = Duration.ZERO;
        private Duration timeout = DEFAULT_TIMEOUT;
        private Duration retrying = DEFAULT_RETRYING;
        private Duration catchingUp = MAX_TIME;

        Draft(Kind kind, String project, CronLine line) {
            this.kind = kind;
            this.project = BackupRef.checkName("project", project);
            this.line = Objects.requireNonNull(line, "line");
        }
    }
}
