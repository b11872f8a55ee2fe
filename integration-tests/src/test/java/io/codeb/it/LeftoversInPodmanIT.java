package io.codeb.it;

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
        return server.run("sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null || true");
    }
}
