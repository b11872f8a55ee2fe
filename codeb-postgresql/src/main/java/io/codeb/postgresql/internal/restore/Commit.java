package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.List;

/** The commit after which a restore into a database that exists is done. */
final class Commit {
    private static final List<String> CURRENT_TRANSACTION = List.of("pg_catalog.txid_current()");

    private Commit() {}

    /** The number of the transaction that a session is in. */
    static String transaction(PsqlLoad psql) {
        return psql.ask(CURRENT_TRANSACTION).get(0);
    }

    /**
     * Commits, and ends the session. What breaks at this moment breaks before the commit or after it, and the server
     * knows which.
     *
     * @param psql in the transaction, with nothing left to do
     * @param transaction its number
     * @param maybe what there can be where nobody can tell
     * @return whether the answer arrived, as {@link LastStep#take} has it
     */
    static boolean take(RestoreJob job, PsqlLoad psql, String transaction, String maybe) {
        try {
            return LastStep.take(
                    job.target().database(),
                    job.notices(),
                    () -> {
                        psql.statement("COMMIT;");
                        psql.finish();
                    },
                    () -> isDone(job, transaction),
                    maybe);
        } catch (LastStep.UnknownOutcome unknown) {
            throw unknown.told();
        }
    }

    private static boolean isDone(RestoreJob job, String transaction) {
        String status;
        try (PsqlLoad psql = new PsqlLoad(job.target(), new Cancellation())) {
            psql.statement(OwnSession.SOBER);
            status = String.join("", psql.ask(List.of("pg_catalog.txid_status(" + transaction + ")"), Limit.SHORT));
            psql.finish();
        }
        if (status.equals("committed") || status.equals("aborted")) {
            return status.equals("committed");
        }
        throw new EngineException(
                ErrorCode.LOCK_TIMEOUT, "transaction " + transaction + " has not come to its end", "wait for it");
    }
}
