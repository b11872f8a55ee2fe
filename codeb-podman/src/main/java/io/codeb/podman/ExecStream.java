package io.codeb.podman;

import java.nio.ByteBuffer;

/**
 * The connection of a command that was started.
 *
 * @param wire to be closed
 * @param early what was read from it already
 */
record ExecStream(Wire wire, ByteBuffer early) {}
