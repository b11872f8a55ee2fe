package io.codeb.spi.engine;

import io.codeb.model.DatabaseFacts;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.Selection;
import io.codeb.model.ServerNeeds;
import io.codeb.model.TableRows;
import java.util.List;

/**
 * What was dumped.
 *
 * @param engine what dumped it
 * @param selection what it holds
 * @param database the database as it was
 * @param needs what a server must have before the dump can be loaded
 * @param tables rows by table, counted in the dump, in the order of their names
 * @param notices what did not stop the dump and whoever asked for it should know
 */
public record DumpFacts(
        Manifest.EngineFacts engine,
        Selection selection,
        DatabaseFacts database,
        ServerNeeds needs,
        List<TableRows> tables,
        List<Notice> notices) {
    /** Copies the lists. */
    public DumpFacts {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }
}
