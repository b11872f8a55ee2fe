package io.codeb.it;

import org.junit.jupiter.api.AfterAll;

/** A server on this machine that is looked for on its Unix socket, to which only its own programs connect. */
class DatabasesThroughPsqlContractIT extends PostgresDatabasesContract {
    private final HostPostgres server = HostPostgres.start();

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    ReachedPostgres reach() {
        return ReachedPostgres.onHost(server, server.sockets().toString());
    }
}
