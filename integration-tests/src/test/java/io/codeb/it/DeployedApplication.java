package io.codeb.it;

import io.codeb.CodeB;
import io.codeb.spi.runtime.RuntimeConfig;
import java.nio.file.Path;

/** An application that is deployed into Podman, where its database is in the server that other tests use, too. */
abstract class DeployedApplication extends DeployedContract {
    final PostgresServer server = PostgresServer.shared(15);

    @Override
    RuntimeConfig engine() {
        return PostgresServer.runtime();
    }

    @Override
    String server() {
        return server.container().getContainerId();
    }

    @Override
    String sql(String name, String statements) {
        return server.sql(name, statements);
    }

    @Override
    String newDatabase() {
        String name = server.project().database();
        server.createDatabase(name);
        return name;
    }

    static CodeB codeb(Path directory, String container, String database) {
        return codeb(directory, PostgresServer.runtime(), container, database);
    }
}
