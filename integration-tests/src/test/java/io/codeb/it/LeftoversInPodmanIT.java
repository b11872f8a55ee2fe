package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRequest;
import io.codeb.CleanUpReport;
import org.junit.jupiter.api.Test;

/** Leftovers in a container of Podman's. */
class LeftoversInPodmanIT extends LeftoversContract {
    private final PostgresServer server = server();

    /** In whose container they are left. */
    PostgresServer server() {
        return PostgresServer.shared("postgres:15");
    }

    @Override
    StuckRun.Place place() {
        return new StuckRun.Place(
                "podman",
                PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                server.container().getContainerId());
    }

    @Override
    String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    @Override
    String processes() {
        return String.join("\n", server.programs());
    }

    /** Such an export needs a backup in pieces, and they a server that can be reached. */
    @Test
    void anExportThatWasKilledLeavesNoProgramBehindTheNextRun() throws Exception {
        codeb().backups().run(BackupRequest.of("shop").parallel());
        Process child = StuckRun.start(place(), repository(), LIVE, "export");
        try {
            Aftermath.eventually(() -> "" + processes().contains("pg_restore"), "true");
        } finally {
            child.destroyForcibly().waitFor();
        }

        CleanUpReport report = codeb().databases().cleanUp("shop");

        assertThat(report.kept()).isEmpty();
        nothingIsLeft();
    }
}
