package io.codeb.it;

import io.codeb.model.Secret;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A server in a container, which this process connects to. */
class DatabasesInContainerContractIT extends PostgresDatabasesContract {
    private final PostgreSQLContainer container = PostgresServer.shared(15).container();

    @Override
    RuntimeConfig runtimeConfig() {
        return PostgresServer.runtime();
    }

    @Override
    ServerTarget server(ContainerRuntime reached) {
        ToolHost tools = ToolHost.of(reached, container.getContainerId()).withIdleLimit(Duration.ofMinutes(1));
        return ServerTarget.of(tools, 5432, PostgresServer.USER, Secret.of(PostgresServer.PASSWORD));
    }

    @Override
    PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {container.getHost()});
        source.setPortNumbers(new int[] {container.getMappedPort(5432)});
        source.setUser(PostgresServer.USER);
        source.setPassword(PostgresServer.PASSWORD);
        return source;
    }
}
