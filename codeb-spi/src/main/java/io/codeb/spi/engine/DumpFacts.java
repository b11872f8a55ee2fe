package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.Selection;
import io.codeb.model.TableRows;
import java.util.List;

/**
 * What was dumped. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param engine what dumped it, with what the engine wants to know of it when it restores
 * @param selection what it holds
 * @param database the database as it was
 * @param tables rows by table, counted in the dump, in the order of their names
 * @param notices what did not stop the dump and whoever asked for it should know; not kept in the backup
 */
@CheckReturnValue
public record DumpFacts(
        Manifest.EngineFacts engine,
        Selection selection,
        Manifest.DatabaseSummary database,
        List<TableRows> tables,
        List<Notice> notices) {
    /** Copies the lists. */
    public DumpFacts {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /**
     * A dump without rows, of which nothing is to be told.
     *
     * @param engine what dumped it, with what the engine wants to know of it when it restores
     * @param selection what it holds
     * @param database the database as it was
     * @return to be changed
     */
    public static DumpFacts of(Manifest.EngineFacts engine, Selection selection, Manifest.DatabaseSummary database) {
        return new DumpFacts(engine, selection, database, List.of(), List.of());
    }

    /**
     * What the manifest of a backup has of them.
     *
     * @param manifest of the backup
     * @return the facts, without notices
     */
    public static DumpFacts of(Manifest manifest) {
        return of(manifest.engine(), manifest.selection(), manifest.database()).withTables(manifest.tables());
    }

    /**
     * Says how many rows there are.
     *
     * @param rows by table, in the order of their names
     * @return a changed copy
     */
    public DumpFacts withTables(List<TableRows> rows) {
        return new DumpFacts(engine, selection, database, rows, notices);
    }

    /**
     * Says what whoever asked for the dump should know.
     *
     * @param told in the order of its happening
     * @return a changed copy
     */
    public DumpFacts withNotices(List<Notice> told) {
        return new DumpFacts(engine, selection, database, tables, told);
    }
}
