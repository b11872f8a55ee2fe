package io.codeb.server.internal.http;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Ends connections whose next request does not come to the end of its headers: each byte of it is in time for the idle
 * limit, and all of them never end.
 */
final class HeaderWatch extends AbstractLifeCycle implements Connection.Listener {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long EVERY_MILLIS = 1_000;

    private final Server server;
    private final Map<Connection, Seen> open = new ConcurrentHashMap<>();

    /**
     * A connection that has bytes of a request which is not there yet.
     *
     * @param requests how many were there
     * @param answers how many were answered
     * @param bytes how many had come
     * @param since when that was first so, in nanoseconds
     */
    private record Seen(long requests, long answers, long bytes, long since) {}

    HeaderWatch(Server server) {
        this.server = server;
    }

    @Override
    public void onOpened(Connection connection) {
        // That of TLS around it counts no messages.
        if (connection.getMessagesIn() >= 0) {
            open.put(connection, new Seen(0, 0, 0, System.nanoTime()));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    @Override
    protected void doStart() {
        later();
    }

    private void later() {
        server.getScheduler()
                .schedule(
                        () -> {
                            if (isRunning()) {
                                look(System.nanoTime());
                                later();
                            }
                        },
                        EVERY_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    void look(long now) {
        for (Iterator<Map.Entry<Connection, Seen>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Connection, Seen> each = all.next();
            Connection connection = each.getKey();
            Seen seen = each.getValue();
            long requests = connection.getMessagesIn();
            long answers = connection.getMessagesOut();
            long bytes = connection.getBytesIn();
            boolean moved = requests != seen.requests() || answers != seen.answers();
            if (moved || requests > answers || bytes == seen.bytes()) {
                each.setValue(new Seen(requests, answers, bytes, now));
            } else if (now - seen.since() > LONGEST.toNanos()) {
                connection.getEndPoint().close();
                all.remove();
            }
        }
    }
}
