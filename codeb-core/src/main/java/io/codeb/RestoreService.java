package io.codeb;

import io.codeb.model.Cancellation;
import io.codeb.model.ReplacedDatabase;
import java.util.List;

/** Restores backups. Thread-safe. */
public interface RestoreService {
    /**
     * Restores, and returns when the database is there: loaded whole and its rows compared with what is on record.
     *
     * @param request what, and where to
     * @param cancellation ends it early
     * @return the database
     * @throws io.codeb.error.CancelledException when it was cancelled
     * @throws io.codeb.error.CodeBException when it failed; then the server holds what it held before
     */
    RestoreResult run(RestoreRequest request, Cancellation cancellation);

    /**
     * Restores, as {@link #run(RestoreRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what, and where to
     * @return the database
     */
    default RestoreResult run(RestoreRequest request) {
        return run(request, new Cancellation());
    }

    /**
     * Puts a database back that a restore has replaced and that is still kept. Both databases change their names in one
     * transaction, so this takes as long whatever their size. Whoever is connected is sent away, and finds the other
     * one when he comes again. What was live until then is kept in its turn: nothing is lost, and a roll-back can be
     * rolled back.
     *
     * <p>Nothing but the server is asked: it works also where no storage can be reached. Its run is noted in the
     * default repository, so that {@link #recover(Cancellation)} ends what is left of it when it dies. A storage that
     * does not answer holds it up for a second at its beginning and one at its end at the most; what it leaves when it
     * dies then is nobody's, and {@link DatabaseService#cleanUp} shows it.
     *
     * @param request which
     * @param cancellation ends it early
     * @return what is live again, and what was before
     * @throws io.codeb.error.EngineException {@code DATABASE_NOT_FOUND} when nothing is kept; {@code PERMISSION_DENIED}
     *     when sessions use either database that the user may not end, or when what is kept belongs to somebody else
     *     and was not named with {@link RollbackRequest#to(String)}
     * @throws io.codeb.error.ConfigException when there is no such project, or its engine keeps nothing
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    RollbackResult rollback(RollbackRequest request, Cancellation cancellation);

    /**
     * Puts a database back, as {@link #rollback(RollbackRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request which
     * @return what is live again, and what was before
     */
    default RollbackResult rollback(RollbackRequest request) {
        return rollback(request, new Cancellation());
    }

    /**
     * Tells what {@link #rollback(RollbackRequest, Cancellation)} would change, without doing it: by table, how many
     * rows the live database has and the one that is kept. All rows of both are counted, which takes as long as reading
     * them.
     *
     * @param request which
     * @param cancellation ends it early
     * @return what would be live again, and the tables that differ
     * @throws io.codeb.error.EngineException as a roll-back throws it; {@code DATABASE_NOT_FOUND} also when nothing has
     *     the name now, and {@code PERMISSION_DENIED} also when the user may not read a table
     * @throws io.codeb.error.ConfigException when there is no such project, or its engine keeps nothing
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    RollbackPreview preview(RollbackRequest request, Cancellation cancellation);

    /**
     * Tells what a roll-back would change, as {@link #preview(RollbackRequest, Cancellation)} does, and cannot be
     * cancelled.
     *
     * @param request which
     * @return what would be live again, and the tables that differ
     */
    default RollbackPreview preview(RollbackRequest request) {
        return preview(request, new Cancellation());
    }

    /**
     * Lists what is kept on the server of a project: what {@link #rollback(RollbackRequest)} can put back.
     *
     * @param project its name
     * @param cancellation ends it early
     * @return of all databases of that server, the latest first
     * @throws io.codeb.error.ConfigException when there is no such project, or its engine keeps nothing
     */
    List<ReplacedDatabase> replaced(String project, Cancellation cancellation);

    /**
     * Brings order where restores have died: with their process, their container, their server or the machine. Of each
     * project, what dead runs have left is ended, as {@link DatabaseService#cleanUp} does, and each dead restore is
     * finished or undone, whichever its last step has left to be done; the report says which. Of a roll-back that has
     * died the names of the databases say whether it was done; what is left of it is ended, too. Living runs are let
     * alone: a run counts as dead when its process on this machine is gone, or when it has not been heard of for three
     * minutes.
     *
     * <p>The next run of a project does the same for it before it begins, and tells the log. To be called when an
     * application starts; where nothing is left it does nothing.
     *
     * @param cancellation ends it early
     * @return what was found; a project that cannot be reached is told there, and keeps no other one from it
     * @throws io.codeb.error.CancelledException when it was cancelled
     */
    RecoveryReport recover(Cancellation cancellation);

    /**
     * Brings order, as {@link #recover(Cancellation)} does, and cannot be cancelled.
     *
     * @return what was found
     */
    default RecoveryReport recover() {
        return recover(new Cancellation());
    }

    /**
     * Lists what is kept, as {@link #replaced(String, Cancellation)} does, and cannot be cancelled.
     *
     * @param project its name
     * @return of all databases of that server, the latest first
     */
    default List<ReplacedDatabase> replaced(String project) {
        return replaced(project, new Cancellation());
    }
}
