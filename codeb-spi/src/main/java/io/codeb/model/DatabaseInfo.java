package io.codeb.model;

import java.util.List;

/**
 * A look at a database. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param engine for example {@code postgresql}
 * @param server the server's version
 * @param database the database itself
 * @param facts what only the engine knows of it, such as its owner, in the form that a manifest has it in
 * @param tables its tables, in the order of their names; none where the engine has no such thing
 */
@CheckReturnValue
public record DatabaseInfo(
        String engine, ServerVersion server, Manifest.DatabaseSummary database, Facts facts, List<TableInfo> tables) {
    /** Copies the list. */
    public DatabaseInfo {
        tables = List.copyOf(tables);
    }

    /**
     * A look at a database, of which the engine knows nothing else.
     *
     * @param engine for example {@code postgresql}
     * @param server the server's version
     * @param database the database itself
     * @return to be changed
     */
    public static DatabaseInfo of(String engine, ServerVersion server, Manifest.DatabaseSummary database) {
        return new DatabaseInfo(engine, server, database, Facts.NONE, List.of());
    }

    /**
     * Adds what only the engine knows.
     *
     * @param known in the form that a manifest has it in
     * @return a changed copy
     */
    public DatabaseInfo withFacts(Facts known) {
        return new DatabaseInfo(engine, server, database, known, tables);
    }

    /**
     * Adds the tables.
     *
     * @param all in the order of their names
     * @return a changed copy
     */
    public DatabaseInfo withTables(List<TableInfo> all) {
        return new DatabaseInfo(engine, server, database, facts, all);
    }
}
