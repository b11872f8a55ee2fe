package io.codeb.postgresql.internal.restore;

import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.StepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The transaction whose commit makes a restore done, as it is known to whoever comes later: {@code <system
 * identifier>/<timeline>/<transaction id>}, the timeline as in the names of WAL files. The server keeps what became of
 * each transaction until it has frozen what was older, millions of transactions later.
 *
 * @param system the server's data, which a new container with new data does not have
 * @param timeline a standby that took over, or data that was put back to an earlier time, has another one, and may have
 *     given the same number to another transaction
 * @param id its number
 */
public record DecidingTransaction(String system, String timeline, String id) {
    /** SQLSTATE of a transaction that the server has not had yet. */
    static final String IN_THE_FUTURE = "22023";

    /** What is noted where the user may not ask; nobody can tell what becomes of it. */
    private static final String UNKNOWN = "unknown";

    private static final Pattern WORD = Pattern.compile("([0-9]{1,20})/([0-9A-F]{8})/([0-9]{1,19})");

    private static final String SYSTEM = "(SELECT system_identifier FROM pg_catalog.pg_control_system())";

    private static final String TIMELINE =
            "pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)";

    private static final String NAME =
            "pg_catalog.concat_ws('/', " + SYSTEM + ", " + TIMELINE + ", pg_catalog.txid_current())";

    private static final String MAY_ASK =
            mayExecute("pg_control_system", "pg_walfile_name", "pg_current_wal_lsn", "pg_logical_emit_message");

    /** Writes a record to the WAL, which has the transaction's number. */
    static final String RECORD = "SELECT pg_catalog.pg_logical_emit_message(true, 'codeb', '');";

    /** Makes durable what the server has written to its WAL so far; no standby is waited for. */
    static final String FLUSH = "SET synchronous_commit = local; " + RECORD;

    /**
     * Asks whether the user may call functions of the server's own, by their names alone: PostgreSQL 17 has given one
     * of them another argument.
     */
    static String mayExecute(String... functions) {
        return "pg_catalog.bool_and(pg_catalog.has_function_privilege(oid, 'EXECUTE')) FROM pg_catalog.pg_proc"
                + " WHERE pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND proname IN ("
                + Stream.of(functions).map(SqlText::literal).collect(Collectors.joining(", ")) + ")";
    }

    /**
     * Tells of the transaction that a session is in. Its number is made durable first: a server that crashes gives it
     * to another one otherwise, and what became of that would be taken for this one's.
     *
     * @param psql the session
     * @param admin flushes the WAL in another one
     * @param limit for the session's answers
     * @param deciding hears of it
     */
    static void announce(PsqlLoad psql, DatabaseAdmin admin, Limit limit, Consumer<String> deciding) {
        if (!psql.ask(List.of(MAY_ASK), limit).equals(List.of("t"))) {
            deciding.accept(UNKNOWN);
            return;
        }
        psql.statement(RECORD);
        String word = psql.ask(List.of(NAME), limit).get(0);
        admin.flushWal();
        deciding.accept(word);
    }

    private static Optional<DecidingTransaction> of(String word) {
        Matcher parts = WORD.matcher(word);
        return parts.matches()
                ? Optional.of(new DecidingTransaction(parts.group(1), parts.group(2), parts.group(3)))
                : Optional.empty();
    }

    /**
     * Asks a server what became of one.
     *
     * @param word as it was told, from wherever it comes
     */
    public static StepOutcome outcome(ServerTarget server, String word, Cancellation cancellation) {
        Optional<DecidingTransaction> transaction = of(word);
        if (transaction.isEmpty()) {
            return StepOutcome.UNKNOWN;
        }
        try (DatabaseAdmin admin = DatabaseAdmin.of(server, cancellation)) {
            return admin.outcome(transaction.get());
        }
    }

    /** What stands behind SELECT to know what became of it; no row where the server has other data. */
    String status() {
        return "pg_catalog.txid_status(" + id + ") WHERE " + SYSTEM + " = " + system + " AND " + TIMELINE + " = '"
                + timeline + "'";
    }
}
