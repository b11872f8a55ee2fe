package io.codeb.it;

import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.tck.engine.ServerDatabasesContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;

/** The contract of a server's databases, held by PostgreSQL's; answers are checked over a connection of our own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresDatabasesContract extends ServerDatabasesContract {
    private final ServerDatabases databases = ServiceLoader.load(DatabaseEngineProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.id().equals("postgresql"))
            .findFirst()
            .orElseThrow()
            .create(ProviderConfig.of("postgresql"))
            .databases()
            .orElseThrow();
    private ContainerRuntime runtime;

    abstract RuntimeConfig runtimeConfig();

    abstract ServerTarget server(ContainerRuntime reached);

    /** Where the server is for this process. */
    abstract PGSimpleDataSource dataSource();

    @BeforeAll
    final void openRuntime() {
        runtime = ServiceLoader.load(RuntimeProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(runtimeConfig().id()))
                .findFirst()
                .orElseThrow()
                .create(runtimeConfig().provided());
    }

    @AfterAll
    final void closeRuntime() {
        runtime.close();
    }

    @Override
    protected final ServerDatabases databases() {
        return databases;
    }

    @Override
    protected final ServerTarget server() {
        return server(runtime);
    }

    @Override
    protected final Set<String> names() {
        return rows("postgres", "SELECT datname FROM pg_database");
    }

    @Override
    protected final void remove(String database) {
        execute("postgres", "DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
    }

    @Override
    protected final void mark(String database) {
        execute(database, "CREATE TABLE mark (id integer)");
    }

    @Override
    protected final boolean isMarked(String database) {
        return !rows(database, "SELECT relname FROM pg_class WHERE relname = 'mark'")
                .isEmpty();
    }

    @Override
    protected final void setTemplate(String database, boolean template) {
        execute("postgres", "ALTER DATABASE " + quoted(database) + " IS_TEMPLATE " + template);
    }

    @Override
    protected final AutoCloseable connect(String database, String name) {
        try {
            PGSimpleDataSource source = dataSource();
            source.setDatabaseName(database);
            source.setApplicationName(name);
            return source.getConnection();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected final String systemDatabase() {
        return "postgres";
    }

    @Override
    protected final List<String> wildNames() {
        return List.of("a \"b\" 'c' $(d) \\e;--/%?#&=\n$1", "가".repeat(21), "x".repeat(63), "UPPER", "select");
    }

    @Override
    protected final List<String> impossibleNames() {
        return List.of("가".repeat(21) + "x", "x".repeat(64), "x".repeat(10_000));
    }

    private void execute(String database, String sql) {
        try (Connection connection = (Connection) connect(database, "test");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> rows(String database, String sql) {
        try (Connection connection = (Connection) connect(database, "test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            Set<String> found = new HashSet<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
