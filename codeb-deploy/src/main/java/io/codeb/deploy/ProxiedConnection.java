package io.codeb.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that a proxy passes on. Used by the proxy's thread only. */
final class ProxiedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int BUFFER = 16 * 1024;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Selector selector;
    private final SocketChannel client;
    private final SelectionKey clientKey;
    private final long begin = System.nanoTime();
    private final Flow up = new Flow();
    private final Flow down = new Flow();
    private @Nullable SocketChannel server;
    private @Nullable SelectionKey serverKey;
    private long due = begin;
    private boolean ended;

    private ProxiedConnection(Selector selector, SocketChannel client) throws IOException {
        this.selector = selector;
        this.client = client;
        this.clientKey = client.register(selector, 0, this);
    }

    /** Takes a connection, which is to be connected. */
    static ProxiedConnection of(SocketChannel client, Selector selector) throws IOException {
        try {
            prepare(client);
            return new ProxiedConnection(selector, client);
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    void connect(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        server = channel;
        try {
            prepare(channel);
            serverKey = channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(address)) {
                listen();
            }
        } catch (IOException e) {
            refuse(channel);
        }
    }

    private void refuse(SocketChannel channel) {
        close(channel);
        server = null;
        serverKey = null;
    }

    /** Whether it leads nowhere: it was not tried yet, or nobody has answered. */
    boolean isUnconnected() {
        return server == null;
    }

    /** Whether it may be tried now. */
    boolean isDue() {
        return System.nanoTime() - due >= 0;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Lets a connection that leads nowhere wait for the next attempt, or gives it up. */
    void postpone() {
        long now = System.nanoTime();
        due = now + TimeUnit.MILLISECONDS.toNanos(LocalProxy.PAUSE_MILLIS);
        if (server == null && now - begin >= PATIENCE_NANOS) {
            cut();
        }
    }

    /** Does what can be done without waiting. */
    void turn(SelectionKey key) {
        SocketChannel other = server;
        try {
            if (ended || other == null || !key.isValid()) {
                return;
            }
            if (key == serverKey && key.isConnectable()) {
                finishConnect(other);
                return;
            }
            up.pass(client, other);
            down.pass(other, client);
            if (up.isDone() && down.isDone()) {
                end();
            } else {
                listen();
            }
        } catch (IOException | CancelledKeyException e) {
            LOG.debug("a connection was cut", e);
            cut();
        }
    }

    private void finishConnect(SocketChannel channel) {
        try {
            boolean unused = channel.finishConnect();
            listen();
        } catch (IOException e) {
            refuse(channel);
        }
    }

    private void listen() {
        clientKey.interestOps(up.reading() | down.writing());
        Objects.requireNonNull(serverKey).interestOps(down.reading() | up.writing());
    }

    private void end() {
        close(client);
        if (server != null) {
            close(server);
        }
        ended = true;
    }

    /** Ends it so that both sides know that this was not all. */
    void cut() {
        reset(client);
        if (server != null) {
            reset(server);
        }
        ended = true;
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            LOG.debug("a connection was gone before", e);
        }
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a connection could not be closed", e);
        }
    }

    /** One direction. */
    private static final class Flow {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        private boolean read;
        private boolean done;

        void pass(SocketChannel from, SocketChannel to) throws IOException {
            if (!read && buffer.hasRemaining() && from.read(buffer) < 0) {
                read = true;
            }
            buffer.flip();
            if (buffer.hasRemaining()) {
                int unused = to.write(buffer);
            }
            buffer.compact();
            if (read && buffer.position() == 0 && !done) {
                to.shutdownOutput();
                done = true;
            }
        }

        int reading() {
            return read || !buffer.hasRemaining() ? 0 : SelectionKey.OP_READ;
        }

        int writing() {
            return buffer.position() > 0 ? SelectionKey.OP_WRITE : 0;
        }

        boolean isDone() {
            return done;
        }
    }
}
