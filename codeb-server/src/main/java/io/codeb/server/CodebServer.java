package io.codeb.server;

import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.GitSource;
import io.codeb.error.ConfigException;
import io.codeb.micrometer.BackupMetrics;
import io.codeb.server.internal.api.Deployments;
import io.codeb.server.internal.api.Routes;
import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.auth.LockOut;
import io.codeb.server.internal.auth.Sessions;
import io.codeb.server.internal.auth.StateDirectory;
import io.codeb.server.internal.auth.TokenStore;
import io.codeb.server.internal.http.Dashboard;
import io.codeb.server.internal.http.Dispatcher;
import io.codeb.server.internal.http.Doorkeeper;
import io.codeb.server.internal.http.HttpServer;
import io.codeb.server.internal.http.Tally;
import io.codeb.server.internal.metrics.ServerMetrics;
import io.codeb.server.internal.operations.Operations;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves a CodeB over HTTP: docs/server.md has what can be asked, and {@code /api/openapi.json} of a server that runs.
 * Whoever asks shows a token, of those that {@link ApiTokens} has made in the same state directory.
 *
 * <pre>{@code
 * ServerEvents events = new ServerEvents();
 * try (CodeB codeb = CodeB.builder().repository(…).project(…).listener(events).build();
 *         CodebServer server = CodebServer.builder(codeb, Path.of("/var/lib/codeb"))
 *                 .serve(BackupRequest.of("shop"))
 *                 .events(events)
 *                 .start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class CodebServer implements AutoCloseable {
    /** Where it listens unless told otherwise. */
    public static final int DEFAULT_PORT = 8420;

    private static final int WRONG_TOKENS = 10;
    private static final Duration WRONG_WITHIN = Duration.ofMinutes(1);
    private static final long AUDIT_FILE = 2L << 20;

    private final HttpServer http;
    private final Operations operations;
    private final ServerEvents events;
    private final AtomicBoolean taking;
    private final Duration grace;
    private final Runnable counted;

    private CodebServer(
            HttpServer http,
            Operations operations,
            ServerEvents events,
            AtomicBoolean taking,
            Duration grace,
            Runnable counted) {
        this.http = http;
        this.operations = operations;
        this.events = events;
        this.taking = taking;
        this.grace = grace;
        this.counted = counted;
    }

    /**
     * Starts to put one together.
     *
     * @param codeb does what is asked for; not closed with the server
     * @param state a directory of the server's own, for tokens and the log of what was done; made where it is missing
     * @return a builder that serves no project yet
     */
    public static Builder builder(CodeB codeb, Path state) {
        return new Builder(Objects.requireNonNull(codeb, "codeb"), Objects.requireNonNull(state, "state"));
    }

    /**
     * Where it listens.
     *
     * @return scheme, address and port
     */
    public URI uri() {
        return http.uri();
    }

    /**
     * Stops: takes no new work, lets operations go on for the grace time and cancels those that are left, then ends
     * connections. Idempotent.
     */
    @Override
    public void close() {
        if (taking.getAndSet(false)) {
            operations.stop(grace);
            http.close();
            counted.run();
            events.to(event -> {});
        }
    }

    /** Puts a server together. Not thread-safe. */
    public static final class Builder {
        private final CodeB codeb;
        private final Path state;
        private final Map<String, BackupRequest> served = new LinkedHashMap<>();
        private ServerEvents events = new ServerEvents();
        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private long largestBody = 64L << 30;
        private long largestDump = 1L << 40;
        private int connections = 512;
        private Duration grace = Duration.ofSeconds(30);
        private Clock clock = Clock.systemUTC();
        private LongSupplier nanos = System::nanoTime;
        private @Nullable Path certificate;
        private @Nullable Path key;
        private final Map<String, ConfiguredApplication> applications = new LinkedHashMap<>();
        private @Nullable DeployService deployments;
        private @Nullable PrometheusMeterRegistry registry;
        private @Nullable BackupMetrics backups;
        private boolean openMetrics;

        private Builder(CodeB codeb, Path state) {
            this.codeb = codeb;
            this.state = state;
        }

        /**
         * Serves a project.
         *
         * @param project how it is backed up where a request says nothing else; its project must be one of the CodeB's
         * @return this builder
         * @throws ConfigException when there is no such project
         */
        public Builder serve(BackupRequest project) {
            codeb.project(Objects.requireNonNull(project, "project").project());
            served.put(project.project(), project);
            return this;
        }

        /**
         * Shows the progress of operations.
         *
         * @param reports a listener of the same CodeB, and of no other server
         * @return this builder
         */
        public Builder events(ServerEvents reports) {
            events = Objects.requireNonNull(reports, "reports");
            return this;
        }

        /**
         * Shows the releases of projects, too. Takes the module codeb-deploy, which codeb-server does not bring.
         *
         * @param service of the same CodeB
         * @return this builder
         */
        public Builder deployments(DeployService service) {
            deployments = Objects.requireNonNull(service, "service");
            return this;
        }

        /**
         * Lets an application be deployed, and its releases be brought back. Takes the module codeb-deploy, which
         * codeb-server does not bring, and the word {@link #deployments}.
         *
         * @param application of one of the projects that are served
         * @return this builder
         * @throws ConfigException when its project is not one of the CodeB's, or its repository cannot be one
         */
        public Builder application(ConfiguredApplication application) {
            codeb.project(application.project());
            Optional<GitSource> unused = application.repository();
            applications.put(application.project(), application);
            return this;
        }

        /**
         * Answers {@code GET /metrics} as Prometheus reads it, to tokens that may look at all projects, and counts what
         * the server does. Takes the modules codeb-micrometer and micrometer-registry-prometheus, which codeb-server
         * does not bring.
         *
         * @param all what is answered, and where the server counts
         * @param ofBackups is told every five minutes how backups are; a listener of the same CodeB, in that registry
         * @return this builder
         */
        public Builder metrics(PrometheusMeterRegistry all, BackupMetrics ofBackups) {
            registry = Objects.requireNonNull(all, "all");
            backups = Objects.requireNonNull(ofBackups, "ofBackups");
            return this;
        }

        /**
         * Answers {@code GET /metrics} to everybody who can connect: they name projects, and nothing that is in them.
         *
         * @return this builder
         */
        public Builder openMetrics() {
            openMetrics = true;
            return this;
        }

        /**
         * Listens elsewhere than on loopback, at port {@value #DEFAULT_PORT}.
         *
         * @param address a name or an address of this host; {@code 0.0.0.0} for all of them
         * @param number of the port, 0 for one that is free
         * @return this builder
         * @throws IllegalArgumentException when there is no such port
         */
        public Builder address(String address, int number) {
            if (number < 0 || number > 65_535) {
                throw new IllegalArgumentException("there is no port " + number);
            }
            host = Objects.requireNonNull(address, "address");
            port = number;
            return this;
        }

        /**
         * Speaks TLS. Both files are read again within a minute when they have changed.
         *
         * @param chain the certificate and those that it is signed with, as PEM
         * @param privateKey its key, as PEM: PKCS #8, not encrypted
         * @return this builder
         */
        public Builder tls(Path chain, Path privateKey) {
            certificate = Objects.requireNonNull(chain, "chain");
            key = Objects.requireNonNull(privateKey, "privateKey");
            return this;
        }

        /**
         * Limits the dumps that are sent to be restored.
         *
         * @param bytes of one at the most; 64 GiB unless said otherwise
         * @return this builder
         * @throws IllegalArgumentException when it is not above zero
         */
        public Builder largestBody(long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("a body has some bytes, not " + bytes);
            }
            largestBody = bytes;
            return this;
        }

        /**
         * Limits what a dump that is sent has when it is decompressed: a small one can be as much as fills a disk.
         *
         * @param bytes of one at the most; 1 TiB unless said otherwise
         * @return this builder
         * @throws IllegalArgumentException when it is not above zero
         */
        public Builder largestDump(long bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("a dump has some bytes, not " + bytes);
            }
            largestDump = bytes;
            return this;
        }

        /**
         * Limits how many connections there are at once.
         *
         * @param most at least 1; 512 unless said otherwise
         * @return this builder
         * @throws IllegalArgumentException when it is less
         */
        public Builder connections(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("a server has connections, not " + most);
            }
            connections = most;
            return this;
        }

        /**
         * Sets how long operations may go on when the server is closed.
         *
         * @param time until they are cancelled; 30 seconds unless said otherwise
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder grace(Duration time) {
            if (Objects.requireNonNull(time, "time").isNegative()) {
                throw new IllegalArgumentException("nothing ends before it is told to: " + time);
            }
            grace = time;
            return this;
        }

        /**
         * Sets where the time comes from; the system's clock unless said otherwise.
         *
         * @param source for tokens, operations and the log of what was done
         * @return this builder
         */
        public Builder clock(Clock source) {
            clock = Objects.requireNonNull(source, "source");
            return this;
        }

        private @Nullable Deployments deployed() {
            return deployments == null ? null : new Deployments(deployments, applications);
        }

        /** Sets what tells how long who reads or sends a dump is waited for. */
        Builder nanos(LongSupplier source) {
            nanos = source;
            return this;
        }

        /**
         * Starts it.
         *
         * @return it listens; to be closed before its CodeB
         * @throws ConfigException when it cannot listen there, a file is not what it must be, or others may read the
         *     state directory
         */
        public CodebServer start() {
            StateDirectory directory = new StateDirectory(state);
            Operations operations = new Operations(clock, new StateDirectory(state.resolve("operations")));
            AtomicBoolean taking = new AtomicBoolean(true);
            AuditLog audit = new AuditLog(directory, AUDIT_FILE);
            Doorkeeper doorkeeper = new Doorkeeper(
                    new TokenStore(directory, clock),
                    new Sessions(clock),
                    new LockOut(WRONG_TOKENS, WRONG_WITHIN, clock));
            Counting counting = counting(operations);
            Dispatcher dispatcher = new Dispatcher(
                    Routes.of(
                            codeb,
                            served.values(),
                            operations,
                            doorkeeper,
                            audit,
                            deployed(),
                            counting.metrics(),
                            new Routes.Limits(largestBody, largestDump, nanos),
                            taking::get),
                    Dashboard.load(),
                    doorkeeper,
                    audit,
                    clock,
                    counting.tally());
            Optional<HttpServer.Tls> tls = certificate == null || key == null
                    ? Optional.empty()
                    : Optional.of(new HttpServer.Tls(certificate, key));
            HttpServer http;
            try {
                http = HttpServer.start(dispatcher, host, port, connections, tls);
            } catch (RuntimeException e) {
                counting.end().run();
                throw e;
            }
            events.to(operations);
            return new CodebServer(http, operations, events, taking, grace, counting.end());
        }

        /** Who counts, what is told of it, and how that ends. */
        private record Counting(Tally tally, Routes.@Nullable Metrics metrics, Runnable end) {}

        private Counting counting(Operations operations) {
            if (registry == null || backups == null) {
                return new Counting(Tally.NONE, null, () -> {});
            }
            ServerMetrics counted = new ServerMetrics(registry, backups, codeb, operations);
            return new Counting(counted, new Routes.Metrics(counted::scrape, openMetrics), counted::close);
        }
    }
}
