package io.codeb.schedule.jdbc;

import io.codeb.CodeB;
import io.codeb.error.ConfigException;
import io.codeb.model.CheckReturnValue;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Does the jobs of {@link CodeB.Builder#schedule} on several nodes of an application, of which each due time is done by
 * one: a table in the application's own database says which. Immutable; each word answers a changed copy.
 *
 * <pre>{@code
 * ClusteredSchedule.on(dataSource).createTable();
 * ClusterNode node = ClusteredSchedule.on(dataSource).start(codeb);
 * }</pre>
 *
 * <p>Every node has the same jobs. Who uses it calls {@code codeb.schedules().start()} on none of them.
 */
@CheckReturnValue
public final class ClusteredSchedule {
    /** The table's name where nothing else is said. */
    public static final String DEFAULT_TABLE = "codeb_schedule";

    /** How often is looked for what is due, where nothing else is said. */
    public static final Duration DEFAULT_POLLING = Duration.ofSeconds(10);

    /** How often a node that is at a job says that it lives, where nothing else is said. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(30);

    /** So many times a node may not have said that it lives before it is dead. */
    public static final int MISSED_HEARTBEATS = 4;

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,39}(\\.[a-z_][a-z0-9_]{0,39})?");

    private final DataSource dataSource;
    private final String table;
    private final Duration polling;
    private final Duration heartbeat;

    private ClusteredSchedule(DataSource dataSource, String table, Duration polling, Duration heartbeat) {
        this.dataSource = dataSource;
        this.table = table;
        this.polling = polling;
        this.heartbeat = heartbeat;
    }

    /**
     * By a table in a database that all nodes reach.
     *
     * @param dataSource connections to it; one or two at a time are in use
     * @return the schedule
     */
    public static ClusteredSchedule on(DataSource dataSource) {
        return new ClusteredSchedule(
                Objects.requireNonNull(dataSource, "dataSource"), DEFAULT_TABLE, DEFAULT_POLLING, DEFAULT_HEARTBEAT);
    }

    /**
     * Names the table. It is to be one of CodeB's own: what is in it and is no job is deleted after two weeks.
     *
     * @param name of lower-case letters, digits and {@code _}, at most 40; before it may stand a schema and a full stop
     * @return a changed copy
     * @throws IllegalArgumentException when it is another
     */
    public ClusteredSchedule table(String name) {
        if (!TABLE.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("a table is named as in " + DEFAULT_TABLE + " or ops." + DEFAULT_TABLE);
        }
        return new ClusteredSchedule(dataSource, name, polling, heartbeat);
    }

    /**
     * Says how often each node looks for what is due.
     *
     * @param every 100 ms to an hour
     * @return a changed copy
     */
    public ClusteredSchedule pollingEvery(Duration every) {
        return new ClusteredSchedule(dataSource, table, within(every), heartbeat);
    }

    /**
     * Says how often a node that is at a job says that it lives. When it has not for {@link #MISSED_HEARTBEATS} times
     * as long, another node takes the job over.
     *
     * @param every 100 ms to an hour
     * @return a changed copy
     */
    public ClusteredSchedule heartbeatEvery(Duration every) {
        return new ClusteredSchedule(dataSource, table, polling, within(every));
    }

    private static Duration within(Duration every) {
        if (Objects.requireNonNull(every, "every").compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(every + " is not between " + SHORTEST + " and " + LONGEST);
        }
        return every;
    }

    /**
     * What makes the table in PostgreSQL, and nothing where it is there: for a migration of the application's own.
     *
     * @return statements, each with a semicolon at its end
     */
    public String ddl() {
        String index = table.substring(table.indexOf('.') + 1);
        return """
                CREATE TABLE IF NOT EXISTS %1$s (
                    task_name text NOT NULL,
                    task_instance text NOT NULL,
                    task_data bytea,
                    execution_time timestamp with time zone NOT NULL,
                    picked boolean NOT NULL,
                    picked_by text,
                    last_success timestamp with time zone,
                    last_failure timestamp with time zone,
                    consecutive_failures integer,
                    last_heartbeat timestamp with time zone,
                    version bigint NOT NULL,
                    priority smallint,
                    PRIMARY KEY (task_name, task_instance)
                );
                CREATE INDEX IF NOT EXISTS %2$s_due ON %1$s (execution_time);
                CREATE INDEX IF NOT EXISTS %2$s_alive ON %1$s (last_heartbeat);
                """.formatted(table, index);
    }

    /**
     * Makes the table in PostgreSQL, unless it is there. It takes the right to make tables; where the application's
     * user has none, run {@link #ddl()} by other means.
     *
     * @throws ConfigException when it cannot be made
     */
    public void createTable() {
        execute(ddl(), "could not be made", "run what ddl() answers as a user who may make tables");
    }

    /**
     * Begins to do jobs, as one of the nodes, until that one is stopped.
     *
     * @param codeb with the same jobs on every node; it is to be closed after the node
     * @return to be stopped or closed
     * @throws ConfigException when there are no jobs, the table cannot be read, or {@code CLOSED}
     */
    public ClusterNode start(CodeB codeb) {
        if (Objects.requireNonNull(codeb, "codeb").schedules().configured().isEmpty()) {
            throw new ConfigException("there is no job to schedule", "add some with CodeB.builder().schedule(…)");
        }
        execute(
                "SELECT 1 FROM " + table
                        + " WHERE picked IS NULL AND execution_time IS NULL AND last_heartbeat IS NULL",
                "cannot be read",
                "make it with createTable(), or by what ddl() answers");
        return ClusterNode.start(codeb, dataSource, table, polling, heartbeat);
    }

    private void execute(String sql, String problem, String hint) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            ConfigException refusal = new ConfigException(
                    "the table " + table + " of the schedule " + problem + ": " + e.getMessage(), hint);
            refusal.addSuppressed(e);
            throw refusal;
        }
    }
}
