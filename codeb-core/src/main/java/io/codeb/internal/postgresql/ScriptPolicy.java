package io.codeb.internal.postgresql;

/** What becomes of the parts of a script that do more than describe a database. */
enum ScriptPolicy {
    /** They pass, as everything does. For scripts that the engine's own dump program has just written. */
    PASS,
    /**
     * Scripts of unknown origin: of the commands that psql would obey itself, {@code \restrict} and
     * {@code \}{@code unrestrict} are dropped, since an older psql does not know them; any other, and a COPY that
     * reaches for the server's files or programs, is refused.
     */
    GUARD,
    /**
     * As {@link #GUARD}, for a script that runs inside a transaction: pg_dump puts BEGIN and COMMIT around large objects,
     * and such a COMMIT would end the transaction before its time. Both are dropped; what would undo the transaction is
     * refused. The script must come in pieces that end where lines do.
     */
    GUARD_IN_TRANSACTION
}
