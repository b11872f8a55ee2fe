package io.codeb;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to put back. Immutable; each word answers a changed copy.
 *
 * <p>Without further words the project's own database becomes the one again that was replaced last, and what it is now
 * is kept for a day.
 */
@CheckReturnValue
public final class RollbackRequest {
    private final String project;
    private final @Nullable String database;
    private final @Nullable String keptAs;
    private final Duration keep;

    private RollbackRequest(String project, @Nullable String database, @Nullable String keptAs, Duration keep) {
        this.project = project;
        this.database = database;
        this.keptAs = keptAs;
        this.keep = keep;
    }

    /**
     * Puts the database of a project back.
     *
     * @param project its name
     * @return the request
     */
    public static RollbackRequest of(String project) {
        return new RollbackRequest(
                Objects.requireNonNull(project, "project"), null, null, RestoreRequest.KEPT_UNLESS_SAID);
    }

    /**
     * Names another database of the project's server.
     *
     * @param name as it was replaced, and shall be again
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public RollbackRequest database(String name) {
        String checked = Names.checked("database", Objects.requireNonNull(name, "name"));
        return new RollbackRequest(project, checked, keptAs, keep);
    }

    /**
     * Chooses which of those that are kept. It is put back whoever owns it.
     *
     * @param name as {@link io.codeb.model.ReplacedDatabase#keptAs()} has it
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public RollbackRequest to(String name) {
        String checked = Names.checked("database", Objects.requireNonNull(name, "name"));
        return new RollbackRequest(project, database, checked, keep);
    }

    /**
     * Says for how long what is live now is kept in its turn.
     *
     * @param time to the second, at least one
     * @return a changed copy
     * @throws IllegalArgumentException when it is less than a second or more than ten years
     */
    public RollbackRequest keeping(Duration time) {
        Objects.requireNonNull(time, "time");
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("what is live now is kept for at least a second, not " + time);
        }
        return new RollbackRequest(project, database, keptAs, RestoreRequest.requireKeep(time));
    }

    /**
     * On whose server.
     *
     * @return a project's name
     */
    public String project() {
        return project;
    }

    /**
     * Which database.
     *
     * @return empty for the project's own
     */
    public Optional<String> database() {
        return Optional.ofNullable(database);
    }

    /**
     * Which of those that are kept.
     *
     * @return empty for the one that was replaced last
     */
    public Optional<String> keptAs() {
        return Optional.ofNullable(keptAs);
    }

    /**
     * For how long what is live now is kept.
     *
     * @return at least a second
     */
    public Duration keep() {
        return keep;
    }
}
