package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who watches a backup learns about how far it is. */
class BackupProgressIT {
    private static final PostgresServer SERVER = PostgresServer.shared(15);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"ANALYZE", "SELECT 1"})
    void theTotalIsOfTheDumpsOrder(String before) {
        Project project = SERVER.project();
        SERVER.createDatabase(project.database());
        SERVER.sql(project.database(), """
                CREATE TABLE orders (id int, note text) WITH (autovacuum_enabled = false);
                INSERT INTO orders SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, 200000) i;
                """ + before);
        List<Event> heard = new CopyOnWriteArrayList<>();
        BackupResult backup;
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .listener(heard::add)
                .build()) {
            backup = codeb.backups().run("shop");
        }

        long whole = backup.manifest().rawSize();
        assertThat(heard)
                .filteredOn(Event.Progress.class::isInstance)
                .isNotEmpty()
                .allSatisfy(event -> {
                    Event.Progress progress = (Event.Progress) event;
                    assertThat(progress.totalBytes()).isBetween(whole / 2, whole * 2);
                    assertThat(progress.allBytes()).isEqualTo(progress.totalBytes());
                    assertThat(progress.doneBytes()).isEqualTo(progress.bytes());
                });
    }

    private static List<Event.Progress> progress(List<Event> heard, Operation operation) {
        return heard.stream()
                .filter(event -> event.run().operation() == operation)
                .filter(Event.Progress.class::isInstance)
                .map(Event.Progress.class::cast)
                .toList();
    }

    @Test
    void ofAllPiecesTogetherTheTotalIsKnown() {
        Project project =
                SERVER.project().option("bulk-table", "1").option("piece", "1").bandwidth(20_000_000);
        SERVER.createDatabase(project.database());
        SERVER.sql(
                project.database(),
                "CREATE TABLE orders AS SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, 200000) i; ANALYZE");
        List<Event> heard = new CopyOnWriteArrayList<>();
        Manifest manifest;
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .listener(heard::add)
                .build()) {
            BackupResult backup = codeb.backups().run(BackupRequest.of("shop").parallel());
            manifest = backup.manifest();
            codeb.restores()
                    .run(RestoreRequest.of(backup.id()).into(project.database()).replacing(Duration.ZERO));
        }

        long largest =
                manifest.entries().stream().mapToLong(Entry::rawSize).max().orElseThrow();
        assertThat(manifest.rawSize()).isGreaterThan(5 * largest);
        for (Operation operation : List.of(Operation.BACKUP, Operation.RESTORE)) {
            List<Event.Progress> told = progress(heard, operation);
            assertThat(told)
                    .as("%s", operation)
                    .hasSizeGreaterThan(2)
                    .extracting(Event.Progress::doneBytes)
                    .isSorted()
                    .last()
                    .matches(done -> done > 2 * largest && done <= manifest.rawSize());
            assertThat(told).extracting(Event.Progress::allBytes).allSatisfy(all -> assertThat(all)
                    .isBetween(manifest.rawSize() / 2, manifest.rawSize() * 2));
        }
        assertThat(progress(heard, Operation.RESTORE))
                .extracting(Event.Progress::allBytes)
                .containsOnly(manifest.rawSize());
    }
}
