package io.codeb.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a browser and a server, that can be cut and mended. */
final class Relay implements AutoCloseable {
    private final InetSocketAddress server;
    private final ServerSocket front;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Relay(InetSocketAddress server, ServerSocket front) {
        this.server = server;
        this.front = front;
    }

    static Relay to(URI server) throws IOException {
        Relay relay = new Relay(
                new InetSocketAddress(server.getHost(), server.getPort()),
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        relay.daemon(relay::accept);
        return relay;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + front.getLocalPort());
    }

    /** Ends all connections, and lets no new one through. */
    void cut() {
        cut = true;
        open.forEach(Relay::end);
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket near = front.accept();
                if (cut) {
                    end(near);
                    continue;
                }
                Socket far = new Socket();
                open.add(near);
                open.add(far);
                far.connect(server);
                daemon(() -> copy(near, far));
                daemon(() -> copy(far, near));
                if (cut) { // while it was made
                    end(near);
                    end(far);
                }
            } catch (IOException e) {
                // the front is closed, or the server is: the browser sees it
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // one of both was cut
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void daemon(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        front.close();
        open.forEach(Relay::end);
    }
}
