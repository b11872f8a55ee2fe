package io.codeb.it;

import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.tck.engine.ServerDatabasesContract;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract of a server's databases, held by PostgreSQL's; answers are checked over a connection of our own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresDatabasesContract extends ServerDatabasesContract {
    private final ServerDatabases databases = Installed.postgresql().databases().orElseThrow();
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
    protected final ServerDatabases databases() {
        return databases;
    }

    @Override
    protected final ServerTarget server() {
        return postgres.server();
    }

    @Override
    protected final Set<String> names() {
        return postgres.databases();
    }

    @Override
    protected final void remove(String database) {
        postgres.drop(database);
    }

    @Override
    protected final void mark(String database) {
        postgres.execute(database, "CREATE TABLE mark (id integer)");
    }

    @Override
    protected final boolean isMarked(String database) {
        return !postgres.values(database, "SELECT relname FROM pg_class WHERE relname = 'mark'")
                .isEmpty();
    }

    @Override
    protected final void setTemplate(String database, boolean template) {
        postgres.execute("postgres", "ALTER DATABASE " + ReachedPostgres.quoted(database) + " IS_TEMPLATE " + template);
    }

    @Override
    protected final AutoCloseable connect(String database, String name) {
        return postgres.connect(database, name);
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
}
