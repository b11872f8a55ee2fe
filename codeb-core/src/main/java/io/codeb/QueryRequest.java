package io.codeb;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One statement to run. Immutable; each word answers a changed copy.
 *
 * <p>Without further words it may not write, may run 30 seconds, and answers at most 1,000 rows.
 */
@CheckReturnValue
public final class QueryRequest {
    private final String project;
    private final String sql;
    private final List<@Nullable String> parameters;
    private final int rowLimit;
    private final Duration timeout;
    private final boolean readOnly;
    private final @Nullable String database;

    private QueryRequest(
            String project,
            String sql,
            List<@Nullable String> parameters,
            int rowLimit,
            Duration timeout,
            boolean readOnly,
            @Nullable String database) {
        this.project = project;
        this.sql = sql;
        this.parameters = parameters;
        this.rowLimit = rowLimit;
        this.timeout = timeout;
        this.readOnly = readOnly;
        this.database = database;
    }

    /**
     * A statement on a project's database.
     *
     * @param project its name
     * @param sql one statement; parameters are {@code $1}, {@code $2} …
     * @return the request
     */
    public static QueryRequest of(String project, String sql) {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(sql, "sql");
        return new QueryRequest(project, sql, List.of(), 1_000, Duration.ofSeconds(30), true, null);
    }

    /**
     * Sets the parameters.
     *
     * @param values their values, as the server reads them; null for SQL's null
     * @return a changed copy
     */
    public QueryRequest parameters(@Nullable Object... values) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object value : Objects.requireNonNull(values, "values")) {
            texts.add(value == null ? null : value.toString());
        }
        return new QueryRequest(
                project, sql, Collections.unmodifiableList(texts), rowLimit, timeout, readOnly, database);
    }

    /**
     * Limits the rows.
     *
     * @param rows at least 1
     * @return a changed copy
     * @throws IllegalArgumentException when it is less
     */
    public QueryRequest limit(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("a query's limit is at least one row, not " + rows);
        }
        return new QueryRequest(project, sql, parameters, rows, timeout, readOnly, database);
    }

    /**
     * Limits the time on the server.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public QueryRequest timeout(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a query's timeout is more than zero, not " + limit);
        }
        return new QueryRequest(project, sql, parameters, rowLimit, limit, readOnly, database);
    }

    /**
     * Lets the statement write.
     *
     * @return a changed copy
     */
    public QueryRequest writing() {
        return new QueryRequest(project, sql, parameters, rowLimit, timeout, false, database);
    }

    /**
     * Runs it on another database of the project's server.
     *
     * @param name its name
     * @return a changed copy
     * @throws IllegalArgumentException when the name is empty or holds a NUL
     */
    public QueryRequest database(String name) {
        Names.checked("database", Objects.requireNonNull(name, "name"));
        return new QueryRequest(project, sql, parameters, rowLimit, timeout, readOnly, name);
    }

    /**
     * Which project.
     *
     * @return its name
     */
    public String project() {
        return project;
    }

    /**
     * The statement.
     *
     * @return as given
     */
    public String sql() {
        return sql;
    }

    /**
     * The parameters.
     *
     * @return their values, nulls among them
     */
    public List<@Nullable String> parameters() {
        return parameters;
    }

    /**
     * How many rows at the most.
     *
     * @return at least 1
     */
    public int limit() {
        return rowLimit;
    }

    /**
     * How long at the most.
     *
     * @return more than zero
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Whether it may not write.
     *
     * @return true unless {@link #writing()} was said
     */
    public boolean readOnly() {
        return readOnly;
    }

    /**
     * On which database.
     *
     * @return empty for the project's own
     */
    public Optional<String> database() {
        return Optional.ofNullable(database);
    }
}
