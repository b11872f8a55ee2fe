package io.codeb.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the port of an application while its versions come and go: each connection is passed on to where the route
 * leads at its beginning, as the file of {@link TrafficSwitch#file(Path)} says it, and stays there to its end. Bytes
 * are passed on as they are, for any protocol over TCP. Thread-safe; has one thread, and 32 KiB for each connection.
 *
 * <p>Where nobody answers, or there is no route, a connection waits for up to 10 s for one: a version that is started
 * again is met with patience. A connection that is cut on one side is cut on the other, and never ended as if that had
 * been all.
 */
public final class LocalProxy implements AutoCloseable {
    /** How many connections there may be at once: more wait to be taken. */
    public static final int MAX_CONNECTIONS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(LocalProxy.class);
    private static final int BACKLOG = 1_024;
    /** How long it waits before it looks again. */
    static final long PAUSE_MILLIS = 50;

    private final RouteFile file;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final InetSocketAddress address;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** What only the thread of the proxy touches. */
    private final Set<ProxiedConnection> connections = new HashSet<>();

    /** Those of them that are to be connected. */
    private final Set<ProxiedConnection> waiting = new LinkedHashSet<>();

    private String lastTrouble = "";

    /** When all ends; null while it goes on. */
    private volatile @Nullable Long deadline;

    private LocalProxy(RouteFile file, ServerSocketChannel server, Selector selector) throws IOException {
        this.file = file;
        this.server = server;
        this.selector = selector;
        this.address = (InetSocketAddress) server.getLocalAddress();
    }

    /**
     * Begins to listen.
     *
     * @param listen where; port 0 for one that is free
     * @param route the file that says where connections go; it need not be there yet
     * @return the proxy, to be closed
     * @throws IOException when the address cannot be listened at
     */
    public static LocalProxy start(InetSocketAddress listen, Path route) throws IOException {
        RouteFile file = new RouteFile(route);
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(Objects.requireNonNull(listen, "listen"), BACKLOG);
            server.configureBlocking(false);
            LocalProxy proxy = new LocalProxy(file, server, Selector.open());
            Thread thread = new Thread(proxy::serve, "codeb-proxy-" + proxy.address.getPort());
            thread.setDaemon(true);
            thread.start();
            return proxy;
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /**
     * Where it listens.
     *
     * @return with the port that was chosen
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Takes no new connections, and ends those that there are when they have not ended by themselves after a while.
     *
     * @param grace how long they may take
     */
    public void close(Duration grace) {
        synchronized (this) {
            if (deadline == null) {
                deadline = System.nanoTime() + grace.toNanos();
            }
        }
        selector.wakeup();
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cuts all connections, and ends. Idempotent. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Waits until it has ended.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    // ---- the thread of the proxy

    private void serve() {
        try (selector) {
            SelectionKey door = server.register(selector, SelectionKey.OP_ACCEPT);
            while (deadline == null) {
                turn(door);
            }
            server.close();
            while (!connections.isEmpty() && System.nanoTime() - Objects.requireNonNull(deadline) < 0) {
                turn(null);
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("the proxy at {} has failed", address, e);
        } finally {
            connections.forEach(ProxiedConnection::cut);
            try {
                server.close();
            } catch (IOException e) {
                LOG.warn("the proxy at {} could not be closed", address, e);
            }
            ended.countDown();
        }
    }

    private void turn(@Nullable SelectionKey door) throws IOException {
        boolean room = connections.size() < MAX_CONNECTIONS;
        if (door != null) {
            door.interestOps(room ? SelectionKey.OP_ACCEPT : 0);
        }
        selector.select(waiting.isEmpty() && deadline == null ? 0 : PAUSE_MILLIS);
        for (SelectionKey key : selector.selectedKeys()) {
            if (key == door) {
                accept();
            } else if (key.attachment() instanceof ProxiedConnection connection) {
                connection.turn(key);
                sort(connection);
            }
        }
        selector.selectedKeys().clear();
        for (ProxiedConnection connection : List.copyOf(waiting)) {
            if (connection.isDue()) {
                connect(connection);
                sort(connection);
            }
        }
    }

    private void sort(ProxiedConnection connection) {
        if (connection.hasEnded()) {
            connections.remove(connection);
            waiting.remove(connection);
        } else if (connection.isUnconnected()) {
            waiting.add(connection);
        } else {
            waiting.remove(connection);
        }
    }

    private void accept() {
        try {
            while (connections.size() < MAX_CONNECTIONS) {
                SocketChannel client = server.accept();
                if (client == null) {
                    return;
                }
                ProxiedConnection connection = ProxiedConnection.of(client, selector);
                connections.add(connection);
                waiting.add(connection);
            }
        } catch (IOException e) {
            // Mostly too many open files: those that end make room, and the others wait in the system's queue.
            told("no connection can be taken at " + address + ": " + e);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(ProxiedConnection connection) {
        try {
            Optional<Route> route = file.read();
            if (route.isPresent()) {
                connection.connect(route.get().address());
                lastTrouble = connection.isUnconnected() ? told("nobody answers at " + route.get()) : "";
            } else {
                told(file.name() + " is not there");
            }
        } catch (IOException | RuntimeException e) {
            told(file.name() + ": " + e);
        }
        connection.postpone();
    }

    /** Logs what is wrong, once. */
    private String told(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            LOG.warn("{}", trouble);
            lastTrouble = trouble;
        }
        return trouble;
    }
}
