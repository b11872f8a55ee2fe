package io.codeb.it;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.model.BackupId;
import java.io.IOException;
import java.nio.file.Path;

/** A drill in a process of its own that can be killed, with a backup that takes as long to restore as a test does. */
final class StuckDrill {
    /** Takes no time in a database of this name, and ten minutes in any other one. */
    static String slowView(String database) {
        return "CREATE MATERIALIZED VIEW slow AS SELECT CASE WHEN current_database() <> '" + database
                + "' THEN pg_sleep(600) END IS NULL AS quick";
    }

    private StuckDrill() {}

    static Process start(StuckRun.Place place, Path repository, String database, BackupId backup) throws IOException {
        return ChildJvm.start(
                StuckDrill.class,
                repository.resolveSibling("drill.log"),
                place.runtime(),
                place.socket(),
                place.container(),
                repository.toString(),
                database,
                backup.value());
    }

    public static void main(String[] args) {
        StuckRun.Place place = new StuckRun.Place(args[0], args[1], args[2]);
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(Path.of(args[3])))
                .project(place.project(DrillIT.PROJECT, args[4]))
                .build()) {
            codeb.drills().run(new BackupId(args[5]));
        }
    }
}
