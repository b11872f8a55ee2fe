package io.codeb.it;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.deploy.CommandMigration;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.Rehearsal;
import io.codeb.deploy.RehearsalReport;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.model.BackupRef;
import java.io.IOException;
import java.nio.file.Path;

/** A rehearsal in a process of its own that can be killed, whose migration takes as long as a test does. */
final class StuckRehearsal {
    private StuckRehearsal() {}

    static Process start(StuckRun.Place place, Path repository, String database, BackupRef backup) throws IOException {
        return ChildJvm.start(
                StuckRehearsal.class,
                repository.resolveSibling("rehearsal.log"),
                place.runtime(),
                place.socket(),
                place.container(),
                repository.toString(),
                database,
                backup.toString());
    }

    public static void main(String[] args) {
        StuckRun.Place place = new StuckRun.Place(args[0], args[1], args[2]);
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(Path.of(args[3])))
                .project(place.project(RehearsalIT.PROJECT, args[4]))
                .build()) {
            DeployCommand hangs = DeployCommand.in(place.container(), "psql", "-c", "SELECT pg_sleep(600)");
            RehearsalReport unused = Rehearsal.of(codeb)
                    .run(RehearsalRequest.of(RehearsalIT.PROJECT)
                            .backup(BackupRef.parse(args[5]))
                            .migrate(CommandMigration.of(hangs)));
        }
    }
}
