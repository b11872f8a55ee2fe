package io.codeb.it;

import io.codeb.model.Secret;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.postgresql.ds.PGSimpleDataSource;

/** A server on this machine that is looked for on its Unix socket, to which only its own programs connect. */
class DatabasesThroughPsqlContractIT extends PostgresDatabasesContract {
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
    ServerTarget server(ContainerRuntime reached) {
        ToolHost tools = ToolHost.of(reached, "localhost")
                .withDirectory(server.programs().toString())
                .withIdleLimit(Duration.ofMinutes(1));
        return ServerTarget.of(tools, server.port(), HostPostgres.USER, Secret.of(HostPostgres.PASSWORD))
                .withHost(server.sockets().toString());
    }

    @Override
    PGSimpleDataSource dataSource() {
        return server.dataSource();
    }
}
