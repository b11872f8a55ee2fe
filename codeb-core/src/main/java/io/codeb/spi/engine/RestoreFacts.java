package io.codeb.spi.engine;

import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.util.List;

/**
 * What was restored.
 *
 * @param server the version of the server that holds it now
 * @param tables rows by table, counted in the restored database, in the order of their names
 */
public record RestoreFacts(ServerVersion server, List<TableRows> tables) {
    /** Copies the list. */
    public RestoreFacts {
        tables = List.copyOf(tables);
    }
}
