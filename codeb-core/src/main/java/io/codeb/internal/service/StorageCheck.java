package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.Finding;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Whether a backup has room, and how old the last one is. */
final class StorageCheck {
    /** So many backups are learned from: few enough to be read before each backup, enough to outvote an odd one. */
    private static final int LEARNED_FROM = 3;

    /** A database that holds less than this part of an empty one tells nothing. */
    private static final int SMALL_SHARE = 8;

    private StorageCheck() {}

    /** Looks. */
    static List<Finding> of(Project project, Selection selection, BackupStore store, DumpCheck check, Instant now) {
        OptionalLong free = store.freeBytes();
        List<Manifest> last = store.newest(project.name(), free.isPresent() ? LEARNED_FROM : 1);
        List<Finding> findings = new ArrayList<>();
        free.ifPresent(bytes -> findings.add(space(store, selection, check, last, bytes)));
        findings.add(age(project, last, now));
        return findings;
    }

    private static Finding space(
            BackupStore store, Selection selection, DumpCheck check, List<Manifest> last, long free) {
        OptionalDouble share = last.stream()
                .filter(manifest -> tells(manifest, selection, store, check.emptyBytes()))
                .mapToDouble(manifest ->
                        (double) manifest.storedSize() / (manifest.database().sizeBytes() - check.emptyBytes()))
                .average();
        boolean learned = share.isPresent() && check.databaseBytes() > check.emptyBytes();
        double estimate =
                learned ? share.getAsDouble() * (check.databaseBytes() - check.emptyBytes()) : check.expectedBytes();
        String where = store.place();
        if (estimate < 0) {
            return new Finding(
                    "storage-space",
                    Finding.Severity.INFO,
                    bytes(free),
                    "",
                    "nobody knows how much room the backup takes in " + where,
                    "");
        }
        boolean compressed = store.codecIds().stream().anyMatch(id -> !id.equals("none"));
        String basis = learned ? "as earlier ones of the project did" : "before any compression";
        long needed = Math.round(estimate);
        Finding.Severity shortage = learned || !compressed ? Finding.Severity.ERROR : Finding.Severity.WARNING;
        return new Finding(
                "storage-space",
                needed <= free ? Finding.Severity.INFO : shortage,
                bytes(free),
                bytes(needed),
                "the backup takes about " + bytes(needed) + ", " + basis + ", and " + where + " has " + bytes(free)
                        + " left",
                needed <= free ? "" : "make room there, or back up to another repository");
    }

    /** One that was made alike, of a database that was more than empty. */
    private static boolean tells(Manifest manifest, Selection selection, BackupStore store, long empty) {
        return manifest.selection().equals(selection)
                && manifest.database().sizeBytes() > empty + empty / SMALL_SHARE
                && manifest.entries().stream().allMatch(entry -> entry.codecs().equals(store.codecIds()));
    }

    private static String bytes(long count) {
        return count + " bytes";
    }

    private static Finding age(Project project, List<Manifest> last, Instant now) {
        if (last.isEmpty()) {
            return new Finding(
                    "last-backup",
                    Finding.Severity.INFO,
                    "",
                    "",
                    "there is no earlier backup of " + project.name(),
                    "");
        }
        Duration age = Duration.between(last.get(0).finishedAt(), now).truncatedTo(ChronoUnit.SECONDS);
        Duration most = project.maxBackupAge();
        boolean late = !most.isZero() && age.compareTo(most) > 0;
        return new Finding(
                "last-backup",
                late ? Finding.Severity.WARNING : Finding.Severity.INFO,
                TimedCancellation.text(age),
                most.isZero() ? "" : TimedCancellation.text(most),
                "the last backup of " + project.name() + " is " + TimedCancellation.text(age) + " old",
                late ? "find out why none was made since" : "");
    }
}
