package io.codeb.postgresql.internal.sql;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.postgresql.internal.script.BoundedText;
import io.codeb.postgresql.internal.script.ScriptLexer;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.QuerySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One statement of the caller's, and the SQL that runs it: the same whichever client does. What can be prepared is
 * prepared, so that the server finds out the types of its parameters; whatever else there is takes none.
 *
 * <p>What may only read is one of a few kinds of statements in a transaction that may only read and is rolled back, and
 * the server itself ends its rows at the limit. It can still call functions, whose doings beyond the transaction (to
 * draw from a sequence is refused, to signal another session is not) are a matter of the user's rights.
 */
public final class SqlStatement {
    private static final String NAME = "codeb_query";
    private static final Set<String> ROWS = Set.of("select", "values", "table", "with", "(");
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");
    private static final Set<String> REPORTS = Set.of("show", "explain");

    private static final Set<String> TRANSACTION_CONTROL =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release");

    /** The server ends a statement soon after its client is gone: since version 14, and where its system can tell. */
    private static final String NOTICE_LOST_CLIENTS =
            "SELECT pg_catalog.set_config('client_connection_check_interval', '1000', false)"
                    + " WHERE pg_catalog.current_setting('client_connection_check_interval', true) IS NOT NULL"
                    + " AND pg_catalog.version() LIKE '%linux%'";

    private final QuerySpec query;
    private final String sql;
    private final String verb;
    private final String reportType;

    private SqlStatement(QuerySpec query, String sql, String verb, String reportType) {
        this.query = query;
        this.sql = sql;
        this.verb = verb;
        this.reportType = reportType;
    }

    /**
     * Reads a query's statement.
     *
     * @throws EngineException {@code SQL_FAILED} when it is not one statement, or not one that may only read as the
     *     query wants it
     */
    public static SqlStatement of(QuerySpec query) {
        Reading reading = new Reading(query.sql());
        String verb = reading.verb;
        boolean preparable = ROWS.contains(verb) || WRITES.contains(verb);
        if (query.readOnly() && !ROWS.contains(verb) && !REPORTS.contains(verb)) {
            throw refused(
                    "a query that may not write cannot begin with " + verb.toUpperCase(Locale.ROOT),
                    "say writing() where the statement is meant to write");
        }
        if (TRANSACTION_CONTROL.contains(verb)) {
            throw refused("a query is a transaction of its own", "leave BEGIN, COMMIT and the like out");
        }
        if (verb.equals("copy")) {
            throw refused("COPY has rows beside the statement, which a query cannot have", "use SELECT or INSERT");
        }
        if (!preparable && !query.parameters().isEmpty()) {
            throw refused(
                    verb.toUpperCase(Locale.ROOT) + " takes no parameters", "write the values into the statement");
        }
        return new SqlStatement(query, reading.sql, verb, reading.reportType);
    }

    private static EngineException refused(String why, String hint) {
        return new EngineException(ErrorCode.SQL_FAILED, why, hint);
    }

    /** What makes a session the same wherever it runs, and begins the transaction. */
    public List<String> begin() {
        List<String> statements = new ArrayList<>(List.of(
                "SET standard_conforming_strings = on",
                "SET datestyle = 'ISO, MDY'",
                "SET intervalstyle = 'postgres'",
                "SET timezone = 'UTC'",
                "SET bytea_output = 'hex'",
                "SET extra_float_digits = 1",
                "SET client_min_messages = 'error'",
                NOTICE_LOST_CLIENTS,
                "SET statement_timeout = "
                        + Math.max(
                                1, Math.min(Integer.MAX_VALUE, query.timeout().toMillis()))));
        if (query.readOnly()) {
            statements.add("SET default_transaction_read_only = on");
        }
        statements.add(query.readOnly() ? "BEGIN READ ONLY" : "BEGIN READ WRITE");
        return statements;
    }

    /** Prepares the statement; null for one that cannot be prepared. */
    @Nullable
    public String prepare() {
        if (!ROWS.contains(verb) && !WRITES.contains(verb)) {
            return null;
        }
        // The line's end ends a comment that the statement may end with.
        return query.readOnly()
                ? "PREPARE " + NAME + " AS SELECT * FROM (" + sql + "\n) AS " + NAME + " LIMIT "
                        + (query.rowLimit() + 1L)
                : "PREPARE " + NAME + " AS " + sql;
    }

    /** Runs the statement. */
    public String execute() {
        if (prepare() == null) {
            return sql;
        }
        StringJoiner values = new StringJoiner(", ", " (", ")").setEmptyValue("");
        for (String parameter : query.parameters()) {
            values.add(parameter == null ? "NULL" : SqlText.literal(parameter));
        }
        return "EXECUTE " + NAME + values;
    }

    /** The type of the columns of what cannot be prepared. */
    public String reportType() {
        return reportType;
    }

    /** Ends the transaction. */
    public String end() {
        return query.readOnly() ? "ROLLBACK" : "COMMIT";
    }

    /** Finds in a text the one statement that it must be. */
    private static final class Reading implements ScriptLexer.Tokens {
        private final String sql;
        private String verb = "";
        private String reportType = "text";
        private int tokens;
        private boolean inOptions;
        private boolean formatNext;
        private boolean hasSemicolon;

        Reading(String text) {
            if (text.indexOf('\0') >= 0) {
                throw refused("the statement holds a NUL character", "remove it");
            }
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.SERVER, this);
            int end = lexer.scan(bytes, 0, bytes.length);
            ScriptLexer.Stop stop = lexer.stop();
            if (stop == ScriptLexer.Stop.SEMICOLON) {
                int before = tokens;
                lexer.scan(bytes, end, bytes.length);
                stop = lexer.stop();
                if (stop != ScriptLexer.Stop.CHUNK_END || tokens > before || !lexer.isBetweenTokens()) {
                    throw refused("the text is more than one statement", "run them one by one");
                }
                end--;
            }
            if (stop == ScriptLexer.Stop.BACKSLASH) {
                throw refused("the statement has a backslash outside of quotes", "commands of psql are not SQL");
            }
            if (stop == ScriptLexer.Stop.INVALID) {
                throw refused("the statement has " + lexer.problem(), "correct it");
            }
            if (!lexer.isBetweenTokens()) {
                throw refused("the statement ends within " + lexer.open(), "complete it");
            }
            if (verb.isEmpty()) {
                throw refused("the text is no statement", "");
            }
            if (hasSemicolon && (ROWS.contains(verb) || WRITES.contains(verb) || REPORTS.contains(verb))) {
                throw refused("the statement has a semicolon within", "remove it");
            }
            sql = new String(bytes, 0, end, StandardCharsets.UTF_8).strip();
        }

        private void token(String asVerb) {
            tokens++;
            if (verb.isEmpty()) {
                verb = asVerb;
            }
        }

        @Override
        public void word(BoundedText text) {
            String word = text.decodeFolded(StandardCharsets.UTF_8);
            token(word);
            option(word);
        }

        /** Of an EXPLAIN's options in parentheses, only the format changes the type of its answer. */
        private void option(String word) {
            if (inOptions && formatNext) {
                reportType = word.equals("json") || word.equals("xml") ? word : "text";
            }
            formatNext = word.equals("format");
        }

        @Override
        public void quotedName(BoundedText text) {
            token("a quoted name");
            option(text.decode(StandardCharsets.UTF_8));
        }

        @Override
        public void literal(BoundedText text) {
            token("a string");
            option(text.decodeFolded(StandardCharsets.UTF_8));
        }

        @Override
        public void symbol(byte character) {
            token(String.valueOf((char) character));
            hasSemicolon |= character == ';';
            if (character == '(') {
                inOptions = verb.equals("explain") && tokens == 2;
            } else if (character == ')') {
                inOptions = false;
            }
        }

        @Override
        public void variable(BoundedText text) {
            // Variables are psql's, and this is read as the server reads it.
        }

        @Override
        public void lineComment(BoundedText text) {
            // Comments are the server's to skip.
        }
    }
}
