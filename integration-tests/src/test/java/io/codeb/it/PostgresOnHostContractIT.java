package io.codeb.it;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.postgresql.ds.PGSimpleDataSource;

/** The engine with its programs on this machine, beside a server that is in no container. */
class PostgresOnHostContractIT extends PostgresEngineContract {
    private final HostPostgres server = HostPostgres.start();

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    RuntimeConfig runtimeConfig() {
        return RuntimeConfig.of("host");
    }

    @Override
    DatabaseTarget target(ContainerRuntime reached, String database) {
        ToolHost tools = ToolHost.of(reached, "localhost")
                .withDirectory(server.programs().toString())
                .withIdleLimit(Duration.ofMinutes(1));
        return ServerTarget.of(tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                .withHost(HostPostgres.HOST)
                .database(database);
    }

    @Override
    PGSimpleDataSource dataSource() {
        return server.dataSource();
    }
}
