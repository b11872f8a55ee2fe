package io.codeb.model;

import java.util.List;

/**
 * A look at a database.
 *
 * @param engine for example {@code postgresql}
 * @param server the server's version
 * @param database the database itself
 * @param tables its tables, in the order of their names
 */
public record DatabaseInfo(String engine, ServerVersion server, DatabaseFacts database, List<TableInfo> tables) {
    /** Copies the list. */
    public DatabaseInfo {
        tables = List.copyOf(tables);
    }
}
