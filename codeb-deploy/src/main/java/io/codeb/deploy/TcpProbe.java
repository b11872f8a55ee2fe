package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;

/** Connects to a port. */
record TcpProbe(String host, int port) implements Probe {
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
        try (Socket socket = new Socket()) {
            Cancellation.Registration registration = target.cancellation().onCancel(() -> close(socket));
            try {
                socket.connect(new InetSocketAddress(host, port), (int)
                        Math.min(Integer.MAX_VALUE, target.limit().toMillis()));
            } finally {
                registration.close();
            }
        } catch (IOException e) {
            target.cancellation().throwIfCancelled();
            throw new DeployException(
                    ErrorCode.PROBE_FAILED, "nobody answers at " + host + ":" + port + ": " + e.getMessage(), "", e);
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
