package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.Secret;
import io.codeb.spi.engine.DrillServers.Shortage;
import io.codeb.spi.runtime.ContainerSpec;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a server that is thrown away is run, and what its log tells. */
class ThrowawayServersTest {
    private static final ThrowawayServers SERVERS = new ThrowawayServers();

    @Test
    void thePasswordIsASecretOfTheEnvironmentAndInNoArgument() {
        ContainerSpec spec = SERVERS.container("postgres:17", Secret.of("canary"), OptionalLong.empty());

        assertThat(spec.secrets()).containsOnlyKeys("POSTGRES_PASSWORD");
        assertThat(spec.command().toString() + spec.environment() + spec).doesNotContain("canary");
        assertThat(spec.mounts()).isEmpty();
    }

    @Test
    void dataInMemoryHaveTheSizeThatWasAskedFor() {
        ContainerSpec spec = SERVERS.container("postgres:17", Secret.of("x"), OptionalLong.of(12_345_678));

        assertThat(spec.mounts())
                .containsExactly(new ContainerSpec.Mount.Temporary("/var/lib/codeb-drill", 12_345_678));
        assertThat(spec.environment()).containsEntry("PGDATA", "/var/lib/codeb-drill/data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOG:  server process (PID 71) was terminated by signal 9: Killed",
                "LOG:  background writer process (PID 7) was terminated by signal 9",
                "ERROR:  out of memory\nFATAL:  Out of memory: 52 bytes"
            })
    void aProcessThatWasKilledWantedMemory(String log) {
        assertThat(SERVERS.shortage(log)).contains(Shortage.MEMORY);
    }

    @Test
    void aFullDiskIsTold() {
        assertThat(SERVERS.shortage("PANIC:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device"))
                .contains(Shortage.DISK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "LOG:  database system is ready to accept connections",
                "LOG:  server process (PID 71) was terminated by signal 11: Segmentation fault"
            })
    void whatElseAServerSaysIsNoShortage(String log) {
        assertThat(SERVERS.shortage(log)).isEmpty();
    }
}
