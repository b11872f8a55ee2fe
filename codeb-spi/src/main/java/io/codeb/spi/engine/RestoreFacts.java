package io.codeb.spi.engine;

import io.codeb.model.Notice;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.util.List;

/**
 * What was restored.
 *
 * @param server the version of the server that holds it now
 * @param tables rows by table, counted in the restored database, in the order of their names
 * @param notices what did not stop the restore and the caller should know, in the order of its happening
 */
public record RestoreFacts(ServerVersion server, List<TableRows> tables, List<Notice> notices) {
    /** Copies the lists. */
    public RestoreFacts {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }
}
