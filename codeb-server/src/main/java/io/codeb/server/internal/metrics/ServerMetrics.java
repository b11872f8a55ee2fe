package io.codeb.server.internal.metrics;

import io.codeb.CodeB;
import io.codeb.micrometer.BackupMetrics;
import io.codeb.model.Cancellation;
import io.codeb.server.internal.http.Tally;
import io.codeb.server.internal.operations.Operations;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a server does, and looks again and again how backups are, so that a scrape reads no storage. Nobody who
 * has no Micrometer comes to see this class. Thread-safe.
 */
public final class ServerMetrics implements Tally, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMetrics.class);
    private static final long EVERY_MINUTES = 5;

    /** What says that somebody was refused for who he is. */
    private static final Set<Integer> REFUSED = Set.of(401, 403, 429);

    private final PrometheusMeterRegistry registry;
    private final BackupMetrics backups;
    private final CodeB codeb;
    private final Cancellation closing = new Cancellation();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "codeb-server-metrics");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Makes it, and begins to look.
     *
     * @param registry where it counts
     * @param backups is told how they are
     * @param codeb knows that
     * @param operations those of the server
     */
    public ServerMetrics(PrometheusMeterRegistry registry, BackupMetrics backups, CodeB codeb, Operations operations) {
        this.registry = registry;
        this.backups = backups;
        this.codeb = codeb;
        Gauge.builder("codeb.server.operations", operations, all -> all.count(true))
                .description("Operations that are not over")
                .tag("state", "running")
                .register(registry);
        Gauge.builder("codeb.server.operations", operations, all -> all.count(false))
                .description("Operations that are not over")
                .tag("state", "queued")
                .register(registry);
        var unused = looking.scheduleWithFixedDelay(this::look, 0, EVERY_MINUTES, TimeUnit.MINUTES);
    }

    private void look() {
        try {
            backups.update(codeb.status().all(closing));
        } catch (RuntimeException e) {
            LOG.warn("nobody can tell how backups are, so that their metrics stay as they were: {}", e.toString());
        }
    }

    @Override
    public void answered(String method, String route, int status, @Nullable String code, Duration took) {
        Timer.builder("codeb.server.requests")
                .description("Requests that were answered, and how long that took")
                .tags("method", method, "route", route, "status", Integer.toString(status))
                .register(registry)
                .record(took);
        if (code != null && REFUSED.contains(status)) {
            Counter.builder("codeb.server.refused")
                    .description("Requests that were refused for who asked, or how often")
                    .tag("code", code)
                    .register(registry)
                    .increment();
        }
    }

    /**
     * All of it, as Prometheus reads it.
     *
     * @return lines of text
     */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        closing.cancel("the server is closed");
        looking.shutdownNow();
    }
}
