package io.codeb.it.faults;

/** Where the database lives whose operations are struck. */
enum Place {
    /** A server on this machine, in no container. */
    HOST,
    /** A server in a container of Podman's. */
    PODMAN
}
