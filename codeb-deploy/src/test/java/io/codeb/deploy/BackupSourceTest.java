package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.codeb.RestoreRequest;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person names is read, and what is elsewhere is fetched whole, from where it may be, or not at all. */
@Timeout(60)
class BackupSourceTest {
    private static final byte[] DUMP =
            "CREATE TABLE t (a int);\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    private static final char[] PASSWORD = "only in memory".toCharArray();
    private static final String CANARY = "canary-4711";

    @TempDir
    private static Path keys;

    private static SSLContext tls;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpsServer server;

    @BeforeAll
    static void makeACertificate() throws Exception {
        Path store = keys.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1,ip:127.0.0.2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(keys.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore loaded = KeyStore.getInstance(store.toFile(), PASSWORD);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(loaded, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", loaded.getCertificate("it"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @AfterAll
    static void nothingIsLeftOfWhatWasFetched() throws IOException {
        try (var left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(left.filter(each -> each.getFileName().toString().startsWith("codeb-source-")))
                    .noneMatch(each -> Files.exists(each.resolve("dump")));
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpsServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getLocalAddress().getAddress().getHostAddress() + path + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        switch (path) {
            case "/dump" -> {
                exchange.sendResponseHeaders(200, DUMP.length);
                exchange.getResponseBody().write(DUMP);
            }
            case "/chunked" -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(DUMP);
            }
            case "/cut" -> {
                exchange.sendResponseHeaders(200, DUMP.length);
                exchange.getResponseBody().write(DUMP, 0, 1_000);
                exchange.getResponseBody().flush();
                server.stop(0);
            }
            case "/cut-chunked" -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(DUMP, 0, 10_000);
                exchange.getResponseBody().flush();
                server.stop(0);
            }
            case "/slow" -> {
                exchange.sendResponseHeaders(200, DUMP.length);
                exchange.getResponseBody().write(DUMP, 0, 1_000);
                exchange.getResponseBody().flush();
                pause();
            }
            case "/silent" -> pause();
            case "/gzip" -> {
                exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                exchange.sendResponseHeaders(200, DUMP.length);
                exchange.getResponseBody().write(DUMP);
            }
            case "/here" -> redirect(exchange, "/dump");
            case "/private" -> redirect(exchange, url("127.0.0.2", "/dump"));
            case "/closed" -> redirect(exchange, "https://127.0.0.2:" + closed() + "/dump");
            case "/unknown" -> redirect(exchange, url("no-such-host.invalid", "/dump"));
            case "/elsewhere" -> redirect(exchange, url("127.0.0.1", "/dump"));
            case "/plain" -> redirect(exchange, "http://localhost:1/dump");
            case "/round" -> redirect(exchange, "/round");
            case "/nowhere" -> exchange.sendResponseHeaders(302, -1);
            default -> exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
        }
        exchange.close();
    }

    private static void pause() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A port where nobody listens. */
    private static int closed() throws IOException {
        try (ServerSocket once = new ServerSocket(0)) {
            return once.getLocalPort();
        }
    }

    private static void redirect(HttpExchange exchange, String where) throws IOException {
        exchange.getResponseHeaders().add("Location", where);
        exchange.sendResponseHeaders(302, -1);
    }

    private String url(String host, String path) {
        return "https://" + host + ":" + server.getAddress().getPort() + path;
    }

    /** One that takes 127.0.0.1 for public, and what else is of loopback for private. */
    private BackupSource source(String path) {
        return BackupSource.parse(url("localhost", path))
                .tls(tls)
                .allowing(address -> address.equals(InetAddress.getLoopbackAddress())
                        || address.getHostAddress().equals("127.0.0.1"));
    }

    private static byte[] fetched(BackupSource source) throws IOException {
        try (BackupSource.Ready ready = source.ready(new Cancellation())) {
            RestoreRequest request = ready.request();
            assertThat(request.foreign()).isPresent();
            try (var stream = request.foreign().orElseThrow().opener().open()) {
                return stream.readAllBytes();
            }
        }
    }

    private static CodeBException failure(BackupSource source) {
        CodeBException failure = catchThrowableOfType(
                CodeBException.class, () -> source.ready(new Cancellation()).close());
        assertThat(failure).as("the fetch fails").isNotNull();
        return failure;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dump", "/chunked", "/here", "/elsewhere"})
    void aDumpIsFetchedWhole(String path) throws Exception {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(DUMP));

        assertThat(fetched(source(path).atMost(DUMP.length).sha256(sha256))).isEqualTo(DUMP);
    }

    @ParameterizedTest
    @CsvSource({
        "/404, SOURCE_NOT_FOUND",
        "/410, SOURCE_NOT_FOUND",
        "/401, SOURCE_DENIED",
        "/403, SOURCE_DENIED",
        "/500, SOURCE_UNAVAILABLE",
        "/503, SOURCE_UNAVAILABLE",
        "/204, SOURCE_UNUSABLE",
        "/gzip, SOURCE_UNUSABLE",
        "/cut, SOURCE_UNAVAILABLE",
        "/cut-chunked, SOURCE_UNAVAILABLE",
        "/private, SOURCE_DENIED",
        "/closed, SOURCE_DENIED",
        "/plain, SOURCE_UNUSABLE",
        "/round, SOURCE_UNUSABLE",
        "/nowhere, SOURCE_UNUSABLE",
    })
    void whatIsNotHandedOutWholeIsNoDump(String path, ErrorCode code) {
        CodeBException failure = failure(source(path + "?signature=" + CANARY));

        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining("of the dump").hasMessageNotContaining(CANARY);
    }

    @Test
    void nothingIsSaidToAServerAtAPrivateAddress() {
        assertThat(failure(source("/private")).hint()).contains("allowingPrivateAddresses()");
        assertThat(asked).hasSize(1);
        asked.clear();

        assertThat(failure(BackupSource.parse(url("localhost", "/dump")).tls(tls))
                        .code())
                .isEqualTo(ErrorCode.SOURCE_DENIED);
        assertThat(asked).isEmpty();
    }

    @Test
    void nobodyLearnsWhichPortsOfAPrivateAddressAreOpen() throws IOException {
        CodeBException open = failure(BackupSource.parse(url("127.0.0.1", "/dump")));
        CodeBException closed = failure(BackupSource.parse("https://127.0.0.1:" + closed() + "/dump"));

        assertThat(open.code()).isEqualTo(ErrorCode.SOURCE_DENIED);
        assertThat(closed.code()).isEqualTo(open.code());
        assertThat(closed).hasMessage(open.getMessage());
        assertThat(failure(source("/closed")))
                .hasMessage(failure(source("/private")).getMessage());
    }

    @Test
    void nobodyLearnsWhichNamesAPrivateNetworkHas() {
        CodeBException known = failure(BackupSource.parse(url("localhost", "/dump")));
        CodeBException unknown = failure(BackupSource.parse(url("no-such-host.invalid", "/dump")));

        assertThat(unknown.code()).isEqualTo(known.code()).isEqualTo(ErrorCode.SOURCE_DENIED);
        assertThat(unknown.hint()).isEqualTo(known.hint());
        assertThat(unknown).hasMessage(String.valueOf(known.getMessage()).replace("localhost", "no-such-host.invalid"));
        assertThat(failure(source("/unknown")))
                .hasMessage(String.valueOf(failure(source("/private")).getMessage())
                        .replace("127.0.0.2", "no-such-host.invalid"));
    }

    @Test
    void whoeverAllowsPrivateAddressesGetsThere() throws IOException {
        assertThat(fetched(source("/private").allowingPrivateAddresses())).isEqualTo(DUMP);
        assertThat(asked).hasSize(2).last().asString().startsWith("127.0.0.2/dump");
    }

    @Test
    void aTokenGoesToTheServerOfTheUrlAndToNoOther() throws IOException {
        BackupSource source = source("/here").secret("token", Secret.of(CANARY));
        assertThat(fetched(source)).isEqualTo(DUMP);
        assertThat(asked).hasSize(2).allMatch(each -> each.endsWith("Bearer " + CANARY));
        asked.clear();

        assertThat(fetched(source("/elsewhere").secret("token", Secret.of(CANARY))))
                .isEqualTo(DUMP);
        assertThat(asked).hasSize(2).last().asString().endsWith("null");
        assertThat(source.toString()).doesNotContain("/here").doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dump", "/chunked"})
    void whatIsLargerThanItMayBeIsNotTaken(String path) {
        CodeBException failure = failure(source(path).atMost(DUMP.length - 1));

        assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNUSABLE);
        assertThat(failure.hint()).contains("atMost(");
    }

    @Test
    void anotherDumpThanIsMeantIsNotTaken() {
        CodeBException failure = failure(source("/dump").sha256("ab".repeat(32)));

        assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNUSABLE);
        assertThat(failure).hasMessageContaining("not the one that is meant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slow", "/silent"})
    void aServerThatSaysNothingIsNotWaitedFor(String path) {
        assertThat(failure(source(path).silence(Duration.ofMillis(300))).code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void aServerThatTakesTooLongIsNotWaitedFor() {
        CodeBException failure = failure(source("/slow").within(Duration.ofMillis(500)));

        assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
        assertThat(failure).hasMessageContaining("within 500 ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/slow", "/silent"})
    void aFetchEndsWhenItIsCancelled(String path) {
        Cancellation cancellation = new Cancellation();
        threads.execute(() -> {
            while (asked.isEmpty()) {
                Thread.onSpinWait();
            }
            cancellation.cancel("on purpose");
        });

        assertThatThrownBy(() -> source(path).ready(cancellation).close()).isInstanceOf(CancelledException.class);
    }

    @Test
    void aServerThatProvesNothingIsNotBelieved() {
        CodeBException failure =
                failure(BackupSource.parse(url("localhost", "/dump")).allowingPrivateAddresses());

        assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_DENIED);
        assertThat(asked).isEmpty();
    }

    @Test
    void whatNobodyTakesOrKnowsIsTold() {
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThat(failure(BackupSource.parse("https://localhost:" + port + "/x")
                                .allowingPrivateAddresses())
                        .code())
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
        assertThat(failure(BackupSource.parse("https://no-such-host.invalid/x").allowingPrivateAddresses())
                        .code())
                .isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
        assertThat(failure(BackupSource.parse("no/such/file.sql")).code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
        assertThat(failure(BackupSource.parse("s3://bucket/a b".replace(" ", "%20"))))
                .isInstanceOf(ConfigException.class);
        assertThat(failure(BackupSource.parse("s3://bucket/name.sql")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nobody here reads s3://");
    }

    @Test
    void whatPeopleWriteIsRead() {
        assertThat(BackupSource.parse("main/shop/20260102T030405Z-abcdefgh").ref())
                .isPresent();
        assertThat(BackupSource.parse("./main/shop/20260102T030405Z-abcdefgh").ref())
                .isEmpty();
        assertThat(BackupSource.parse(" dumps/shop.sql ")).hasToString("dumps/shop.sql");
        assertThat(BackupSource.parse("file:///dumps/shop.sql")).hasToString("/dumps/shop.sql");
        assertThat(BackupSource.parse("HTTPS://example.org/x?secret=1")).hasToString("HTTPS://example.org");
        assertThat(BackupSource.parse("s3://bucket/x.sql?endpoint=https://s3.example.org"))
                .hasToString("s3://bucket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "http://example.org/" + CANARY,
                "ftp://example.org/" + CANARY,
                "https://user:" + CANARY + "@example.org/x",
                "https:///" + CANARY,
                "https://example.org:0/" + CANARY,
                "https://exa mple.org/" + CANARY,
                "https://example.org/x#" + CANARY,
                "s3://key:" + CANARY + "@bucket/x"
            })
    void whatIsNoneIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> BackupSource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(CANARY)
                .hasNoCause();
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        BackupSource source = BackupSource.parse("https://example.org/x");
        assertThatThrownBy(() -> source.atMost(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> source.sha256("ab")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> source.silence(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        BackupSource file = BackupSource.parse("dump.sql");
        assertThatThrownBy(() -> file.sha256("ab".repeat(32))).isInstanceOf(IllegalArgumentException.class);
    }
}
