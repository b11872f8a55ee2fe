package io.codeb.internal.alert;

import com.sun.net.httpserver.HttpServer;
import io.codeb.model.Secret;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.alert.AlertChannelContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** For channels whose receiver is asked by HTTP, at the address that is the secret {@code url}. */
abstract class HttpChannelContract extends AlertChannelContract {
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Override
    protected ProviderConfig to(int port) {
        return ProviderConfig.of(provider().id()).withSecret("url", Secret.of("http://127.0.0.1:" + port + "/hook"));
    }

    @Override
    protected int receiver() {
        return server.getAddress().getPort();
    }

    @Override
    protected int arrived() {
        return requests.get();
    }
}
