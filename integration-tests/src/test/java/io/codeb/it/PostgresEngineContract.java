package io.codeb.it;

import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.tck.engine.SqlEngineContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.ds.PGSimpleDataSource;

/** The contract of engines, held by the one for PostgreSQL; its answers are checked over a connection of our own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresEngineContract extends SqlEngineContract {
    private final DatabaseEngine engine = ServiceLoader.load(DatabaseEngineProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.id().equals("postgresql"))
            .findFirst()
            .orElseThrow()
            .create(ProviderConfig.of("postgresql"));
    private ContainerRuntime runtime;

    abstract RuntimeConfig runtimeConfig();

    abstract DatabaseTarget target(ContainerRuntime reached, String database);

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
    protected final DatabaseEngine engine() {
        return engine;
    }

    @Override
    protected final DatabaseTarget target(String database) {
        return target(runtime, database);
    }

    @Override
    protected final void createDatabase(String database) {
        execute("postgres", "CREATE DATABASE " + quoted(database));
    }

    @Override
    protected final void dropDatabase(String database) {
        execute("postgres", "DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
    }

    @Override
    protected final Set<String> databases() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet names = statement.executeQuery("SELECT datname FROM pg_database")) {
            Set<String> databases = new HashSet<>();
            while (names.next()) {
                databases.add(names.getString(1));
            }
            return databases;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected final void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected final String value(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                throw new AssertionError("no row: " + sql);
            }
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected final String passwordHash() {
        return value("postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = current_user");
    }

    @Override
    protected final String slowQuery() {
        return "SELECT pg_sleep(60)";
    }

    private Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = dataSource();
        source.setDatabaseName(database);
        return source.getConnection();
    }

    private static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
