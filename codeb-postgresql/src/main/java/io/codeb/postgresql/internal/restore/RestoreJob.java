package io.codeb.postgresql.internal.restore;

import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.RestoreMode;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one restore know.
 *
 * @param target the database that is asked for
 * @param spec how it is to be restored
 * @param facts what the engine noted when it made the dump; null for one that CodeB did not write
 * @param serverMajor the server's major version
 * @param tableLockWait how long it waits for who uses a table that it takes for itself
 * @param cancellation ends it early
 * @param notices what the caller is told in the end; parts add to it
 * @param deciding hears of the transaction whose commit makes the restore done, right before
 */
record RestoreJob(
        DatabaseTarget target,
        RestoreSpec spec,
        @Nullable PostgresFacts facts,
        int serverMajor,
        Duration tableLockWait,
        Cancellation cancellation,
        List<Notice> notices,
        Consumer<String> deciding) {
    void notice(String id, String message) {
        notices.add(new Notice(id, message));
    }

    /** Lets the transaction of a session wait no longer than that for each lock. */
    String limitedLockWait() {
        return "SET LOCAL lock_timeout = " + Math.min(Integer.MAX_VALUE, tableLockWait.toMillis()) + ";";
    }

    /** The options of pg_dump that the backup was made with; none for a dump that CodeB did not write. */
    List<String> madeWith() {
        DumpFacts made = spec.dump();
        return made == null ? List.of() : made.selection().options();
    }

    /** Whether the dump is loaded into a database of its own, and not into the one that is asked for. */
    boolean isAside() {
        return spec.mode() != RestoreMode.EXISTING || !spec.tables().isEmpty();
    }

    /** Whether CodeB wrote the dump, so that it is known what must be there in the end. */
    boolean ofOwnBackup() {
        return spec.dump() != null;
    }
}
