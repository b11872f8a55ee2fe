package io.codeb.internal.service;

import io.codeb.VerifyReport;
import io.codeb.error.IntegrityException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import java.util.ArrayList;
import java.util.List;

/** One look at a whole backup: every byte of it is read and proven. */
final class Verification {
    private final BackupStore store;
    private final BackupRef backup;
    private final RunScope run;
    private final Cancellation cancellation;
    private final List<String> problems = new ArrayList<>();
    private long plainBytes;
    private long storedBytes;

    Verification(BackupStore store, BackupRef backup, RunScope run, Cancellation cancellation) {
        this.store = store;
        this.backup = backup;
        this.run = run;
        this.cancellation = cancellation;
    }

    VerifyReport run() {
        List<String> orphans = new ArrayList<>();
        try {
            Manifest manifest = store.read(backup.project(), backup.id());
            for (Entry entry : manifest.entries()) {
                run.stage("read " + entry.name());
                read(manifest, entry);
            }
            store.orphans(manifest).forEach(object -> orphans.add(object.key().value()));
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
        }
        run.finished(plainBytes, -1, 0);
        return new VerifyReport(backup, problems, orphans, storedBytes, run.elapsed());
    }

    private void read(Manifest manifest, Entry entry) {
        try (ByteSource source = store.open(manifest, entry)) {
            Transfer.all(
                    source,
                    new NullSink(),
                    cancellation,
                    bytes -> run.progress(entry.name(), bytes, -1, entry.rawSize(), 0));
            plainBytes += entry.rawSize();
            storedBytes += entry.storedSize();
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
        }
    }
}
