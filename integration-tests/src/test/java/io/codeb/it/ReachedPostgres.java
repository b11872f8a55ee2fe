package io.codeb.it;

import io.codeb.model.Secret;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A server as the engine reaches it, and over a connection of the tests' own, by which its answers are checked. */
final class ReachedPostgres implements AutoCloseable {
    private final ContainerRuntime runtime;
    private final ServerTarget server;
    private final Supplier<PGSimpleDataSource> sources;

    private ReachedPostgres(ContainerRuntime runtime, ServerTarget server, Supplier<PGSimpleDataSource> sources) {
        this.runtime = runtime;
        this.server = server;
        this.sources = sources;
    }

    /** With its programs in its own container. */
    static ReachedPostgres inContainer() {
        PostgreSQLContainer container = PostgresServer.shared(15).container();
        ContainerRuntime runtime = Installed.runtime(PostgresServer.runtime());
        ToolHost tools = ToolHost.of(runtime, container.getContainerId()).withIdleLimit(Duration.ofMinutes(1));
        return new ReachedPostgres(
                runtime,
                ServerTarget.of(tools, 5432, PostgresServer.USER, Secret.of(PostgresServer.PASSWORD)),
                () -> sourceOf(container));
    }

    private static PGSimpleDataSource sourceOf(PostgreSQLContainer container) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {container.getHost()});
        source.setPortNumbers(new int[] {container.getMappedPort(5432)});
        source.setUser(PostgresServer.USER);
        source.setPassword(PostgresServer.PASSWORD);
        return source;
    }

    /** With its programs on this machine, which look for it at an address or in the directory of its sockets. */
    static ReachedPostgres onHost(HostPostgres server, String address) {
        ContainerRuntime runtime = Installed.runtime(RuntimeConfig.of("host"));
        ToolHost tools = ToolHost.of(runtime, "localhost")
                .withDirectory(server.programs().toString())
                .withIdleLimit(Duration.ofMinutes(1));
        return new ReachedPostgres(
                runtime,
                ServerTarget.of(tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                        .withHost(address),
                server::dataSource);
    }

    ServerTarget server() {
        return server;
    }

    Connection connect(String database, String name) {
        try {
            PGSimpleDataSource source = sources.get();
            source.setDatabaseName(database);
            source.setApplicationName(name);
            return source.getConnection();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void execute(String database, String sql) {
        try (Connection connection = connect(database, "test");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The first column of all rows. */
    Set<String> values(String database, String sql) {
        try (Connection connection = connect(database, "test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            Set<String> found = new LinkedHashSet<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    Set<String> databases() {
        return values("postgres", "SELECT datname FROM pg_database");
    }

    void drop(String database) {
        execute("postgres", "DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
    }

    static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    @Override
    public void close() {
        runtime.close();
    }
}
