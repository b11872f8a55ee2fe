package io.codeb.it;

/** Leftovers in a container whose shell and tools are BusyBox's, as in Alpine's images. */
class LeftoversInBusyBoxIT extends LeftoversInPodmanIT {
    @Override
    PostgresServer server() {
        return PostgresServer.shared("postgres-busybox:15");
    }
}
