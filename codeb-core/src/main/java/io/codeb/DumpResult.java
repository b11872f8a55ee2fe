package io.codeb;

import io.codeb.model.Notice;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.time.Duration;
import java.util.List;

/**
 * A dump that was written whole.
 *
 * @param project of which project's database
 * @param server the server's version
 * @param tables rows by table, counted as they passed
 * @param bytes plain bytes
 * @param notices what did not stop the dump and the caller should know
 * @param duration how long it took
 */
public record DumpResult(
        String project,
        ServerVersion server,
        List<TableRows> tables,
        long bytes,
        List<Notice> notices,
        Duration duration) {
    /** Copies the lists. */
    public DumpResult {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /**
     * How many rows it holds.
     *
     * @return the sum over all tables
     */
    public long totalRows() {
        return tables.stream().mapToLong(TableRows::rows).sum();
    }
}
