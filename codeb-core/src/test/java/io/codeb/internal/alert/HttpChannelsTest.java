package io.codeb.internal.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.codeb.error.AlertException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real requests to a receiver that does what receivers do. */
@Timeout(60)
class HttpChannelsTest {
    private static final String CANARY = "canary-7c1f";
    private static final String KEY = "key-of-both";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Alert ALERT = new Texts(Locale.KOREAN)
            .alert(
                    new Topic(AlertKind.BACKUP_FAILED, "shop", ""),
                    Alert.State.RAISED,
                    NOW,
                    Map.of("code", "STORAGE_FULL", "message", "<!channel> no room & more", "stage", "dump"));

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private HttpHandler answer = exchange -> exchange.sendResponseHeaders(200, -1);

    @TempDir
    private Path directory;

    private HttpServer server;

    private record Received(String method, String path, Headers headers, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(loopback(), 0);
        serve(server);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void serve(HttpServer one) {
        one.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        }));
        one.createContext("/", this::receive);
        one.start();
        opened.add(() -> one.stop(0));
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            answer.handle(exchange);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static List<AlertChannelProvider> providers() {
        return List.of(new SlackChannelProvider(), new WebhookChannelProvider(CLOCK), new HeartbeatChannelProvider());
    }

    private AlertChannel open(AlertChannelProvider provider, String url, String limit) {
        ProviderConfig config = ProviderConfig.of(provider.id())
                .withSecret("url", Secret.of(url))
                .withOption("call-limit", limit);
        AlertChannel channel = provider.create(
                provider instanceof WebhookChannelProvider ? config.withSecret("key", Secret.of(KEY)) : config);
        opened.add(0, channel);
        return channel;
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/services/" + CANARY;
    }

    private void failsWith(ErrorCode code, AlertChannelProvider provider, String url, String limit) {
        AlertException failure = catchThrowableOfType(
                AlertException.class, () -> open(provider, url, limit).deliver(ALERT));

        assertThat(failure).as(provider.id()).isNotNull();
        assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
        assertThat(failure.hint()).isNotEmpty();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain(CANARY).doesNotContain("/services/");
        }
    }

    @Test
    void slackGetsATextThatMentionsNobody() throws IOException {
        open(new SlackChannelProvider(), url(), "PT30S").deliver(ALERT);

        assertThat(received).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/services/" + CANARY);
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
        });
        String text =
                new ObjectMapper().readTree(received.get(0).body()).get("text").textValue();
        assertThat(text)
                .startsWith(":rotating_light: *shop 백업 실패*\n")
                .contains("&lt;!channel&gt; no room &amp; more")
                .doesNotContain("<");
    }

    @Test
    void aWebhookIsSignedAsIsDescribed() throws Exception {
        open(new WebhookChannelProvider(CLOCK), url(), "PT30S").deliver(ALERT);

        Received request = received.get(0);
        String timestamp = request.headers().getFirst("CodeB-Timestamp");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
        mac.update((timestamp + ".").getBytes(UTF_8));
        assertThat(request.headers().getFirst("CodeB-Signature"))
                .isEqualTo("v1="
                        + HexFormat.of().formatHex(mac.doFinal(request.body().getBytes(UTF_8))));
        assertThat(timestamp).isEqualTo(Long.toString(NOW.getEpochSecond()));
        JsonNode json = new ObjectMapper().readTree(request.body());
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "id", "kind", "state", "severity", "project", "subject", "at", "title", "text", "facts");
        assertThat(json.get("id").textValue()).isEqualTo(ALERT.id());
        assertThat(json.get("kind").textValue()).isEqualTo("BACKUP_FAILED");
        assertThat(json.get("facts").get("code").textValue()).isEqualTo("STORAGE_FULL");
    }

    @Test
    void aHeartbeatSaysNothingButThatItIs() {
        open(new HeartbeatChannelProvider(), url(), "PT30S").deliver(ALERT);

        assertThat(received).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.body()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "500, ALERT_UNDELIVERED", "503, ALERT_UNDELIVERED", "429, ALERT_UNDELIVERED", "408, ALERT_UNDELIVERED",
        "400, ALERT_REFUSED", "403, ALERT_REFUSED", "404, ALERT_REFUSED", "410, ALERT_REFUSED"
    })
    void aStatusThatIsNoneOfSuccessIsAnError(int status, ErrorCode code) {
        answer = exchange -> exchange.sendResponseHeaders(status, -1);

        providers().forEach(provider -> failsWith(code, provider, url(), "PT30S"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void nobodyIsFollowedElsewhere(int status) {
        answer = exchange -> {
            exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
        };

        providers().forEach(provider -> failsWith(ErrorCode.ALERT_REFUSED, provider, url(), "PT30S"));
        assertThat(received).extracting(Received::path).containsOnly("/services/" + CANARY);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void whoNeverAnswersIsNotWaitedFor(AlertChannelProvider provider) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            failsWith(
                    ErrorCode.ALERT_UNDELIVERED,
                    provider,
                    "http://127.0.0.1:" + silent.getLocalPort() + "/services/" + CANARY,
                    "PT0.2S");
        }
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            byte[] more = new byte[8 * 1024];
            while (true) {
                body.write(more);
            }
        };

        providers().forEach(provider -> assertThatCode(
                        () -> open(provider, url(), "PT30S").deliver(ALERT))
                .doesNotThrowAnyException());
    }

    @Test
    void anAnswerThatDripsEndsInTime() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            exchange.getRequestBody().read();
            new CompletableFuture<>()
                    .completeOnTimeout(null, 20, TimeUnit.SECONDS)
                    .join();
        };

        failsWith(ErrorCode.ALERT_UNDELIVERED, new SlackChannelProvider(), url(), "PT0.3S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", "220 mail.example.com ESMTP\r\n", ""})
    void whatIsNoWholeAnswerIsNone(String said) throws IOException {
        try (ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread speaker = new Thread(() -> {
                while (!port.isClosed()) {
                    try (Socket client = port.accept()) {
                        client.getOutputStream().write(said.getBytes(UTF_8));
                    } catch (IOException e) {
                        // The client has gone, or the test is over.
                    }
                }
            });
            speaker.setDaemon(true);
            speaker.start();
            failsWith(
                    ErrorCode.ALERT_UNDELIVERED,
                    new HeartbeatChannelProvider(),
                    "http://127.0.0.1:" + port.getLocalPort() + "/services/" + CANARY,
                    "PT30S");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary-7c1f",
                "ftp://example.com/canary-7c1f",
                "http://example.com/canary-7c1f",
                "https:///canary-7c1f",
                "https://exa mple.com/canary-7c1f",
                "file:///services/canary-7c1f"
            })
    void whatIsNoSafeAddressIsRefusedAndNotShown(String address) {
        providers().forEach(provider -> failsWith(ErrorCode.ALERT_REFUSED, provider, address, "PT30S"));
    }

    @Test
    void aCertificateOfNobodyIsNotBelieved() throws Exception {
        HttpsServer tls = HttpsServer.create(loopback(), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(ofNobody()));
        serve(tls);

        failsWith(
                ErrorCode.ALERT_UNDELIVERED,
                new SlackChannelProvider(),
                "https://127.0.0.1:" + tls.getAddress().getPort() + "/services/" + CANARY,
                "PT30S");
        assertThat(received).isEmpty();
    }

    private SSLContext ofNobody() throws Exception {
        Path store = directory.resolve("keys.p12");
        char[] password = "of the test".toCharArray();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "nobody",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=nobody",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(password))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void aCloseEndsWhatHangs() throws Exception {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        answer = exchange -> {
            reached.complete(null);
            new CompletableFuture<>()
                    .completeOnTimeout(null, 20, TimeUnit.SECONDS)
                    .join();
        };
        AlertChannel channel = open(new SlackChannelProvider(), url(), "PT1H");
        CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(Throwable.class, () -> channel.deliver(ALERT)));
        reached.get(30, TimeUnit.SECONDS);

        channel.close();

        assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(AlertException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().endsWith("alerts-http"))
                .allSatisfy(thread -> {
                    thread.join(30_000);
                    assertThat(thread.isAlive()).isFalse();
                });
        channel.close();
    }
}
