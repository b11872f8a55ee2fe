package io.codeb.internal.service;

import io.codeb.VerifyReport;
import io.codeb.error.IntegrityException;
import io.codeb.internal.repository.BackupReader;
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
    private boolean decoded;
    private long bytes;
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
            Manifest manifest =
                    store.read(backup.project(), backup.id(), distrust -> problems.add(distrust.getMessage()));
            BackupReader reader = store.reader(manifest);
            decoded = opens(reader);
            for (Entry entry : manifest.entries()) {
                run.stage("read " + entry.name());
                read(reader, entry);
            }
            store.orphans(manifest).forEach(object -> orphans.add(object.key().value()));
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
        }
        run.finished(bytes, -1, 0);
        return new VerifyReport(backup, problems, orphans, decoded, storedBytes, run.elapsed());
    }

    private boolean opens(BackupReader reader) {
        try {
            return reader.canDecode();
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
            return false;
        }
    }

    private void read(BackupReader reader, Entry entry) {
        long size = decoded ? entry.rawSize() : entry.storedSize();
        run.expect(size);
        try (ByteSource source = decoded ? reader.open(entry) : reader.openStored(entry)) {
            Transfer.all(source, new NullSink(), cancellation, read -> run.progress(entry.name(), read, -1, size, 0));
            bytes += size;
            storedBytes += entry.storedSize();
        } catch (IntegrityException e) {
            problems.add(e.getMessage());
        }
    }
}
