package io.codeb;

import io.codeb.model.CheckReturnValue;
import io.codeb.spi.engine.DropSpec;
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
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String project;
    private final DropSpec spec;
    private final boolean ownToo;

    private DropRequest(String project, DropSpec spec, boolean ownToo) {
        this.project = project;
        this.spec = spec;
        this.ownToo = ownToo;
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
        return new DropRequest(project, DropSpec.of(Names.checked("database", database), TIMEOUT), false);
    }

    /**
     * Drops it also when it is the project's own, the one that its backups are of.
     *
     * @return a changed copy
     */
    public DropRequest ownToo() {
        return new DropRequest(project, spec, true);
    }

    /**
     * Sends away who is connected to it, as far as the user may.
     *
     * @return a changed copy
     */
    public DropRequest disconnecting() {
        return new DropRequest(project, spec.withDisconnecting(true), ownToo);
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
        return new DropRequest(project, spec.withTimeout(limit), ownToo);
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
        return spec.name();
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
        return spec.disconnecting();
    }

    /**
     * How long at the most.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return spec.timeout();
    }
}
