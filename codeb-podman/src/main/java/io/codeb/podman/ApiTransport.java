package io.codeb.podman;

import com.github.dockerjava.transport.DockerHttpClient;
import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What docker-java's typed calls go over: the same wires as everything else. Its own transports neither time out on a
 * silent Unix socket nor keep bodies out of their logs.
 */
final class ApiTransport implements DockerHttpClient {
    /** docker-java reads bodies whole. */
    private static final long MAX_BODY = 16L * 1024 * 1024;

    private final Dialer dialer;

    ApiTransport(Dialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Response execute(Request request) {
        byte[] body = request.bodyBytes();
        HttpExchange exchange = dialer.exchange(Duration.ZERO, new Cancellation());
        try {
            exchange.send(request.method(), request.path(), request.headers(), body == null ? new byte[0] : body);
            return new Answer(exchange, new BoundedInput(exchange.body(), MAX_BODY));
        } catch (IOException e) {
            exchange.close();
            throw unavailable(dialer, e);
        }
    }

    @Override
    public void close() {
        // Every call closes its own connection.
    }

    static RuntimeUnavailableException unavailable(Dialer dialer, IOException e) {
        return new RuntimeUnavailableException(
                ErrorCode.RUNTIME_UNAVAILABLE,
                "the container service at " + dialer.endpoint().text() + " does not answer as it should: " + Text.of(e),
                e instanceof HttpExchange.TlsWantedException
                        ? "say where the certificates are, in the runtime's configuration or with DOCKER_TLS_VERIFY and"
                                + " DOCKER_CERT_PATH"
                        : "check that the service runs; 'podman info' or 'docker info' should answer",
                e);
    }

    private record Answer(HttpExchange exchange, InputStream body) implements Response {
        @Override
        public int getStatusCode() {
            return exchange.status();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return exchange.headers().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue())));
        }

        @Override
        public InputStream getBody() {
            return body;
        }

        @Override
        public void close() {
            exchange.close();
        }
    }
}
