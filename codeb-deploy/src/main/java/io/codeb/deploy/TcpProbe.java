package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;

/** Connects to a port. */
record TcpProbe(String host, int port) implements Probe {
    /** How long a connection must last. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    TcpProbe {
        Objects.requireNonNull(host, "host");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    @Override
    public String name() {
        return "tcp " + host + ":" + port;
    }

    @Override
    public void run(DeployTarget target) {
        long deadline = System.nanoTime() + target.limit().toNanos();
        try (Socket socket = new Socket()) {
            Cancellation.Registration registration = target.cancellation().onCancel(() -> close(socket));
            try {
                socket.connect(new InetSocketAddress(host, port), (int)
                        Math.min(Integer.MAX_VALUE, target.limit().toMillis()));
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                requireKept(socket, left.compareTo(SETTLE) < 0 ? left : SETTLE);
            } finally {
                registration.close();
            }
        } catch (IOException e) {
            target.cancellation().throwIfCancelled();
            throw new DeployException(
                    ErrorCode.PROBE_FAILED, "nobody answers at " + host + ":" + port + ": " + e.getMessage(), "", e);
        }
    }

    /**
     * Fails where the connection is ended at once. That is what the proxy does that holds the ports which a container
     * publishes, Docker's and that of a Podman without root: it takes each connection, also when nobody listens in the
     * container.
     */
    private static void requireKept(Socket socket, Duration time) throws IOException {
        socket.setSoTimeout((int) Math.max(1, time.toMillis()));
        try {
            if (socket.getInputStream().read() < 0) {
                throw new EOFException("the connection was taken, and ended at once");
            }
        } catch (SocketTimeoutException e) {
            // Whoever listens waits for what is asked.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
