package io.codeb.postgresql.internal.program;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.ScriptSink;
import java.util.List;
import java.util.Map;

/** A session that takes scripts, and between them statements of our own. Used by one thread. */
public interface LoadSession extends ScriptSink, AutoCloseable {
    /** Follows a script that goes into this session, and is judged by these rules. */
    ScriptScanner scanner(ScriptRules rules);

    /**
     * Hands on whole statements of our own.
     *
     * @param sql ends in a semicolon
     */
    void statement(String sql);

    /**
     * Asks, and waits for the answer and so for everything before it.
     *
     * @param queries what stands behind SELECT; their values have neither line ends nor, but for the last one of a row,
     *     bars in them
     * @return the rows in the order of the queries, each with bars between its values
     */
    List<String> ask(List<String> queries);

    /** How many rows the server says it has taken by COPY so far, by table; up to date after a question. */
    Map<TableName, Long> taken();

    /** Ends the session, and proves that all that went into it was done. */
    void finish();

    /** A session that was not brought to its end by {@link #finish()} is ended as it is. */
    @Override
    void close();
}
