package io.codeb.postgresql;

import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;

/** Makes the engine {@code postgresql}. */
public final class PostgresEngineProvider implements DatabaseEngineProvider {
    public static final String ID = "postgresql";

    /** For {@link java.util.ServiceLoader}. */
    public PostgresEngineProvider() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int defaultPort() {
        return 5432;
    }

    @Override
    public DatabaseEngine create(ProviderConfig config) {
        ConfigReader given = config.reader();
        DumpLimits usual = DumpLimits.USUAL;
        DumpLimits limits = new DumpLimits(
                given.duration("long-transaction", usual.longTransaction()),
                given.duration("idle-in-transaction", usual.idleInTransaction()),
                given.duration("replication-lag", usual.replicationLag()),
                given.duration("lock-wait", usual.lockWait()),
                given.duration("blocking", usual.blocking()),
                given.integer("retries", 0, 100, usual.retries()));
        given.requireNothingElse();
        return new PostgresEngine(limits);
    }
}
