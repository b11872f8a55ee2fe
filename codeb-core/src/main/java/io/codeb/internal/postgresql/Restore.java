package io.codeb.internal.postgresql;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.io.PeekedSource;
import io.codeb.internal.io.Transfer;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.RestoreMode;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One restore. A database that is new or replaced is loaded under a name of its own, proven, and only then renamed; one
 * that exists is loaded in one transaction, which is committed only when the rows in it are those of the backup.
 */
final class Restore {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

    /** One a second: PostgreSQL is back from a crash in a few seconds where there is little to recover. */
    private static final int DROP_ATTEMPTS = 30;

    private final DatabaseTarget target;
    private final RestoreSpec spec;
    private final RestoreInput input;
    private final Cancellation cancellation;
    private final List<Notice> notices = new ArrayList<>();

    Restore(DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        this.target = target;
        this.spec = spec;
        this.input = input;
        this.cancellation = cancellation;
    }

    RestoreFacts run() {
        refuseWhatCannotBe();
        DatabaseAdmin admin = new DatabaseAdmin(target, cancellation);
        ServerVersion server = admin.serverVersion();
        Manifest manifest = spec.manifest();
        if (manifest != null && manifest.engine().server().major() > server.major()) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "the backup is of PostgreSQL " + manifest.engine().server().major() + ", and the server is of "
                            + server.major(),
                    "restore it on a server of the same version or a newer one");
        }
        boolean exists = admin.exists(target.database());
        try (PeekedSource dump = new PeekedSource(input.open(), DumpFormat.HEAD_BYTES)) {
            DumpFormat format = DumpFormat.of(dump.head(), input.name());
            Load load = format == DumpFormat.SCRIPT
                    ? (database, oneTransaction) -> loadScript(database, dump, oneTransaction, server.major())
                    : (database, oneTransaction) -> loadArchive(database, dump, oneTransaction);
            return switch (spec.mode()) {
                case EXISTING -> new RestoreFacts(server, intoExisting(load, exists), notices);
                case NEW -> {
                    if (exists) {
                        throw new EngineException(
                                ErrorCode.DATABASE_EXISTS,
                                "database " + target.database() + " exists",
                                "choose another name, or say replacing() or intoExisting()");
                    }
                    yield new RestoreFacts(server, aside(load, admin, false, server.major()), notices);
                }
                case CLEAN -> new RestoreFacts(server, aside(load, admin, exists, server.major()), notices);
            };
        }
    }

    private void refuseWhatCannotBe() {
        Manifest manifest = spec.manifest();
        boolean rowsOnly = manifest != null && manifest.selection().content() == Content.DATA_ONLY;
        if (rowsOnly && spec.mode() != RestoreMode.EXISTING) {
            throw new ConfigException("a backup of rows only cannot make a database", "restore it with intoExisting()");
        }
        if (spec.mode() != RestoreMode.EXISTING && DatabaseAdmin.isMaintenance(target.database())) {
            throw new ConfigException(
                    "database " + target.database() + " is the server's own and is not replaced",
                    "choose another name with into(…)");
        }
    }

    private List<TableRows> intoExisting(Load load, boolean exists) {
        if (!exists) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND,
                    "database " + target.database() + " does not exist",
                    "create it, or restore without intoExisting()");
        }
        return load.into(target, true);
    }

    private List<TableRows> aside(Load load, DatabaseAdmin admin, boolean replace, int serverMajor) {
        String shadow = "codeb_new_" + HexFormat.of().formatHex(PsqlLoad.random(8));
        Manifest manifest = spec.manifest();
        try {
            admin.create(shadow, manifest == null ? null : manifest.database(), serverMajor);
            List<TableRows> rows = load.into(target.withDatabase(shadow), false);
            cancellation.throwIfCancelled();
            if (replace) {
                String retired = "codeb_old_" + HexFormat.of().formatHex(PsqlLoad.random(8));
                admin.exchange(shadow, target.database(), retired);
                dropQuietly(admin, retired);
            } else {
                admin.rename(shadow, target.database());
            }
            return rows;
        } catch (RuntimeException e) {
            dropQuietly(admin, shadow);
            throw e;
        }
    }

    /** Also waits for a server that is coming back from a crash: what it forgot was the load, not the database. */
    private static void dropQuietly(DatabaseAdmin admin, String database) {
        for (int attempt = 1; ; attempt++) {
            try {
                admin.uncancellable().drop(database);
                return;
            } catch (CodeBException e) {
                if (e.code() != ErrorCode.SERVER_UNREACHABLE || attempt == DROP_ATTEMPTS || !pause()) {
                    LOG.warn("database {} could not be dropped; drop it by hand: {}", database, e.getMessage());
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<TableRows> loadScript(
            DatabaseTarget database, PeekedSource dump, boolean oneTransaction, int serverMajor) {
        ScriptScanner scanner = new ScriptScanner(ScriptRules.guarded(database.database(), serverMajor)
                .inOneTransaction(oneTransaction)
                .ofOwnBackup(spec.manifest() != null)
                .with(spec.options()));
        try (PsqlLoad psql = new PsqlLoad(database, cancellation)) {
            psql.statement(oneTransaction ? "BEGIN;" : "SET synchronous_commit = off;");
            psql.statement("SET statement_timeout = 0; SET lock_timeout = 0; SET client_min_messages = warning;");
            if (oneTransaction) {
                requireRoom(psql);
            } else {
                createSchemas(psql);
            }
            ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
            while (dump.read(piece.clear()) != ByteSource.END) {
                cancellation.throwIfCancelled();
                scanner.scan(piece.flip(), psql::write);
                input.progress(scanner.rows());
            }
            scanner.finish();
            List<TableRows> rows = Proof.compare(psql, scanner.tables(), spec.manifest());
            if (oneTransaction) {
                commit(psql);
            } else {
                psql.finish();
            }
            return rows;
        }
    }

    /** A connection that breaks at this moment breaks before the commit or after it, and the caller must be told so. */
    private void commit(PsqlLoad psql) {
        try {
            psql.statement("COMMIT;");
            psql.finish();
        } catch (ContainerException e) {
            throw new ContainerException(
                    e.code(),
                    "the connection broke while the restore into " + target.database() + " was committed: "
                            + e.getMessage(),
                    "look at the database: it holds all of the backup or nothing of it",
                    e);
        }
    }

    /** What a dump of some tables does not bring along. */
    private void createSchemas(PsqlLoad psql) {
        Manifest manifest = spec.manifest();
        if (manifest != null && !manifest.selection().include().isEmpty()) {
            manifest.tables().stream()
                    .map(TableRows::schema)
                    .distinct()
                    .forEach(schema ->
                            psql.statement("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(schema) + ";"));
        }
    }

    private void requireRoom(PsqlLoad psql) {
        Optional<String> obstacle = Obstacles.find(psql, Optional.ofNullable(spec.manifest()));
        if (obstacle.isPresent()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_EMPTY,
                    "database " + target.database() + " is not empty: " + obstacle.get(),
                    "restore into a new database, or say replacing()");
        }
    }

    private List<TableRows> loadArchive(DatabaseTarget database, PeekedSource dump, boolean oneTransaction) {
        if (oneTransaction) {
            try (PsqlLoad psql = new PsqlLoad(database, cancellation)) {
                requireRoom(psql);
                psql.finish();
            }
        }
        ArchiveLoad.run(database, dump, oneTransaction, cancellation, bytes -> input.progress(0));
        List<TableName> tables;
        try (SqlClient client = SqlClient.open(database)) {
            DatabaseInfo info = DatabaseInspector.inspectWithoutSizes(client, cancellation);
            tables = info.tables().stream()
                    .filter(table -> table.kind() == TableInfo.Kind.TABLE)
                    .map(TableInfo::table)
                    .toList();
        }
        try (PsqlLoad psql = new PsqlLoad(database, cancellation)) {
            List<TableRows> rows = Proof.count(psql, tables);
            psql.finish();
            return rows;
        }
    }

    /** Loads the dump into a database, and answers the rows that are then in it. */
    @FunctionalInterface
    private interface Load {
        List<TableRows> into(DatabaseTarget database, boolean oneTransaction);
    }
}
