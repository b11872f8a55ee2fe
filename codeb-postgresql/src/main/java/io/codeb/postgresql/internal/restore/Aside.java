package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RestoreOptions;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.DatabaseContents;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.RunMarks;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.io.ByteSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Beside what is there: loaded into a database that nobody uses, the shadow, proven in a session of its own, and only
 * then given the name that was asked for. What has that name is replaced in the same moment, and dropped.
 */
final class Aside {
    private static final List<String> OPEN_TRANSACTION =
            List.of("pg_catalog.count(*) FROM (SELECT pg_catalog.txid_current_if_assigned() AS id) AS open"
                    + " WHERE id IS NOT NULL");

    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(7);

    private final RestoreJob job;
    private final DumpLoader loader;
    private final ContentProof contents;
    private final DatabaseAdmin admin;
    private final boolean replace;
    private final Map<String, String> form;
    private Optional<ReplacedDatabase> kept = Optional.empty();
    private boolean clean = true;

    /**
     * Makes the place.
     *
     * @param contents what the tables must hold in the end
     * @param admin speaks to the server
     * @param replace whether there is a database of the name that is asked for
     * @param form the options of the CREATE DATABASE that a foreign script has; none where it has none or was not
     *     looked at
     */
    Aside(
            RestoreJob job,
            DumpLoader loader,
            ContentProof contents,
            DatabaseAdmin admin,
            boolean replace,
            Map<String, String> form) {
        this.job = job;
        this.loader = loader;
        this.contents = contents;
        this.admin = admin;
        this.replace = replace;
        this.form = form;
    }

    /**
     * Restores.
     *
     * @param script as the loader opens it
     * @return what is there now
     */
    List<TableRows> restore(ByteSource script) {
        String word = RunMarks.word(job.target().server().tools().run());
        String shadow = RunMarks.SHADOW + word;
        requireFree(shadow);
        requireFree(RunMarks.RETIRED + word);
        try {
            DatabaseLikeness likeness = likeness();
            if (likeness == null) {
                createLikeItsScript(shadow);
            } else {
                likeness.create(shadow);
            }
            admin.disconnect();
            DatabaseTarget beside = job.target().withDatabase(shadow);
            Proof.Loaded loaded = load(beside, script);
            List<TableRows> rows = prove(beside, loaded);
            change(beside);
            new AfterLoadCommands(beside, job.spec().commands()).run(job, beside);
            if (!job.spec().tables().isEmpty()) {
                return exchangeTables(beside);
            }
            if (likeness != null) {
                likeness.finish(shadow);
            }
            job.cancellation().throwIfCancelled();
            String retired = replace ? RunMarks.RETIRED + word : "";
            name(shadow, retired);
            if (replace && job.spec().keep().isZero()) {
                retire(retired);
            } else if (replace) {
                keep(retired);
            }
            return rows;
        } catch (LastStep.UnknownOutcome e) {
            throw e.told();
        } catch (RuntimeException e) {
            String left = drop(shadow).failure();
            throw left == null ? e : withLeftover(e, shadow, left);
        }
    }

    /**
     * What has such a name is of somebody who has read this run's id while it began, and can hold whatever waits to be
     * run by a restore. So nothing is loaded into it; whoever cleans up behind the run takes it for what the run left.
     */
    private void requireFree(String name) {
        if (admin.exists(name)) {
            throw new EngineException(
                    ErrorCode.DATABASE_EXISTS,
                    "database " + name + " exists, whose name is this run's own",
                    "look who makes databases with such names, and run the restore again");
        }
    }

    /** What is left of the shadow then changes nothing of what was exchanged. */
    private List<TableRows> exchangeTables(DatabaseTarget shadow) {
        TableExchange exchange = new TableExchange(job, admin, contents.tables() > 0);
        List<TableRows> rows = exchange.run(shadow);
        clean = exchange.isClean();
        String left = drop(shadow.database()).failure();
        if (left != null) {
            clean = false;
            job.notice(
                    "database-left",
                    "the database that the backup was loaded into is still there as " + shadow.database() + ": " + left
                            + "; the project's next run drops it, or databases().cleanUp(project)");
        }
        return rows;
    }

    /** The database that was replaced, if it is kept. */
    Optional<ReplacedDatabase> kept() {
        return kept;
    }

    /** Whether nothing can be left of the run: the database that was replaced, or a session whose answer was lost. */
    boolean isClean() {
        return clean;
    }

    /** What the new database is to be like: the one that was backed up, or else the one that it replaces. */
    private @Nullable DatabaseLikeness likeness() {
        PostgresFacts facts = job.facts();
        String user = job.target().user();
        if (facts != null) {
            return new DatabaseLikeness(admin, facts.database(), job.spec().options(), user, job.notices());
        }
        return replace
                ? admin.find(job.target().database())
                        .map(live -> new DatabaseLikeness(admin, live, RestoreOptions.AS_DUMPED, user, job.notices()))
                        .orElse(null)
                : null;
    }

    /** A script of {@code pg_dump --create} says how its database was made. */
    private void createLikeItsScript(String shadow) {
        if (!form.isEmpty()) {
            try {
                admin.create(shadow, form);
                return;
            } catch (EngineException e) {
                if (e.code() == ErrorCode.PERMISSION_DENIED || !Diagnosis.isRefusal(e)) {
                    throw e;
                }
                job.notice(
                        "locale-not-kept",
                        "the database has the server's own encoding and locale, since it cannot be made as the dump"
                                + " says: " + e.getMessage());
            }
        }
        admin.create(shadow, Map.of());
    }

    private Proof.Loaded load(DatabaseTarget shadow, ByteSource script) {
        try (PsqlLoad psql = new PsqlLoad(shadow, job.cancellation())) {
            psql.statement(OwnSession.unlimited(job.serverMajor()));
            LazyCommits commits = LazyCommits.begin(psql);
            loader.createSchemas(psql);
            Proof.Loaded loaded = loader.load(psql, shadow.database(), script);
            if (!psql.ask(OPEN_TRANSACTION).equals(List.of("0"))) {
                throw new IntegrityException(
                        ErrorCode.TRUNCATED,
                        "the script leaves a transaction open",
                        "it was cut, or written by hand: let it end in COMMIT");
            }
            commits.end();
            psql.finish();
            return loaded;
        }
    }

    /** What counts is what is there when the load's session has ended. */
    private List<TableRows> prove(DatabaseTarget shadow, Proof.Loaded loaded) {
        List<TableRows> rows;
        DatabaseContents there;
        try (PsqlLoad psql = new PsqlLoad(shadow, job.cancellation())) {
            psql.statement(OwnSession.sober(job.serverMajor()));
            loader.detach(psql, List.of());
            rows = Proof.compare(psql, loaded, job.spec().dump());
            ObjectProof.OF_NEW_DATABASE.compare(psql, loaded, job);
            psql.statement("BEGIN;");
            contents.compare(psql);
            psql.statement("COMMIT;");
            there = DatabaseContents.of(psql);
            psql.finish();
        }
        if (there.isEmpty() && !job.ofOwnBackup()) {
            throw loader.nothingInIt();
        }
        if (there.isEmpty() && replace) {
            refuseToEmpty();
        }
        return rows;
    }

    /** What the caller wants to be otherwise before anybody sees it. Only a cancellation ends a statement early. */
    private void change(DatabaseTarget shadow) {
        List<String> statements = job.spec().afterLoad();
        if (statements.isEmpty()) {
            return;
        }
        try (SqlClient client = SqlClient.openForChanges(shadow, job.cancellation())) {
            for (int i = 0; i < statements.size(); i++) {
                QuerySpec statement = new QuerySpec(statements.get(i), List.of(), 1, AS_LONG_AS_IT_TAKES, false);
                try {
                    client.query(statement, job.cancellation());
                } catch (EngineException e) {
                    throw new EngineException(
                            e.code(),
                            "statement " + (i + 1) + " of " + statements.size() + " after the load failed: "
                                    + e.getMessage(),
                            "nothing was kept of this restore; correct the statement of afterLoad(…)",
                            e);
                }
            }
        }
    }

    /** A backup of an empty database is one of the wrong database more often than it is meant. */
    private void refuseToEmpty() {
        DatabaseContents live;
        try (PsqlLoad psql = new PsqlLoad(job.target(), job.cancellation())) {
            psql.statement(OwnSession.sober(job.serverMajor()));
            live = DatabaseContents.of(psql);
            psql.finish();
        }
        if (!live.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_EMPTY,
                    "the backup holds nothing, and database " + job.target().database()
                            + ", which it would replace, has " + live,
                    "drop the database by hand if that is what you want");
        }
    }

    /**
     * Gives the shadow the name that was asked for.
     *
     * @param retired the name that the database which is replaced gets; empty where none is
     */
    private void name(String shadow, String retired) {
        String name = job.target().database();
        String maybe = replace
                ? "what was restored is database " + name + ", and the old one " + retired + "; or it is " + shadow
                        + ", and " + name + " is as it was"
                : "what was restored is database " + name + ", or " + shadow;
        clean = LastStep.take(
                name,
                job.notices(),
                () -> {
                    if (replace) {
                        admin.exchange(shadow, name, retired, job.spec().keep(), job.deciding());
                    } else {
                        admin.rename(shadow, name, job.deciding());
                    }
                },
                () -> admin.isRenamed(shadow),
                maybe);
    }

    /** What follows the switch changes nothing of it. */
    private void keep(String retired) {
        try (DatabaseAdmin own = admin.uncancellable()) {
            kept = own.kept(retired);
            List<String> subscriptions = own.subscriptions(retired);
            if (!subscriptions.isEmpty()) {
                job.notice(
                        "subscription-kept",
                        "the database that was replaced has subscriptions, which go on there, in " + retired + ": "
                                + String.join(", ", subscriptions));
            }
        } catch (CodeBException e) {
            clean = false;
            job.notices().add(Kept.unseen(retired, e));
        }
    }

    private void retire(String retired) {
        Dropped dropped = drop(retired);
        for (Subscription subscription : dropped.subscriptions()) {
            job.notice(
                    "subscription-dropped",
                    "subscription " + subscription.name() + " of the database that was replaced is gone"
                            + (subscription.slot().isEmpty()
                                    ? ""
                                    : "; its slot " + subscription.slot() + " is where it pulled from, and holds"
                                            + " changes back there until somebody uses or drops it"));
        }
        if (dropped.failure() != null) {
            clean = false;
            job.notice(
                    "database-left",
                    "the database that was replaced is still there as " + retired + ": " + dropped.failure()
                            + "; the project's next run drops it, or databases().cleanUp(project)");
        }
    }

    private record Dropped(
            List<Subscription> subscriptions, @Nullable String failure) {}

    /** Also waits for a server that is coming back from a crash: what it forgot was the load, not the database. */
    private Dropped drop(String database) {
        try (DatabaseAdmin own = admin.uncancellable()) {
            return new Dropped(Patience.with(() -> own.drop(database)), null);
        } catch (CodeBException e) {
            return new Dropped(List.of(), e.getMessage());
        }
    }

    private static EngineException withLeftover(RuntimeException failure, String database, String why) {
        return new EngineException(
                failure instanceof CodeBException known ? known.code() : ErrorCode.COMMAND_FAILED,
                failure.getMessage() + "; and what was loaded is left as database " + database + ": " + why,
                "the project's next run drops it, or databases().cleanUp(project)"
                        + (failure instanceof CodeBException known
                                        && !known.hint().isEmpty()
                                ? "; " + known.hint()
                                : ""),
                failure);
    }
}
