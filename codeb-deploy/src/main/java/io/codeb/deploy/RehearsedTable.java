package io.codeb.deploy;

import io.codeb.model.TableName;
import java.util.Objects;
import java.util.Optional;

/**
 * What migrations have done to a table in a rehearsal.
 *
 * @param table which
 * @param rowsBefore how many rows it had; -1 where there was no such table
 * @param rowsAfter how many rows it has; -1 where there is no such table any more, or nobody has counted
 * @param lock how it was locked; empty where no lock was seen, and for tables that migrations have made
 */
public record RehearsedTable(TableName table, long rowsBefore, long rowsAfter, Optional<TableLock> lock) {
    /** Takes no null. */
    public RehearsedTable {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(lock, "lock");
    }

    /**
     * How many rows it has lost, by count.
     *
     * @return zero or more
     */
    public long rowsLost() {
        return Math.max(0, Math.max(0, rowsBefore) - Math.max(0, rowsAfter));
    }
}
