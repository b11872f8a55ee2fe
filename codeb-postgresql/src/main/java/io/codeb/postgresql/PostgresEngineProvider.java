package io.codeb.postgresql;

import io.codeb.model.DumpMode;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.restore.Restore;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.time.Duration;
import java.util.OptionalInt;

/** Makes the engine {@code postgresql}. */
public final class PostgresEngineProvider implements DatabaseEngineProvider {
    public static final String ID = "postgresql";

    private static final long MIB = 1 << 20;
    private static final int MOST_MIB = 1 << 20;

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
        int workers = given.integer("workers", 1, 64, 0);
        Parallelism usually = Parallelism.USUAL;
        Parallelism parallelism = new Parallelism(
                workers == 0 ? OptionalInt.empty() : OptionalInt.of(workers),
                mebibytes(given.integer("bulk-table", 0, MOST_MIB, (int) (usually.bulkBytes() / MIB))),
                mebibytes(given.integer("piece", 1, MOST_MIB, (int) (usually.pieceBytes() / MIB))));
        DumpMode mode = mode(given);
        Duration tableLockWait = given.duration("table-lock-wait", Restore.TABLE_LOCK_WAIT);
        given.requireNothingElse();
        return new PostgresEngine(limits, mode, parallelism, tableLockWait);
    }

    private static DumpMode mode(ConfigReader given) {
        return switch (given.text("mode").orElse("automatic")) {
            case "automatic" -> DumpMode.AUTOMATIC;
            case "sql" -> DumpMode.SQL;
            case "parallel" -> DumpMode.PARALLEL;
            default -> {
                given.problem("option mode must be automatic, sql or parallel");
                yield DumpMode.AUTOMATIC;
            }
        };
    }

    private static long mebibytes(int count) {
        return count * MIB;
    }
}
