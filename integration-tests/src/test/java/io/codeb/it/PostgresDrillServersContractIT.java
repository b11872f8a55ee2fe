package io.codeb.it;

import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DrillServers.Shortage;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.tck.engine.DrillServersContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of servers that are thrown away, held by PostgreSQL's in Podman. */
class PostgresDrillServersContractIT extends DrillServersContract {
    private static final String SOURCE = "drill_servers";
    private static final DatabaseEngine ENGINE = Installed.postgresql();

    private static ContainerRuntime podman;
    private static ReachedPostgres source;

    @BeforeAll
    static void makeSource() {
        podman = Installed.runtime(PostgresServer.runtime());
        source = ReachedPostgres.inContainer();
        source.execute("postgres", "CREATE DATABASE " + SOURCE);
        source.execute("postgres", "CREATE ROLE \"of nobody else's\"");
        source.execute(SOURCE, "CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
        source.execute(SOURCE, "ALTER TABLE t OWNER TO \"of nobody else's\"");
    }

    @AfterAll
    static void dropSource() {
        source.drop(SOURCE);
        source.execute("postgres", "DROP ROLE \"of nobody else's\"");
        source.close();
        podman.close();
    }

    @Override
    protected DatabaseEngine engine() {
        return ENGINE;
    }

    @Override
    protected ContainerRuntime runtime() {
        return podman;
    }

    @Override
    protected String image() {
        return PostgresServer.environment("CODEB_TEST_IMAGES") + "/postgres:15";
    }

    @Override
    protected DatabaseTarget source() {
        return source.server().database(SOURCE);
    }

    @Override
    protected String logOf(Shortage shortage) {
        return switch (shortage) {
            case MEMORY -> "LOG:  server process (PID 71) was terminated by signal 9: Killed";
            case DISK -> "ERROR:  could not extend file \"base/16384/16390\": No space left on device";
        };
    }
}
