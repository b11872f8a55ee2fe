package io.codeb.it;

/** A server in a container, which this process connects to. */
class DatabasesInContainerContractIT extends PostgresDatabasesContract {
    @Override
    ReachedPostgres reach() {
        return ReachedPostgres.inContainer();
    }
}
