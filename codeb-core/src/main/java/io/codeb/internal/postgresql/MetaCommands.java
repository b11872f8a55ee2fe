package io.codeb.internal.postgresql;

/** What becomes of the commands in a script that psql would obey itself instead of sending them to the server. */
enum MetaCommands {
    /** They pass, as everything does. For scripts that the engine's own dump program has just written. */
    PASS,
    /**
     * Scripts of unknown origin: {@code \restrict} and {@code \}{@code unrestrict} are dropped, since an older psql does
     * not know them; any other, and a COPY that reaches for the server's files or programs, is refused.
     */
    GUARD
}
