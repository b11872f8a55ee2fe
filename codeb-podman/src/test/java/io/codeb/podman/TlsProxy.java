package io.codeb.podman;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a Unix socket over TLS, each direction's end passed on by itself. */
final class TlsProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsProxy.class);

    private final SSLServerSocket server;
    private final Path target;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    TlsProxy(SSLContext context, Path target) throws IOException {
        this.target = target;
        server = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        server.setNeedClientAuth(true);
        run(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private interface Io {
        void run() throws IOException;
    }

    private static void run(Io work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        LOG.debug("one side has gone: {}", e.toString());
                    }
                },
                "tls-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            SSLSocket client = (SSLSocket) server.accept();
            run(() -> serve(client));
        }
    }

    private void serve(SSLSocket client) throws IOException {
        try (client;
                SocketChannel service = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            open.add(client);
            open.add(service);
            client.startHandshake();
            service.connect(UnixDomainSocketAddress.of(target));
            run(() -> {
                InputStream in = client.getInputStream();
                byte[] buffer = new byte[64 * 1024];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                    while (bytes.hasRemaining()) {
                        service.write(bytes);
                    }
                }
                service.shutdownOutput();
            });
            OutputStream out = client.getOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (service.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
            client.shutdownOutput();
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(Quietly::close);
    }
}
