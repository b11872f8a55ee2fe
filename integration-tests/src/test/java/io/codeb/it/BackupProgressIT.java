package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.event.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
                .extracting(event -> ((Event.Progress) event).totalBytes())
                .allSatisfy(total -> assertThat(total).isBetween(whole / 2, whole * 2));
    }
}
