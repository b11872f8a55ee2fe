package io.codeb.examples.demo;

import io.codeb.Backup;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.VerifyReport;
import io.codeb.event.Operation;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.model.TableInfo;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The steps of the demo, in their order, each told as it happens. */
final class Tour {
    private final CodeB codeb;
    private final String source;
    private final String copy;
    private final String repository;
    private final ProgressLine progress;
    private final PrintStream out;
    private final Cancellation cancellation;
    private final Table timings = new Table().row("step", "time", "bytes", "rate");

    Tour(CodeB codeb, Settings settings, ProgressLine progress, PrintStream out, Cancellation cancellation) {
        this.codeb = codeb;
        this.source = settings.source().name();
        this.copy = settings.copy().name();
        this.repository = settings.repository().location().toString();
        this.progress = progress;
        this.out = out;
        this.cancellation = cancellation;
    }

    /** Answers whether what was restored is what was backed up. */
    boolean run() {
        inspect();
        BackupResult backup = backUp();
        list();
        boolean whole = verify(backup);
        restore(backup);
        boolean equal = compare();
        facts(backup);
        return whole && equal;
    }

    private void inspect() {
        title("The database");
        DatabaseInfo info = codeb.databases().inspect(source);
        Map<String, Object> facts = info.facts().tree();
        say("PostgreSQL " + info.server().text());
        say(info.database().name() + ", " + Units.bytes(info.database().sizeBytes()) + " on the server's disk, "
                + facts.get("encoding") + ", owned by " + facts.get("owner"));
        Table tables = new Table().row("table", "size", "rows, estimated");
        for (TableInfo table : info.tables()) {
            tables.row(
                    table.table().toString(),
                    Units.bytes(table.sizeBytes()),
                    table.estimatedRows() < 0 ? "unknown" : Units.count(table.estimatedRows()));
        }
        print(tables);
    }

    private BackupResult backUp() {
        title("Backing up");
        BackupRequest request = BackupRequest.of(source).label("reason", "demo");
        BackupResult backup =
                shown(Operation.BACKUP, "dumped", () -> codeb.backups().run(request, cancellation));
        Manifest manifest = backup.manifest();
        timed("back up", backup.duration(), manifest.rawSize());
        say(backup.id() + " exists: " + Units.count(manifest.totalRows(), "row") + ", "
                + Units.bytes(manifest.rawSize()) + " in " + Units.bytes(manifest.storedSize()));
        return backup;
    }

    private void list() {
        title("The backups of this project");
        Table backups = new Table().row("id", "rows", "plain", "stored");
        for (Backup backup : codeb.catalog().list(source)) {
            Manifest manifest = backup.manifest();
            backups.row(
                    manifest.id().value(),
                    Units.count(manifest.totalRows()),
                    Units.bytes(manifest.rawSize()),
                    Units.bytes(manifest.storedSize()));
        }
        print(backups);
    }

    private boolean verify(BackupResult backup) {
        title("Verifying: every byte read, decoded and compared with its digests");
        VerifyReport report =
                shown(Operation.VERIFY, "read", () -> codeb.catalog().verify(backup.ref(), cancellation));
        timed("verify", report.duration(), backup.manifest().rawSize());
        report.problems().forEach(this::say);
        if (report.ok()) {
            say("whole");
        }
        return report.ok();
    }

    private void restore(BackupResult backup) {
        title("Restoring into a second database");
        RestoreRequest request = RestoreRequest.of(backup.ref()).onProject(copy).replacing();
        RestoreResult restored =
                shown(Operation.RESTORE, "loaded", () -> codeb.restores().run(request, cancellation));
        timed("restore", restored.duration(), backup.manifest().rawSize());
        say(restored.database() + " holds " + Units.count(restored.totalRows(), "row") + " in "
                + Units.count(restored.tables().size(), "table"));
    }

    private boolean compare() {
        title("Comparing the two by content");
        long start = System.nanoTime();
        List<Comparison> comparisons = Comparison.of(codeb.databases(), source, copy, cancellation);
        timings.row("compare", Units.seconds(Duration.ofNanos(System.nanoTime() - start)));
        Table tables = new Table().row("table", "rows", "sum of hashes", "");
        for (Comparison comparison : comparisons) {
            Fingerprint shown = comparison.source() == null ? comparison.copy() : comparison.source();
            tables.row(
                    comparison.table().toString(),
                    shown == null ? "" : Units.count(shown.rows()),
                    shown == null ? "" : shown.sum(),
                    comparison.equal() ? "equal" : "DIFFERENT");
        }
        print(tables);
        return comparisons.stream().allMatch(Comparison::equal);
    }

    private void facts(BackupResult backup) {
        title("The backup");
        Manifest manifest = backup.manifest();
        say("id        " + manifest.id());
        say("lies in   " + repository);
        say("made by   " + manifest.createdBy() + " with " + manifest.engine().tool());
        say("from      " + manifest.startedAt().truncatedTo(ChronoUnit.SECONDS) + " to "
                + manifest.finishedAt().truncatedTo(ChronoUnit.SECONDS));
        for (Entry entry : manifest.entries()) {
            say("entry     " + entry.name() + ", " + Units.bytes(entry.storedSize()) + ", SHA-256 "
                    + entry.storedSha256());
        }
        out.println();
        print(timings);
    }

    private <T> T shown(Operation operation, String what, Supplier<T> work) {
        progress.begin(operation, what);
        try {
            return work.get();
        } finally {
            progress.end();
        }
    }

    private void timed(String step, Duration duration, long bytes) {
        timings.row(step, Units.seconds(duration), Units.bytes(bytes), Units.rate(bytes, duration));
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private void say(String text) {
        out.println("  " + text);
    }

    private void print(Table table) {
        table.lines().forEach(out::println);
    }
}
