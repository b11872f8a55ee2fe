package io.codeb.postgresql.internal.script;

import io.codeb.model.TableName;
import java.nio.ByteBuffer;
import java.util.Set;

/** Takes from a script what has been judged, in the script's order. */
@FunctionalInterface
public interface ScriptSink {
    /**
     * Takes what may pass.
     *
     * @param script any number of statements and rows, good during the call
     */
    void pass(ByteBuffer script);

    /**
     * Takes a statement that may fail for some reasons and nothing is lost. A sink that knows no difference runs it as
     * any other.
     *
     * @param statement one statement with its semicolon, good during the call
     * @param sqlStates the five-letter SQLSTATEs that are no failure
     * @param what the statement as people call it, for the notice that it failed
     */
    default void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
        pass(statement);
    }

    /**
     * Whether statements are taken one by one, without what stands between them. What is passed then is rows, or a part
     * of a statement that is too long to be held.
     */
    default boolean oneByOne() {
        return false;
    }

    /** Takes a statement, where they are taken one by one. */
    default void statement(JudgedStatement statement) {
        pass(statement.text());
    }

    /** Hears that a COPY is passed next, and then its rows. */
    default void rowsBegin() {}

    /**
     * Hears that the rows of a COPY have been passed, with the line that ends them.
     *
     * @param table where they go
     */
    default void rowsEnded(TableName table) {}

    /**
     * Hears that lines of the script are not passed, or that others were passed in their place.
     *
     * @param lines how many more the script has than were passed; negative where it has fewer
     */
    default void dropped(long lines) {}

    /**
     * Hears of something that was left out of the script, or is worth to be known of it.
     *
     * @param notice one sentence
     */
    default void notice(String notice) {}
}
