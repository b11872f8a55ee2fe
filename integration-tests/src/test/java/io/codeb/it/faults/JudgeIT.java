package io.codeb.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever judges what comes of faults sees what is wrong: an operation that does it on purpose is found out. */
class JudgeIT {
    private static Lane lane;

    @BeforeAll
    static void open(@TempDir Path directory) {
        // What is killed here is a backup, and the restore before a recovery.
        Set<Operation> struck = EnumSet.of(Operation.BACKUP, Operation.REPLACE);
        lane = new Lane(new HostSite(), directory, Duration.ofMinutes(1), struck);
    }

    @AfterAll
    static void close() {
        lane.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsDoneWrongIsFoundOut(Sabotage sabotage) {
        assertThat(lane.judge(Operation.BACKUP, sabotage).violations()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BACKUP"})
    void whoSaysThatItIsDoneAndHasDoneNothingIsFoundOut(Operation operation) {
        assertThat(lane.judge(operation, Sabotage.LIE).violations())
                .anySatisfy(violation -> assertThat(violation).contains("says that it is done, and it is not"));
    }

    @Test
    void aBackupThatHoldsSomethingElseIsFoundOut() {
        assertThat(lane.strike(new Fault(0, Place.HOST, Operation.BACKUP, Kind.KILL_PROCESS, 0, true, 0, true, 0))
                        .violations())
                .isEmpty();
        lane.expectOfEachBackup("something else");
        assertThat(lane.judge(Operation.CREATE, Sabotage.NONE).violations())
                .anySatisfy(violation -> assertThat(violation).contains("neither as before nor as after"));
    }
}
