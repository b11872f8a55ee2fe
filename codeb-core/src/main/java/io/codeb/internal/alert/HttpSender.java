package io.codeb.internal.alert;

import io.codeb.error.AlertException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.io.WorkThread;
import io.codeb.spi.provider.ConfigReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and looks at the status of its answer. Follows no redirect, as the address is whom one trusts;
 * reads of an answer no more than it must; ends in time, whatever the other side does; and never says the address,
 * which is a secret. Its threads, but one of the JDK's, end with {@link #close()}; that one ends too where the JDK can
 * do so (from Java 21 on), and else with a garbage collection.
 */
final class HttpSender implements AutoCloseable {
    private static final int MAX_ANSWER = 64 * 1024;
    private static final Set<Integer> LATER = Set.of(408, 425, 429);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Secret url;
    private final Duration connectLimit;
    private final Duration callLimit;
    private final boolean plainHttp;
    private @Nullable HttpClient client;
    private @Nullable ExecutorService threads;
    private @Nullable CompletableFuture<?> going;
    private boolean closed;

    private HttpSender(Secret url, Duration connectLimit, Duration callLimit, boolean plainHttp) {
        this.url = url;
        this.connectLimit = connectLimit;
        this.callLimit = callLimit;
        this.plainHttp = plainHttp;
    }

    /** Reads what all channels over HTTP take, and has what is missing told with the rest. */
    static HttpSender of(ConfigReader config) {
        Secret url = config.secret("url").orElse(null);
        if (url == null) {
            config.problem("the secret url is missing");
        }
        String plain = config.text("plain-http").orElse("false");
        if (!plain.equals("true") && !plain.equals("false")) {
            config.problem("option plain-http must be true or false");
        }
        return new HttpSender(
                url == null ? Secret.of("") : url,
                config.duration("connect-limit", Duration.ofSeconds(5)),
                config.duration("call-limit", Duration.ofSeconds(20)),
                plain.equals("true"));
    }

    /**
     * Sends a request; waits until its answer says that it was taken.
     *
     * @param completed makes the request of one that has an address
     */
    void send(UnaryOperator<HttpRequest.Builder> completed) {
        HttpRequest request = completed
                .apply(HttpRequest.newBuilder(address()))
                .timeout(callLimit)
                .build();
        int status;
        CompletableFuture<HttpResponse<Void>> answer = begin(request);
        try {
            status = answer.get(callLimit.toNanos(), TimeUnit.NANOSECONDS).statusCode();
        } catch (TimeoutException e) {
            throw undelivered("no answer within the option call-limit");
        } catch (CancellationException e) {
            throw undelivered("the channel is closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw undelivered("it was interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            // The words of what lies beneath may hold the address.
            throw undelivered(cause instanceof IOException ? kinds(cause) : "it was broken off");
        } finally {
            answer.cancel(true);
        }
        judge(status);
    }

    private synchronized CompletableFuture<HttpResponse<Void>> begin(HttpRequest request) {
        if (closed) {
            throw undelivered("the channel is closed");
        }
        if (client == null) {
            threads = Executors.newCachedThreadPool(work -> WorkThread.of("alerts-http", work));
            client = HttpClient.newBuilder()
                    .connectTimeout(connectLimit)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(threads)
                    .build();
        }
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, head -> new BoundedAnswer());
        going = answer;
        return answer;
    }

    private URI address() {
        URI address;
        try {
            address = URI.create(url.reveal().strip());
        } catch (IllegalArgumentException e) {
            throw noAddress();
        }
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (address.getHost() == null || !Set.of("http", "https").contains(scheme)) {
            throw noAddress();
        }
        if (scheme.equals("http") && !plainHttp && !LOOPBACK.contains(address.getHost())) {
            throw new AlertException(
                    ErrorCode.ALERT_REFUSED,
                    "the secret url begins with http, where all on the way can read it",
                    "use https, or set the option plain-http where the way is safe");
        }
        return address;
    }

    private static AlertException noAddress() {
        return new AlertException(
                ErrorCode.ALERT_REFUSED,
                "the secret url is no address of a web server",
                "it begins with https:// and is copied whole");
    }

    /** What it is, and what that comes from. */
    private static String kinds(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(8)
                .map(each -> each.getClass().getSimpleName())
                .distinct()
                .collect(Collectors.joining(" of "));
    }

    private static AlertException undelivered(String why) {
        return new AlertException(
                ErrorCode.ALERT_UNDELIVERED, "the receiver could not be reached: " + why, "it is tried again");
    }

    private static void judge(int status) {
        if (status >= 200 && status < 300) {
            return;
        }
        if (status >= 300 && status < 400) {
            throw new AlertException(
                    ErrorCode.ALERT_REFUSED,
                    "the receiver says, with status " + status + ", that it is elsewhere, and is not followed there",
                    "look where it is now, and change the secret url");
        }
        boolean later = status >= 500 || LATER.contains(status);
        throw new AlertException(
                later ? ErrorCode.ALERT_UNDELIVERED : ErrorCode.ALERT_REFUSED,
                "the receiver answers with status " + status,
                later ? "it is tried again" : "look at its settings, and whether the secret url is still right");
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (going != null) {
            going.cancel(true);
        }
        if ((Object) client instanceof AutoCloseable closeable) {
            // From Java 21 on; it waits for what goes on, which was cancelled.
            try {
                closeable.close();
            } catch (Exception e) {
                Thread.currentThread().interrupt();
            }
        }
        client = null;
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    /** Throws an answer away, and does not read one that goes on and on. */
    private static final class BoundedAnswer implements HttpResponse.BodySubscriber<Void> {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;
        private long read;

        @Override
        public CompletionStage<Void> getBody() {
            return end;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            read += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            Flow.Subscription from = subscription;
            if (from == null) {
                return;
            }
            if (read > MAX_ANSWER) {
                from.cancel();
                onComplete();
            } else {
                from.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
