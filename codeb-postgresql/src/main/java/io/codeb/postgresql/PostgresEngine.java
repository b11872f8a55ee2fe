package io.codeb.postgresql;

import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.DumpMode;
import io.codeb.model.Leftover;
import io.codeb.model.QueryResult;
import io.codeb.model.TableInfo;
import io.codeb.postgresql.internal.catalog.DatabaseInspector;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.dump.Dump;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.program.Prerequisites;
import io.codeb.postgresql.internal.restore.CleanUp;
import io.codeb.postgresql.internal.restore.Databases;
import io.codeb.postgresql.internal.restore.DecidingTransaction;
import io.codeb.postgresql.internal.restore.KeptDatabases;
import io.codeb.postgresql.internal.restore.OneScript;
import io.codeb.postgresql.internal.restore.Restore;
import io.codeb.postgresql.internal.restore.ThrowawayServers;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpScripts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.SqlAccess;
import io.codeb.spi.engine.StepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL 13 and newer, through its own programs and its wire protocol. */
final class PostgresEngine implements DatabaseEngine, SqlAccess {
    private final DumpLimits limits;
    private final DumpMode mode;
    private final Parallelism parallelism;
    private final Duration tableLockWait;

    PostgresEngine(DumpLimits limits, DumpMode mode, Parallelism parallelism, Duration tableLockWait) {
        this.limits = limits;
        this.mode = mode;
        this.parallelism = parallelism;
        this.tableLockWait = tableLockWait;
    }

    @Override
    public String id() {
        return PostgresEngineProvider.ID;
    }

    @Override
    public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
        try (SqlClient client = SqlClient.openForCatalog(target)) {
            return DatabaseInspector.inspect(client, cancellation).toInfo(id());
        }
    }

    @Override
    public List<String> check(DatabaseTarget target, Cancellation cancellation) {
        return Prerequisites.of(target, cancellation);
    }

    @Override
    public Optional<SqlAccess> sql() {
        return Optional.of(this);
    }

    @Override
    public QueryResult query(DatabaseTarget target, QuerySpec query, Cancellation cancellation) {
        try (SqlClient client = SqlClient.open(target)) {
            return client.query(query, cancellation);
        }
    }

    @Override
    public List<TableInfo> tables(DatabaseTarget target, Cancellation cancellation) {
        try (SqlClient client = SqlClient.openForCatalog(target)) {
            return DatabaseInspector.tables(client, cancellation);
        }
    }

    @Override
    public Optional<ServerDatabases> databases() {
        return Optional.of(new Databases());
    }

    @Override
    public Optional<Replacements> replacements() {
        return Optional.of(new KeptDatabases());
    }

    @Override
    public Optional<DumpScripts> scripts() {
        return Optional.of(new OneScript());
    }

    @Override
    public Optional<DrillServers> drills() {
        return Optional.of(new ThrowawayServers());
    }

    @Override
    public List<Leftover> cleanUp(ServerTarget server, Set<String> dead, Cancellation cancellation) {
        return new CleanUp(server, dead, cancellation).run();
    }

    @Override
    public StepOutcome outcome(ServerTarget server, String step, Cancellation cancellation) {
        return DecidingTransaction.outcome(server, step, cancellation);
    }

    @Override
    public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        return new Dump(id(), target, inMode(spec), limits, parallelism.on(target), output, cancellation).run();
    }

    @Override
    public DumpCheck checkDump(DatabaseTarget target, DumpSpec spec, Cancellation cancellation) {
        return Dump.check(target, inMode(spec), limits, parallelism.on(target), cancellation);
    }

    /** As the request says, or else the option; definitions alone and rows alone are one stream whatever that says. */
    private DumpSpec inMode(DumpSpec spec) {
        if (spec.mode() != DumpMode.AUTOMATIC) {
            return spec;
        }
        return spec.withMode(spec.selection().content() == Content.FULL ? mode : DumpMode.SQL);
    }

    @Override
    public RestoreFacts restore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        return new Restore(target, spec, input, tableLockWait, parallelism.on(target), cancellation).run();
    }

    @Override
    public RestoreCheck checkRestore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        return new Restore(target, spec, input, tableLockWait, parallelism.on(target), cancellation).check();
    }
}
