package io.codeb.it;

/** The engine with its programs in the server's own container. */
class PostgresInContainerContractIT extends PostgresEngineContract {
    @Override
    ReachedPostgres reach() {
        return ReachedPostgres.inContainer();
    }
}
