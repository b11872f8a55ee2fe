package io.codeb.json;

import io.codeb.deploy.RehearsedTable;
import io.codeb.deploy.TableLock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What migrations did to a table of a copy.
 *
 * @param table its name
 * @param rowsBefore how many rows it had; -1 where there was no such table
 * @param rowsAfter how many it has; -1 where there is no such table any more, or nobody has counted
 * @param rowsLost how many are not there any more
 * @param strongestLock what it was locked with at the most; null where it was not
 * @param lockedMs for how long, in milliseconds
 * @param writersBlockedMs for how long of it nobody else could have written to it, in milliseconds
 */
public record RehearsedTableView(
        String table,
        long rowsBefore,
        long rowsAfter,
        long rowsLost,
        @Nullable String strongestLock,
        long lockedMs,
        long writersBlockedMs) {
    /**
     * Makes it of what codeb-deploy answers.
     *
     * @param table as it was found
     * @return the same as JSON has it
     */
    public static RehearsedTableView of(RehearsedTable table) {
        Optional<TableLock> lock = table.lock();
        return new RehearsedTableView(
                table.table().toString(),
                table.rowsBefore(),
                table.rowsAfter(),
                table.rowsLost(),
                lock.map(each -> each.strongest().name()).orElse(null),
                lock.map(each -> each.held().toMillis()).orElse(0L),
                lock.map(each -> each.writersBlocked().toMillis()).orElse(0L));
    }
}
