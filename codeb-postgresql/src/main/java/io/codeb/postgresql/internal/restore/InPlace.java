package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.DatabaseContents;
import io.codeb.postgresql.internal.catalog.Obstacles;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.spi.io.ByteSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Into a database that exists: one transaction, which is committed only when the rows in it are those of the dump. What
 * was there before is dropped in the same transaction, where that is wanted.
 */
final class InPlace {
    private final RestoreJob job;
    private final DumpLoader loader;
    private final ContentProof contents;
    private final DatabaseAdmin admin;
    private final @Nullable Set<TableName> filled;
    private boolean clean = true;

    /**
     * Makes the place.
     *
     * @param contents what the tables must hold in the end
     * @param admin speaks to the server
     * @param filled the tables that a dump fills which holds rows and no definitions; null for any other, and for one
     *     that could not be looked through
     */
    InPlace(
            RestoreJob job,
            DumpLoader loader,
            ContentProof contents,
            DatabaseAdmin admin,
            @Nullable Set<TableName> filled) {
        this.job = job;
        this.loader = loader;
        this.contents = contents;
        this.admin = admin;
        this.filled = filled;
    }

    /**
     * Restores.
     *
     * @param script as the loader opens it
     * @return what is there now
     */
    List<TableRows> restore(ByteSource script) {
        try (PsqlLoad psql = new PsqlLoad(job.target(), job.cancellation())) {
            psql.statement(OwnSession.unlimited(job.serverMajor()));
            psql.statement("BEGIN;");
            DatabaseContents found = DatabaseContents.of(psql);
            List<Subscription> subscriptionsBefore = Subscriptions.of(psql);
            DatabaseContents before = job.spec().emptying() ? Emptying.run(psql, job) : found;
            requireRoom(psql, before);
            ObjectProof objects = ObjectProof.before(psql);
            String transaction = Commit.transaction(psql);
            Proof.Loaded loaded = loader.load(psql, job.target().database(), script);
            psql.statement(OwnSession.sober(job.serverMajor()));
            if (!Commit.transaction(psql).equals(transaction)) {
                throw new EngineException(
                        ErrorCode.DUMP_UNSAFE,
                        "the script ended the transaction that it was restored in",
                        "look at database " + job.target().database() + ": some of the script can have stayed in it");
            }
            loader.detach(psql, subscriptionsBefore);
            List<TableRows> rows = Proof.compare(psql, loaded, job.spec().dump());
            objects.compare(psql, loaded, job);
            contents.compare(psql);
            if (!job.ofOwnBackup()
                    && filled == null
                    && DatabaseContents.of(psql).equals(before)) {
                throw loader.nothingInIt();
            }
            if (job.spec().emptying()
                    && !found.isEmpty()
                    && DatabaseContents.of(psql).equals(before)) {
                throw nothingForSomething(found);
            }
            DecidingTransaction.announce(psql, admin, Limit.SHORT, job.deciding());
            clean = Commit.take(
                    job,
                    psql,
                    transaction,
                    "database " + job.target().database() + " holds all of the backup or nothing of it");
            return rows;
        }
    }

    /** Whether nothing can be left of the run, such as a session whose answer was lost. */
    boolean isClean() {
        return clean;
    }

    /** A backup of an empty database is one of the wrong database more often than it is meant. */
    private EngineException nothingForSomething(DatabaseContents found) {
        return new EngineException(
                ErrorCode.DATABASE_NOT_EMPTY,
                "the backup holds nothing, and database " + job.target().database() + ", which it would empty, has "
                        + found,
                "empty the database by hand if that is what you want");
    }

    private void requireRoom(PsqlLoad psql, DatabaseContents contents) {
        Optional<String> obstacle = Obstacles.find(psql, contents, job.spec().dump(), filled);
        if (obstacle.isPresent()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_EMPTY,
                    "database " + job.target().database() + " is not empty: " + obstacle.get(),
                    hint());
        }
    }

    private String hint() {
        if (filled != null) {
            return "empty the tables that the dump fills";
        }
        String hint = "restore into a new database, or say replacing()";
        return loader.canSurvey() || job.ofOwnBackup()
                ? hint
                : hint + "; if the dump holds rows only, restore it from a file: whether it does is told by looking"
                        + " through it before, and this one can be read but once";
    }
}
