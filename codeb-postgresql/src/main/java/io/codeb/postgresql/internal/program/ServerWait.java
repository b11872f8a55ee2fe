package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.TimedCancellation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

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
    private final Duration time;
    private final Cancellation cancellation;

    /**
     * Asks nothing yet.
     *
     * @param database where the session is
     * @param time how long each question may take, from the start of the program that asks it to its end
     * @param cancellation ends the questions early
     */
    ServerWait(DatabaseTarget database, Duration time, Cancellation cancellation) {
        this.database = database;
        this.time = time;
        this.cancellation = cancellation;
    }

    /**
     * Which lock a session waits for.
     *
     * @param process of the server, that serves it
     * @return empty where it waits for none
     * @throws CodeBException {@code SERVER_UNREACHABLE} where the server does not tell in time, as all these do
     */
    String forLock(int process) {
        return String.join("; ", ask(WAIT, "a.pid = " + process + " AND a.wait_event_type = 'Lock'"));
    }

    /**
     * What a session waits for.
     *
     * @param process of the server, that serves it
     * @return empty where there is no such session any more
     */
    String of(int process) {
        return String.join("; ", ask(WAIT, "a.pid = " + process));
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
     * @return empty where there is no such session any more
     */
    String end(int process) {
        return String.join("; ", ask("pg_catalog.pg_terminate_backend(a.pid)::pg_catalog.text", "a.pid = " + process));
    }

    private List<String> ask(String what, String which) {
        try (TimedCancellation timed = new TimedCancellation(cancellation, time)) {
            try {
                return ask(what, which, timed.cancellation());
            } catch (CodeBException e) {
                throw timed.isOver()
                        ? new EngineException(
                                ErrorCode.SERVER_UNREACHABLE,
                                "another session has not got an answer within " + TimedCancellation.text(time),
                                "look at what the server, or its machine or container, waits for",
                                e)
                        : e;
            }
        }
    }

    /** The cancellation is the limit: it ends psql also where that does not get as far as to be asked. */
    private List<String> ask(String what, String which, Cancellation inTime) {
        try (PsqlLoad psql = PsqlLoad.unwatched(database, inTime)) {
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
