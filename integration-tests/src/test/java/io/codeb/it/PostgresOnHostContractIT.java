package io.codeb.it;

import org.junit.jupiter.api.AfterAll;

/** The engine with its programs on this machine, beside a server that is in no container. */
class PostgresOnHostContractIT extends PostgresEngineContract {
    private final HostPostgres server = HostPostgres.start();

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    ReachedPostgres reach() {
        return ReachedPostgres.onHost(server, HostPostgres.HOST);
    }
}
