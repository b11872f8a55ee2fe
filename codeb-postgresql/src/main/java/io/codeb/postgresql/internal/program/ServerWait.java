package io.codeb.postgresql.internal.program;

import static io.codeb.postgresql.internal.script.SqlText.literal;

import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/** Finds out, in a session of its own, what a session of ours waits for. */
final class ServerWait {
    /** Who is in the way of a session. */
    private static final String BLOCKERS = "(SELECT pg_catalog.string_agg(pg_catalog.format('process %s (%s%s%s)',"
            + " b.pid, coalesce(b.usename::pg_catalog.text, b.backend_type),"
            + " ', ' || NULLIF(b.application_name, ''), ', ' || b.state), ', ' ORDER BY b.pid)"
            + " FROM pg_catalog.pg_stat_activity b WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid)))";

    /** From version 15 on, every process must let go of a database, and one whose client does not read does not. */
    private static final String UNREAD = "(SELECT pg_catalog.string_agg(pg_catalog.format('process %s (%s)', b.pid,"
            + " b.application_name), ', ' ORDER BY b.pid) FROM pg_catalog.pg_stat_activity b"
            + " WHERE b.wait_event = 'ClientWrite' AND a.wait_event = 'ProcSignalBarrier')";

    private static final String WAIT = "pg_catalog.format('process %s in database %s waits for %s%s%s', a.pid,"
            + " a.datname, coalesce(a.wait_event_type || ' ' || a.wait_event, 'nothing but its own work'),"
            + " ', which is held by ' || " + BLOCKERS + ", ', and so for who does not read: ' || " + UNREAD + ")";

    private static final String CANCELLING =
            " || pg_catalog.left(pg_catalog.pg_cancel_backend(a.pid)::pg_catalog.text, 0)";

    private final DatabaseTarget database;
    private final Cancellation cancellation;

    /**
     * Asks nothing yet.
     *
     * @param database where the session is; its run is the session's
     * @param cancellation ends the questions early
     */
    ServerWait(DatabaseTarget database, Cancellation cancellation) {
        this.database = database;
        this.cancellation = cancellation;
    }

    /**
     * Which lock a session waits for.
     *
     * @param process of the server, that serves it; empty for all of the same name in the same database
     * @return empty where it waits for none, or nobody knows
     */
    String forLock(OptionalInt process) {
        String run = database.server().tools().run();
        String which = process.isPresent()
                ? "a.pid = " + process.getAsInt()
                : "a.application_name = " + literal(RunMarks.session(run)) + " AND a.datname = "
                        + literal(database.database()) + " AND a.pid <> pg_catalog.pg_backend_pid()";
        return String.join("; ", ask(WAIT, which + " AND a.wait_event_type = 'Lock'"));
    }

    /**
     * What a session waits for. It is asked to end what it is doing in the same moment.
     *
     * @param process of the server, that serves it
     */
    String ofCancelled(int process) {
        return String.join("; ", ask(WAIT + CANCELLING, "a.pid = " + process));
    }

    /**
     * Ends a session that does not end what it is doing.
     *
     * @param process of the server, that serves it
     */
    void end(int process) {
        List<String> unused = ask("pg_catalog.pg_terminate_backend(a.pid)::pg_catalog.text", "a.pid = " + process);
    }

    private List<String> ask(String what, String which) {
        try (PsqlLoad psql = PsqlLoad.unwatched(database, cancellation)) {
            psql.statement(OwnSession.SOBER);
            List<String> answer = psql.ask(
                    List.of("pg_catalog.encode(pg_catalog.textsend(" + what
                            + "), 'hex') FROM pg_catalog.pg_stat_activity a WHERE " + which + " ORDER BY a.pid"),
                    Limit.NONE);
            psql.finish();
            return answer.stream()
                    .map(hex -> new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8))
                    .toList();
        }
    }
}
