package io.codeb.server.internal.http;

import io.codeb.error.ConfigException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty, as it is set here: the limits of what one connection may be. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int THREADS = 64;
    private static final int HEADERS = 8 << 10;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration SHUTDOWN_IDLE = Duration.ofMillis(100);

    private final Server server;
    private final URI uri;

    /**
     * Where a certificate and its key are.
     *
     * @param chain the certificates, as PEM
     * @param key of the first one, as PEM
     */
    public record Tls(Path chain, Path key) {}

    private HttpServer(Server server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    /**
     * Starts it.
     *
     * @param dispatcher answers
     * @param host where it listens
     * @param port at which port; 0 for one that is free
     * @param connections how many there are at the most
     * @param tls empty for plain HTTP
     * @return it listens
     * @throws ConfigException when it cannot
     */
    public static HttpServer start(Dispatcher dispatcher, String host, int port, int connections, Optional<Tls> tls) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("codeb-server");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConnectionFactory plain = new HttpConnectionFactory(configuration(tls.isPresent()));
        ServerConnector connector = tls.map(files -> new ServerConnector(
                        server, 1, 1, new SslConnectionFactory(context(server, files), plain.getProtocol()), plain))
                .orElseGet(() -> new ServerConnector(server, 1, 1, plain));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE.toMillis());
        connector.addBean(new HeaderWatch(server));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(connections, connector));
        server.setHandler(new GracefulHandler(dispatcher));
        server.setErrorHandler(new Failures());
        server.setStopTimeout(STOP.toMillis());
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            throw new ConfigException(
                    "the server cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    "choose another port, and an address of this host");
        }
        if (tls.isEmpty() && !isLoopback(host)) {
            LOG.warn(
                    "tokens come in the clear to {}: let a proxy in front of it speak TLS, or the server itself", host);
        }
        String name = host.contains(":") ? "[" + host + "]" : host;
        String scheme = tls.isPresent() ? "https" : "http";
        return new HttpServer(server, URI.create(scheme + "://" + name + ":" + connector.getLocalPort()));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static HttpConfiguration configuration(boolean secure) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEADERS);
        // It takes a header for one before it that is the same but for capitals: tokens are not.
        configuration.setHeaderCacheSize(0);
        configuration.setHttpCompliance(HttpCompliance.RFC9110);
        configuration.setUriCompliance(UriCompliance.DEFAULT);
        configuration.setMaxUnconsumedRequestContentReads(4);
        if (secure) {
            configuration.addCustomizer(new SecureRequestCustomizer(false));
        }
        return configuration;
    }

    private static SslContextFactory.Server context(Server server, Tls files) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        PemFiles pem = new PemFiles(files.chain(), files.key());
        context.setKeyStore(pem.load());
        context.setKeyStorePassword(PemFiles.PASSWORD);
        context.setSniRequired(false);
        server.addBean(new TlsReload(server, context, pem, TimeUnit.MINUTES.toMillis(1)));
        return context;
    }

    /**
     * Where it listens.
     *
     * @return scheme, address and port
     */
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.info("the server has stopped, and some of its connections were cut: {}", e.toString());
        }
    }
}
