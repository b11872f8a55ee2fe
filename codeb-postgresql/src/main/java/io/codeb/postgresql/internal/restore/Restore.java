package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.EntryKind;
import io.codeb.model.Notice;
import io.codeb.model.Reach;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.DatabaseContents;
import io.codeb.postgresql.internal.catalog.Obstacles;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.ScriptSurvey;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.PeekedSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One restore. A database that is new or replaced is loaded under a name of its own, proven, and only then renamed; one
 * that exists is loaded in one transaction, which is committed only when the rows in it are those of the backup.
 */
public final class Restore {
    private static final List<String> CURRENT_TRANSACTION = List.of("pg_catalog.txid_current()");

    private static final List<String> OPEN_TRANSACTION =
            List.of("pg_catalog.count(*) FROM (SELECT pg_catalog.txid_current_if_assigned() AS id) AS open"
                    + " WHERE id IS NOT NULL");

    /** One a second: PostgreSQL is back from a crash in a few seconds where there is little to recover. */
    private static final int DROP_ATTEMPTS = 30;

    private static final int LOOK_ATTEMPTS = 30;

    private final DatabaseTarget target;
    private final RestoreSpec spec;
    private final RestoreInput input;
    private final EntryFacts dump;

    /** What the engine noted when it made the dump; null for one that CodeB did not write. */
    private final @Nullable PostgresFacts facts;

    private final Cancellation cancellation;
    private final List<Notice> notices = new ArrayList<>();

    /** The options of the CREATE DATABASE that a foreign script has; none where it has none or was not looked at. */
    private Map<String, String> form = Map.of();

    /** The server's roles, where a foreign script may make others. */
    private Set<String> roles = Set.of();

    public Restore(DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        this.target = target;
        this.spec = spec;
        this.input = input;
        this.dump = input.only(EntryKind.DUMP);
        this.facts = spec.dump() == null
                ? null
                : PostgresFacts.of(spec.dump().engine().facts(), spec.dump().database());
        this.cancellation = cancellation;
    }

    public RestoreFacts run() {
        refuseWhatCannotBe();
        DatabaseAdmin admin = new DatabaseAdmin(target, cancellation);
        ServerVersion server = admin.serverVersion();
        DumpFacts made = spec.dump();
        if (made != null && made.engine().server().major() > server.major()) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "the backup is of PostgreSQL " + made.engine().server().major() + ", and the server is of "
                            + server.major(),
                    "restore it on a server of the same version or a newer one");
        }
        boolean exists = admin.exists(target.database());
        if (exists && spec.mode() == RestoreMode.NEW) {
            throw new EngineException(
                    ErrorCode.DATABASE_EXISTS,
                    "database " + target.database() + " exists",
                    "choose another name, or say replacing() or intoExisting()");
        }
        if (!exists && spec.mode() == RestoreMode.EXISTING) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND,
                    "database " + target.database() + " does not exist",
                    "create it, or restore without intoExisting()");
        }
        check(admin, server.major());
        List<TableRows> rows = withScript(script -> spec.mode() == RestoreMode.EXISTING
                ? intoExisting(script, server.major())
                : aside(script, admin, exists, server.major()));
        return new RestoreFacts(server, rows, notices);
    }

    /** Opens the dump, as a script whatever its form. */
    private <T> T withScript(Function<ByteSource, T> work) {
        try (PeekedSource source = new PeekedSource(input.open(dump), DumpFormat.HEAD_BYTES)) {
            DumpFormat.of(source.head(), dump.name());
            ArchiveHead archive = ArchiveHead.of(source.head());
            try (ByteSource script =
                    archive == null ? source : new ArchiveScript(target, source, archive, dump.name(), cancellation)) {
                return work.apply(script);
            }
        }
    }

    /** What can be told before anything is run, of the server and of a foreign script that can be read twice. */
    private void check(DatabaseAdmin admin, int serverMajor) {
        if (facts == null && spec.options().allowed().contains(Reach.ROLES)) {
            roles = admin.roles();
        }
        if (facts != null) {
            ServerCheck.of(admin, facts.needs(), spec.options());
        } else if (input.opensAgain()) {
            ScriptFacts seen =
                    withScript(script -> ScriptSurvey.of(script, rules(target.database(), serverMajor), cancellation));
            ServerCheck.of(admin, seen, spec.options());
            form = seen.creation();
        }
    }

    private ScriptRules rules(String database, int serverMajor) {
        return ScriptRules.guarded(database, serverMajor)
                .inOneTransaction(spec.mode() == RestoreMode.EXISTING)
                .ofOwnBackup(spec.dump() != null)
                .onServerWithRoles(roles)
                .with(spec.options());
    }

    private void refuseWhatCannotBe() {
        DumpFacts made = spec.dump();
        boolean rowsOnly = made != null && made.selection().content() == Content.DATA_ONLY;
        if (rowsOnly && spec.mode() != RestoreMode.EXISTING) {
            throw new ConfigException("a backup of rows only cannot make a database", "restore it with intoExisting()");
        }
        if (spec.mode() != RestoreMode.EXISTING && DatabaseAdmin.isMaintenance(target.database())) {
            throw new ConfigException(
                    "database " + target.database() + " is the server's own and is not replaced",
                    "choose another name with into(…)");
        }
    }

    private List<TableRows> intoExisting(ByteSource script, int serverMajor) {
        try (PsqlLoad psql = new PsqlLoad(target, cancellation)) {
            psql.statement(OwnSession.unlimited(serverMajor));
            psql.statement("BEGIN;");
            DatabaseContents before = DatabaseContents.of(psql);
            List<Subscription> subscriptionsBefore = Subscriptions.of(psql);
            requireRoom(psql, before);
            List<String> transaction = psql.ask(CURRENT_TRANSACTION);
            Proof.Loaded loaded = load(psql, target, script, serverMajor);
            psql.statement(OwnSession.sober(serverMajor));
            if (!psql.ask(CURRENT_TRANSACTION).equals(transaction)) {
                throw new EngineException(
                        ErrorCode.DUMP_UNSAFE,
                        "the script ended the transaction that it was restored in",
                        "look at database " + target.database() + ": some of the script can have stayed in it");
            }
            detach(psql, subscriptionsBefore);
            List<TableRows> rows = Proof.compare(psql, loaded, spec.dump());
            if (spec.dump() == null && DatabaseContents.of(psql).equals(before)) {
                throw nothingInIt();
            }
            commit(psql, transaction.get(0));
            return rows;
        }
    }

    private List<TableRows> aside(ByteSource script, DatabaseAdmin admin, boolean replace, int serverMajor) {
        String shadow = "codeb_new_" + HexFormat.of().formatHex(PsqlLoad.random(8));
        try {
            DatabaseLikeness likeness = likeness(admin, replace);
            if (likeness == null) {
                createLikeItsScript(shadow, admin, serverMajor);
            } else {
                likeness.create(shadow, serverMajor);
            }
            DatabaseTarget beside = target.withDatabase(shadow);
            Proof.Loaded loaded = loadBeside(beside, script, serverMajor);
            List<TableRows> rows = prove(beside, loaded, replace, serverMajor);
            if (likeness != null) {
                likeness.finish(shadow);
            }
            cancellation.throwIfCancelled();
            if (replace) {
                String retired = "codeb_old_" + HexFormat.of().formatHex(PsqlLoad.random(8));
                naming(admin, shadow, retired, () -> admin.exchange(shadow, target.database(), retired));
                retire(admin, retired);
            } else {
                naming(admin, shadow, "", () -> admin.rename(shadow, target.database()));
            }
            return rows;
        } catch (OutcomeUnknown e) {
            throw e.told;
        } catch (RuntimeException e) {
            String left = drop(admin, shadow).failure();
            throw left == null ? e : withLeftover(e, shadow, left);
        }
    }

    /**
     * Changes names. A step that fails may have been done all the same, when its answer was lost or the run was
     * cancelled too late: what counts is what is there.
     *
     * @param retired the name of the database that is replaced, once it is; empty where none is
     */
    private void naming(DatabaseAdmin admin, String shadow, String retired, Runnable step) {
        try {
            step.run();
        } catch (CodeBException e) {
            settle(e, () -> admin.uncancellable().isRenamed(shadow), maybe(shadow, retired));
        }
    }

    /** Goes on when a step was done though it failed; else tells that it was not. */
    private void settle(CodeBException failure, BooleanSupplier done, String maybe) {
        if (found(done, failure, maybe)) {
            notices.add(new Notice(
                    "answer-lost",
                    "the last step of the restore was done, though its answer did not arrive: "
                            + failure.getMessage()));
            return;
        }
        throw failure.code().retryable()
                ? new EngineException(
                        failure.code(),
                        failure.getMessage() + "; the last step was not done, and what " + target.database()
                                + " was before, it still is",
                        failure.hint(),
                        failure)
                : failure;
    }

    private String maybe(String shadow, String retired) {
        String name = target.database();
        return retired.isEmpty()
                ? "what was restored is database " + name + ", or " + shadow
                : "what was restored is database " + name + ", and the old one " + retired + "; or it is " + shadow
                        + ", and " + name + " is as it was";
    }

    /** Asks whether something was done; for a while, since the server may be coming back. */
    private static boolean found(BooleanSupplier done, CodeBException failure, String maybe) {
        for (int attempt = 1; ; attempt++) {
            try {
                return done.getAsBoolean();
            } catch (CodeBException e) {
                if (!e.code().retryable() || attempt == LOOK_ATTEMPTS || !pause()) {
                    failure.addSuppressed(e);
                    throw new OutcomeUnknown(new EngineException(
                            failure.code(),
                            failure.getMessage() + "; and it cannot be told what became of it: " + maybe,
                            "look at the server's databases before you run it again",
                            failure));
                }
            }
        }
    }

    /** Nothing is cleaned up behind it: nobody knows what is there. */
    private static final class OutcomeUnknown extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient EngineException told;

        OutcomeUnknown(EngineException told) {
            super(told);
            this.told = told;
        }
    }

    /** A script of {@code pg_dump --create} says how its database was made. */
    private void createLikeItsScript(String shadow, DatabaseAdmin admin, int serverMajor) {
        if (!form.isEmpty()) {
            try {
                admin.create(shadow, form, serverMajor);
                return;
            } catch (EngineException e) {
                if (e.code() == ErrorCode.PERMISSION_DENIED
                        || Diagnosis.stateOf(e).isEmpty()) {
                    throw e;
                }
                notices.add(new Notice(
                        "locale-not-kept",
                        "the database has the server's own encoding and locale, since it cannot be made as the dump"
                                + " says: " + e.getMessage()));
            }
        }
        admin.create(shadow, Map.of(), serverMajor);
    }

    private Proof.Loaded loadBeside(DatabaseTarget shadow, ByteSource script, int serverMajor) {
        try (PsqlLoad psql = new PsqlLoad(shadow, cancellation)) {
            psql.statement("SET synchronous_commit = off;");
            psql.statement(OwnSession.unlimited(serverMajor));
            createSchemas(psql);
            Proof.Loaded loaded = load(psql, shadow, script, serverMajor);
            if (!psql.ask(OPEN_TRANSACTION).equals(List.of("0"))) {
                throw new IntegrityException(
                        ErrorCode.TRUNCATED,
                        "the script leaves a transaction open",
                        "it was cut, or written by hand: let it end in COMMIT");
            }
            psql.finish();
            return loaded;
        }
    }

    /** What counts is what is there when the load's session has ended. */
    private List<TableRows> prove(DatabaseTarget shadow, Proof.Loaded loaded, boolean replace, int serverMajor) {
        List<TableRows> rows;
        DatabaseContents contents;
        try (PsqlLoad psql = new PsqlLoad(shadow, cancellation)) {
            psql.statement(OwnSession.sober(serverMajor));
            detach(psql, List.of());
            rows = Proof.compare(psql, loaded, spec.dump());
            contents = DatabaseContents.of(psql);
            psql.finish();
        }
        if (contents.isEmpty() && spec.dump() == null) {
            throw nothingInIt();
        }
        if (contents.isEmpty() && replace) {
            refuseToEmpty(serverMajor);
        }
        return rows;
    }

    /** What was loaded must not pull: the original does, through the same slots. */
    private void detach(PsqlLoad psql, List<Subscription> known) {
        for (Subscription subscription : Subscriptions.of(psql)) {
            if (!known.contains(subscription)) {
                Subscriptions.detach(psql, subscription);
                notices.add(new Notice(
                        "subscription-disabled",
                        "subscription " + subscription.name() + " is disabled, and has no slot"
                                + (subscription.slot().isEmpty() ? "" : ": it had " + subscription.slot())
                                + "; when the original does not pull any more, give it one with ALTER"
                                + " SUBSCRIPTION … SET"
                                + " (slot_name = …), and ENABLE it"));
            }
        }
    }

    private EngineException nothingInIt() {
        return new EngineException(
                ErrorCode.DUMP_UNRECOGNIZED,
                dump.name() + " makes nothing in a database: there are comments, settings, or roles in it at the most",
                "check that it is the dump of a database; globals alone are none");
    }

    /** A backup of an empty database is one of the wrong database more often than it is meant. */
    private void refuseToEmpty(int serverMajor) {
        DatabaseContents live;
        try (PsqlLoad psql = new PsqlLoad(target, cancellation)) {
            psql.statement(OwnSession.sober(serverMajor));
            live = DatabaseContents.of(psql);
            psql.finish();
        }
        if (!live.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_EMPTY,
                    "the backup holds nothing, and database " + target.database() + ", which it would replace, has "
                            + live,
                    "drop the database by hand if that is what you want");
        }
    }

    /** What the new database is to be like: the one that was backed up, or else the one that it replaces. */
    private @Nullable DatabaseLikeness likeness(DatabaseAdmin admin, boolean replace) {
        if (facts != null) {
            return new DatabaseLikeness(admin, facts.database(), spec.options(), target.user(), notices);
        }
        return replace
                ? admin.look(target.database())
                        .map(live ->
                                new DatabaseLikeness(admin, live, RestoreOptions.AS_DUMPED, target.user(), notices))
                        .orElse(null)
                : null;
    }

    private void retire(DatabaseAdmin admin, String retired) {
        Dropped dropped = drop(admin, retired);
        for (Subscription subscription : dropped.subscriptions()) {
            notices.add(new Notice(
                    "subscription-dropped",
                    "subscription " + subscription.name() + " of the database that was replaced is gone"
                            + (subscription.slot().isEmpty()
                                    ? ""
                                    : "; its slot " + subscription.slot() + " is where it pulled from, and holds"
                                            + " changes back there until somebody uses or drops it")));
        }
        if (dropped.failure() != null) {
            notices.add(new Notice(
                    "database-left",
                    "the database that was replaced is still there as " + retired + ": " + dropped.failure()
                            + "; drop it by hand"));
        }
    }

    private static EngineException withLeftover(RuntimeException failure, String database, String why) {
        return new EngineException(
                failure instanceof CodeBException known ? known.code() : ErrorCode.COMMAND_FAILED,
                failure.getMessage() + "; and what was loaded is left as database " + database + ": " + why,
                "drop database " + database + " by hand"
                        + (failure instanceof CodeBException known
                                        && !known.hint().isEmpty()
                                ? "; " + known.hint()
                                : ""),
                failure);
    }

    private record Dropped(
            List<Subscription> subscriptions, @Nullable String failure) {}

    /** Also waits for a server that is coming back from a crash: what it forgot was the load, not the database. */
    private static Dropped drop(DatabaseAdmin admin, String database) {
        for (int attempt = 1; ; attempt++) {
            try {
                return new Dropped(admin.uncancellable().drop(database), null);
            } catch (CodeBException e) {
                if (!e.code().retryable() || attempt == DROP_ATTEMPTS || !pause()) {
                    return new Dropped(List.of(), e.getMessage());
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

    private Proof.Loaded load(PsqlLoad psql, DatabaseTarget database, ByteSource script, int serverMajor) {
        ScriptScanner scanner = new ScriptScanner(rules(database.database(), serverMajor), psql.heads());
        ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        while (script.read(piece.clear()) != ByteSource.END) {
            cancellation.throwIfCancelled();
            scanner.scan(piece.flip(), psql);
            input.progress(dump, scanner.rows());
        }
        scanner.finish();
        // The script's last line may lack its end, and its limits are not for what we ask.
        psql.statement("");
        psql.statement(OwnSession.unlimited(serverMajor));
        psql.ask(List.of());
        notices.addAll(psql.notices());
        boolean compared = spec.dump() != null
                || (scanner.hasDumpHeader()
                        && scanner.hasDumpTrailer()
                        && scanner.facts().countable());
        if (!compared) {
            notices.add(new Notice(
                    "not-compared",
                    "not only pg_dump's COPY makes rows in this script: they were counted in the database, and compared"
                            + " with nothing"));
        }
        return new Proof.Loaded(scanner.tables(), psql.taken(), compared);
    }

    /** What breaks at this moment breaks before the commit or after it, and the server knows which. */
    private void commit(PsqlLoad psql, String transaction) {
        try {
            psql.statement("COMMIT;");
            psql.finish();
        } catch (CodeBException e) {
            try {
                settle(
                        e,
                        () -> isCommitted(transaction),
                        "database " + target.database() + " holds all of the backup or nothing of it");
            } catch (OutcomeUnknown unknown) {
                throw unknown.told;
            }
        }
    }

    private boolean isCommitted(String transaction) {
        String status;
        try (PsqlLoad psql = new PsqlLoad(target, new Cancellation())) {
            psql.statement(OwnSession.SOBER);
            status = String.join("", psql.ask(List.of("pg_catalog.txid_status(" + transaction + ")")));
            psql.finish();
        }
        if (status.equals("committed") || status.equals("aborted")) {
            return status.equals("committed");
        }
        throw new EngineException(
                ErrorCode.LOCK_TIMEOUT, "transaction " + transaction + " has not come to its end", "wait for it");
    }

    /** What a dump of some tables does not bring along. */
    private void createSchemas(PsqlLoad psql) {
        DumpFacts made = spec.dump();
        if (made != null && !made.selection().include().isEmpty()) {
            made.tables().stream()
                    .map(TableRows::schema)
                    .distinct()
                    .forEach(schema ->
                            psql.statement("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(schema) + ";"));
        }
    }

    private void requireRoom(PsqlLoad psql, DatabaseContents contents) {
        Optional<String> obstacle = Obstacles.find(psql, contents, spec.dump());
        if (obstacle.isPresent()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_EMPTY,
                    "database " + target.database() + " is not empty: " + obstacle.get(),
                    "restore into a new database, or say replacing()");
        }
    }
}
