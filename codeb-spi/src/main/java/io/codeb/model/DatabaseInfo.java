package io.codeb.model;

import java.util.List;

/**
 * A look at a database.
 *
 * @param engine for example {@code postgresql}
 * @param server the server's version
 * @param database the database itself
 * @param facts what only the engine knows of it, such as its owner, in the form that a manifest has it in
 * @param tables its tables, in the order of their names; none where the engine has no such thing
 */
public record DatabaseInfo(
        String engine, ServerVersion server, Manifest.DatabaseSummary database, Facts facts, List<TableInfo> tables) {
    /** Copies the list. */
    public DatabaseInfo {
        tables = List.copyOf(tables);
    }
}
