package io.codeb;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.Objects;

/**
 * A database to drop. Immutable; each word answers a changed copy.
 *
 * <p>Without further words it is not dropped when it is the project's own or somebody is connected to it, and it is
 * given up when the server has not dropped it in 60 seconds.
 */
@CheckReturnValue
public final class DropRequest {
    private final String project;
    private final String database;
    private final boolean ownToo;
    private final boolean disconnecting;
    private final Duration timeout;

    private DropRequest(String project, String database, boolean ownToo, boolean disconnecting, Duration timeout) {
        this.project = project;
        this.database = database;
        this.ownToo = ownToo;
        this.disconnecting = disconnecting;
        this.timeout = timeout;
    }

    /**
     * A database of a project's server.
     *
     * @param project on whose server
     * @param database its name
     * @return the request
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public static DropRequest of(String project, String database) {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(database, "database");
        return new DropRequest(project, Names.checked("database", database), false, false, Duration.ofSeconds(60));
    }

    /**
     * Drops it also when it is the project's own, the one that its backups are of.
     *
     * @return a changed copy
     */
    public DropRequest ownToo() {
        return new DropRequest(project, database, true, disconnecting, timeout);
    }

    /**
     * Sends away who is connected to it, as far as the user may.
     *
     * @return a changed copy
     */
    public DropRequest disconnecting() {
        return new DropRequest(project, database, ownToo, true, timeout);
    }

    /**
     * Limits the time on the server.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public DropRequest timeout(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("to drop a database takes more than no time, not " + limit);
        }
        return new DropRequest(project, database, ownToo, disconnecting, limit);
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
     * @return its name
     */
    public String database() {
        return database;
    }

    /**
     * Whether it may be the project's own.
     *
     * @return false unless {@link #ownToo()} was said
     */
    public boolean dropsOwn() {
        return ownToo;
    }

    /**
     * Whether clients are sent away.
     *
     * @return false unless {@link #disconnecting()} was said
     */
    public boolean disconnects() {
        return disconnecting;
    }

    /**
     * How long at the most.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return timeout;
    }
}
