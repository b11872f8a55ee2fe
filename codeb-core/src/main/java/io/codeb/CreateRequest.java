package io.codeb;

import io.codeb.model.CheckReturnValue;
import io.codeb.spi.engine.CreateSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A database to make. Immutable; each word answers a changed copy.
 *
 * <p>Without further words it is empty, belongs to the project's user, has the server's encoding and locale, and is
 * given up when the server has not made it in 60 seconds.
 */
@CheckReturnValue
public final class CreateRequest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String project;
    private final CreateSpec spec;

    private CreateRequest(String project, CreateSpec spec) {
        this.project = project;
        this.spec = spec;
    }

    /**
     * A database beside a project's own.
     *
     * @param project on whose server
     * @param database its name
     * @return the request
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public static CreateRequest of(String project, String database) {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(database, "database");
        return new CreateRequest(project, CreateSpec.of(Names.checked("database", database), TIMEOUT));
    }

    /**
     * Says whose it is to be.
     *
     * @param role a role of the server
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public CreateRequest owner(String role) {
        Objects.requireNonNull(role, "role");
        return new CreateRequest(project, spec.withOwner(Names.checked("role", role)));
    }

    /**
     * Says how its texts are kept.
     *
     * @param name as the engine names it, for example {@code UTF8}
     * @return a changed copy
     */
    public CreateRequest encoding(String name) {
        Objects.requireNonNull(name, "name");
        return new CreateRequest(project, spec.withText(Names.checked("encoding", name), spec.locale()));
    }

    /**
     * Says how its texts are sorted.
     *
     * @param name as the server names it, for example {@code ko_KR.UTF-8}
     * @return a changed copy
     */
    public CreateRequest locale(String name) {
        Objects.requireNonNull(name, "name");
        return new CreateRequest(project, spec.withText(spec.encoding(), Names.checked("locale", name)));
    }

    /**
     * Makes it a copy of another database, to which nobody may be connected then. It takes as long as that one is
     * large: see {@link #timeout}.
     *
     * @param database a database of the same server
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public CreateRequest template(String database) {
        Objects.requireNonNull(database, "database");
        return new CreateRequest(project, spec.withTemplate(Names.checked("database", database)));
    }

    /**
     * Limits the time on the server.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public CreateRequest timeout(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        return new CreateRequest(project, spec.withTimeout(limit));
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
     * Whose it is to be.
     *
     * @return empty for the project's user
     */
    public Optional<String> owner() {
        return Optional.ofNullable(spec.owner());
    }

    /**
     * How its texts are kept.
     *
     * @return empty for the server's way
     */
    public Optional<String> encoding() {
        return Optional.ofNullable(spec.encoding());
    }

    /**
     * How its texts are sorted.
     *
     * @return empty for the server's way
     */
    public Optional<String> locale() {
        return Optional.ofNullable(spec.locale());
    }

    /**
     * What it is a copy of.
     *
     * @return empty for an empty database
     */
    public Optional<String> template() {
        return Optional.ofNullable(spec.template());
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
