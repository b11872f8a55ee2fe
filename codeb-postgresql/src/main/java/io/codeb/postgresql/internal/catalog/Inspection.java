package io.codeb.postgresql.internal.catalog;

import io.codeb.model.DatabaseInfo;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import java.util.List;

/**
 * A look at a database, in this engine's own terms.
 *
 * @param server the server's version
 * @param database the database itself
 * @param tables its tables, in the order of their names
 */
public record Inspection(ServerVersion server, DatabaseFacts database, List<TableInfo> tables) {
    /** The same in terms of every engine. */
    public DatabaseInfo toInfo(String engine) {
        return DatabaseInfo.of(engine, server, database.summary())
                .withFacts(PostgresFacts.of(database))
                .withTables(tables);
    }
}
