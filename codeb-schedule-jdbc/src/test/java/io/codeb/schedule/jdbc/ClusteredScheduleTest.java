package io.codeb.schedule.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.error.ConfigException;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a schedule is told, before there is a database; {@code ScheduleOnTwoNodesIT} has one. */
class ClusteredScheduleTest {
    private static final DataSource AWAY = (DataSource) Proxy.newProxyInstance(
            DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                throw new SQLException("connection refused");
            });

    @ParameterizedTest
    @ValueSource(strings = {"", "x;drop", "a.b.c", "Jobs", "\"x\"", "1x", "jobs "})
    void whatIsNoTablesNameIsRefused(String name) {
        assertThatThrownBy(() -> ClusteredSchedule.on(AWAY).table(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theStatementsAreOfTheTableThatIsNamed() {
        assertThat(ClusteredSchedule.on(AWAY).ddl()).contains("CREATE TABLE IF NOT EXISTS codeb_schedule (");
        assertThat(ClusteredSchedule.on(AWAY).table("ops.jobs").ddl())
                .contains("CREATE TABLE IF NOT EXISTS ops.jobs (", "INDEX IF NOT EXISTS jobs_due ON ops.jobs")
                .doesNotContain("codeb_schedule");
    }

    @Test
    void timesThatAreTooShortOrTooLongAreRefused() {
        for (Duration time : new Duration[] {Duration.ZERO, Duration.ofDays(1)}) {
            assertThatThrownBy(() -> ClusteredSchedule.on(AWAY).pollingEvery(time))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ClusteredSchedule.on(AWAY).heartbeatEvery(time))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDatabaseThatIsAwayIsSaid() {
        assertThatThrownBy(() -> ClusteredSchedule.on(AWAY).createTable())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("connection refused");
    }

    @Test
    void whereThereIsNoJobNothingIsStarted() {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at("memory:cluster"))
                .storage(new InMemoryStorageProvider())
                .build()) {
            assertThatThrownBy(() -> ClusteredSchedule.on(AWAY).start(codeb))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("there is no job");
        }
    }
}
