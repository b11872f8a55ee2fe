package io.codeb.it;

import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.tck.engine.SqlEngineContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract of engines, held by the one for PostgreSQL; its answers are checked over a connection of our own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresEngineContract extends SqlEngineContract {
    private final DatabaseEngine engine = Installed.postgresql();
    private ReachedPostgres postgres;

    abstract ReachedPostgres reach();

    @BeforeAll
    final void reachServer() {
        postgres = reach();
    }

    @AfterAll
    final void closeRuntime() {
        postgres.close();
    }

    @Override
    protected final DatabaseEngine engine() {
        return engine;
    }

    @Override
    protected final DatabaseTarget target(String database) {
        return postgres.server().database(database);
    }

    @Override
    protected final void createDatabase(String database) {
        execute("postgres", "CREATE DATABASE " + ReachedPostgres.quoted(database));
    }

    @Override
    protected final void dropDatabase(String database) {
        postgres.drop(database);
    }

    @Override
    protected final Set<String> databases() {
        return postgres.databases();
    }

    @Override
    protected final void execute(String database, String sql) {
        postgres.execute(database, sql);
    }

    @Override
    protected final String value(String database, String sql) {
        try (Connection connection = postgres.connect(database, "test");
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
}
