package io.codeb.postgresql.internal.script;

/** Whether a script is inside a transaction of its own. */
final class ScriptTransaction {
    private long begunInLine;

    void begin(long line) {
        if (begunInLine == 0) {
            begunInLine = line;
        }
    }

    /** Takes a COMMIT or ROLLBACK. */
    void end(boolean andChain, long line) {
        begunInLine = andChain && begunInLine != 0 ? line : 0;
    }

    /** The line in which the transaction began that is open; 0 for none. */
    long begunInLine() {
        return begunInLine;
    }
}
