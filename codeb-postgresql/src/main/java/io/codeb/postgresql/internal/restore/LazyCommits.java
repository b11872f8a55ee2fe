package io.codeb.postgresql.internal.restore;

import io.codeb.postgresql.internal.program.LoadSession;
import io.codeb.postgresql.internal.program.OwnSession;
import java.util.List;

/**
 * The commits of a session that do not wait for the disk, as the last one does for all of them. A server that crashes
 * forgets the last ones of those: while the session is open it notices that, and afterwards nobody would.
 */
final class LazyCommits {
    private final LoadSession session;
    private final boolean lazy;

    private LazyCommits(LoadSession session, boolean lazy) {
        this.session = session;
        this.lazy = lazy;
    }

    /** Lets commits not wait from here on, where the user may do what makes the last one wait. */
    static LazyCommits begin(LoadSession session) {
        boolean lazy = session.ask(List.of(DecidingTransaction.mayExecute("pg_logical_emit_message")))
                .equals(List.of("t"));
        session.statement("SET synchronous_commit = " + (lazy ? "off" : "local") + ";");
        return new LazyCommits(session, lazy);
    }

    /**
     * Makes durable all that was committed, whatever a script has set meanwhile. Where the server has crashed since the
     * beginning the session fails.
     */
    void end() {
        if (lazy) {
            session.statement(OwnSession.SOBER);
            session.statement(DecidingTransaction.FLUSH);
        }
    }
}
