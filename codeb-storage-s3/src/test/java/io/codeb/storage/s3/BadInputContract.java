package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.storage.s3.FaultProxy.Answer;
import io.codeb.storage.s3.FaultProxy.Fault;
import io.codeb.storage.s3.FaultProxy.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A store that was asked wrongly: whatever is asked of it then is one error that says what to do, and what is in the
 * bucket is as it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BadInputContract {
    private static final ObjectKey KEY = new ObjectKey("shop/object");
    private static final ObjectKey NEW = new ObjectKey("shop/new");
    private static final byte[] SMALL = "small".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LARGE = new byte[(int) PartPlan.SMALLEST_PART + 1];
    private static final String CANARY = "canary-0c1d7f";
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final S3Server server;
    private final String path;
    private final S3Storage direct;
    private final List<AutoCloseable> opened = new ArrayList<>();

    BadInputContract(S3Server server) {
        this.server = server;
        this.path = server.newBucket() + "/backups";
        this.direct = (S3Storage) new S3StorageProvider().create(server.config(path));
    }

    /**
     * What is asked wrongly.
     *
     * @param config opens the storage
     * @param code what each request ends with
     * @param hint a part of what is said to do
     */
    record BadInput(String name, ProviderConfig config, ErrorCode code, String hint) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What only this server knows. */
    abstract Stream<BadInput> ofThisServer() throws Exception;

    S3Server server() {
        return server;
    }

    String path() {
        return path;
    }

    ProviderConfig right() {
        return server.config(path).withOption("attempts", "2");
    }

    @BeforeAll
    void put() {
        direct.put(KEY, WriteMode.CREATE, SMALL);
    }

    @AfterAll
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        direct.delete(KEY);
        direct.close();
    }

    Stream<BadInput> badInputs() throws Exception {
        return Stream.concat(
                ofThisServer(),
                Stream.of(
                        new BadInput(
                                "a bucket that is not there",
                                server.config("missing-" + UUID.randomUUID()),
                                ErrorCode.STORAGE_MISSING,
                                "make the bucket"),
                        new BadInput(
                                "a wrong secret key",
                                right().withSecret("secret-key", Secret.of(CANARY)),
                                ErrorCode.STORAGE_DENIED,
                                "access-key and secret-key"),
                        new BadInput(
                                "an access key of nobody",
                                right().withSecret("access-key", Secret.of(CANARY)),
                                ErrorCode.STORAGE_DENIED,
                                "access-key and secret-key"),
                        new BadInput(
                                "a clock that is late",
                                by(skewed(Duration.ofHours(-1))),
                                ErrorCode.STORAGE_DENIED,
                                "clock"),
                        new BadInput(
                                "a clock that is early",
                                by(skewed(Duration.ofHours(1))),
                                ErrorCode.STORAGE_DENIED,
                                "clock"),
                        inWordsOfAws("a session that has ended", "400 Bad Request", "ExpiredToken", "new token"),
                        inWordsOfAws("an object in an archive", "403 Forbidden", "InvalidObjectState", "archive"),
                        inWordsOfAws("a token of nobody", "400 Bad Request", "InvalidToken", "session-token"),
                        new BadInput(
                                "another region, as AWS tells it of a bucket",
                                by(aws("301 Moved Permanently", "PermanentRedirect")),
                                ErrorCode.STORAGE_MISSING,
                                "option region"),
                        new BadInput(
                                "another region, as AWS tells it of a signature",
                                by(aws("400 Bad Request", "AuthorizationHeaderMalformed")),
                                ErrorCode.STORAGE_MISSING,
                                "option region"),
                        new BadInput("a web server", at(webServer(200)), ErrorCode.STORAGE_MISSING, "option endpoint"),
                        new BadInput(
                                "a web server without such a page",
                                at(webServer(404)),
                                ErrorCode.STORAGE_MISSING,
                                "option endpoint"),
                        new BadInput(
                                "TLS with a server that has none",
                                at(URI.create(
                                        "https://127.0.0.1:" + server.endpoint().getPort())),
                                ErrorCode.STORAGE_UNAVAILABLE,
                                "endpoint"),
                        new BadInput(
                                "a database that hangs up on what it does not understand",
                                at(database(new byte[0])),
                                ErrorCode.STORAGE_UNAVAILABLE,
                                "endpoint"),
                        new BadInput(
                                "a database that greets its clients",
                                at(database("J\0\0\0\n8.0.36\0".getBytes(StandardCharsets.ISO_8859_1))),
                                ErrorCode.STORAGE_UNAVAILABLE,
                                "endpoint"),
                        new BadInput(
                                "a port where nobody is",
                                at(URI.create("http://127.0.0.1:1")),
                                ErrorCode.STORAGE_UNAVAILABLE,
                                "endpoint")));
    }

    private BadInput inWordsOfAws(String name, String status, String code, String hint) {
        return new BadInput(
                name,
                by(aws(status, code)).withSecret("session-token", Secret.of(CANARY)),
                ErrorCode.STORAGE_DENIED,
                hint);
    }

    /** What befalls each request on the way to the store. */
    ProviderConfig by(Fault fault) {
        FaultProxy proxy = new FaultProxy(server.endpoint());
        opened.add(proxy);
        for (Operation each : Operation.values()) {
            proxy.always(each, fault);
        }
        return at(proxy.endpoint());
    }

    private ProviderConfig at(URI endpoint) {
        return server.through(endpoint).config(path).withOption("attempts", "2");
    }

    private static Fault aws(String status, String code) {
        Answer answer =
                Answer.of(status, "application/xml", "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>");
        return exchange -> exchange.send(answer);
    }

    /** The request says another time than it is; the server looks at that before it looks at the signature. */
    private static Fault skewed(Duration by) {
        return exchange -> {
            String date = AMZ_DATE.format(Instant.now().plus(by));
            exchange.with("X-Amz-Date", date).pass();
        };
    }

    private URI webServer(int status) throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = "<!DOCTYPE html><title>Shop</title>".getBytes(StandardCharsets.UTF_8);
        web.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Type", "text/html");
                exchange.sendResponseHeaders(status, page.length);
                exchange.getResponseBody().write(page);
            }
        });
        web.start();
        opened.add(() -> web.stop(0));
        return URI.create("http://127.0.0.1:" + web.getAddress().getPort());
    }

    /** Says what it says to everybody, and ends the connection. */
    private URI database(byte[] greeting) throws IOException {
        ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        opened.add(port);
        Thread server = new Thread(() -> {
            while (!port.isClosed()) {
                try (Socket client = port.accept()) {
                    client.getOutputStream().write(greeting);
                    client.getInputStream().read();
                } catch (IOException e) {
                    // The client has gone, or the test is over.
                }
            }
        });
        server.setDaemon(true);
        server.start();
        return URI.create("http://127.0.0.1:" + port.getLocalPort());
    }

    /** All that can be asked of a storage, by its name. */
    private static Map<String, Runnable> requests(StorageBackend storage) {
        Map<String, Runnable> requests = new LinkedHashMap<>();
        requests.put("stat", () -> storage.stat(KEY));
        requests.put("stat of nothing", () -> storage.stat(NEW));
        requests.put("open", () -> storage.open(KEY, 0).close());
        requests.put("list", () -> storage.list("shop").forEach(each -> {}));
        requests.put("children", () -> storage.children(""));
        requests.put("put", () -> storage.put(NEW, WriteMode.CREATE, SMALL));
        requests.put("replace", () -> storage.put(KEY, WriteMode.REPLACE, LARGE));
        requests.put("upload", () -> {
            try (ByteSink sink = storage.begin(NEW, WriteMode.REPLACE)) {
                sink.write(ByteBuffer.wrap(LARGE));
                sink.finish();
            }
        });
        requests.put("delete", () -> storage.delete(KEY));
        requests.put("sweep", () -> storage.sweep(Duration.ofHours(-1)));
        return requests;
    }

    @ParameterizedTest
    @MethodSource("badInputs")
    void eachRequestIsOneErrorAndTheBucketIsAsItWas(BadInput bad) {
        try (StorageBackend storage = new S3StorageProvider().create(bad.config())) {
            requests(storage).forEach((name, request) -> {
                Throwable failure = catchThrowable(request::run);

                assertThat(failure).as(name).isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).as(name + ": " + e).isEqualTo(bad.code());
                    assertThat(e.hint()).as(name + ": " + e).contains(bad.hint());
                    assertThat(e.getMessage())
                            .contains(storage.describe())
                            .hasSizeLessThan(1_000)
                            .doesNotContain(CANARY);
                });
            });
        }
        assertAsItWas();
    }

    private void assertAsItWas() {
        try (Stream<StoredObject> objects = direct.list("")) {
            assertThat(objects).singleElement().satisfies(object -> assertThat(object.size())
                    .isEqualTo(SMALL.length));
        }
        assertThat(direct.client()
                        .listMultipartUploads(request -> request.bucket(bucket()))
                        .uploads())
                .isEmpty();
    }

    private String bucket() {
        return direct.settings().location().bucket();
    }

    @Test
    void aClockThatIsWrongOnceIsMendedByWhatTheStoreSays() {
        FaultProxy proxy = new FaultProxy(server.endpoint());
        opened.add(proxy);
        for (Operation each : List.of(Operation.HEAD, Operation.LIST, Operation.GET)) {
            proxy.next(each, skewed(Duration.ofHours(-1)));
        }
        try (StorageBackend storage = new S3StorageProvider().create(at(proxy.endpoint()))) {
            assertThat(storage.stat(KEY)).isPresent();
            assertThat(storage.list("")).hasSize(1);
            storage.open(KEY, 0).close();
        }
    }

    static Stream<String> oddNames() {
        return Stream.of(
                "with a space",
                "한국어/백업",
                "per%20cent",
                "per%zz",
                "plus+plus",
                "'quoted' \"twice\"",
                "a<b>&amp;c",
                "back\\slash",
                "new\nline",
                ".hidden",
                "ünïcödé",
                "emoji-🗄");
    }

    /** What others put into the bucket under names that CodeB has not. */
    @ParameterizedTest
    @MethodSource("oddNames")
    void whatHasAnOddNameIsNobodysAndStays(String name) {
        for (String place : List.of("", "shop/")) {
            String full = "backups/" + place + name;
            direct.client()
                    .putObject(request -> request.bucket(bucket()).key(full), RequestBody.fromString("not CodeB's"));
            try {
                assertAsItWasBeside(full);
            } finally {
                direct.client().deleteObject(request -> request.bucket(bucket()).key(full));
            }
        }
    }

    private void assertAsItWasBeside(String full) {
        assertThat(direct.list("")).extracting(StoredObject::key).containsExactly(KEY);
        assertThat(direct.children("")).containsExactly("shop");
        assertThat(direct.children("shop")).isEmpty();
        String upload = direct.client()
                .createMultipartUpload(request -> request.bucket(bucket()).key(full))
                .uploadId();
        try {
            assertThat(direct.sweep(Duration.ofHours(-1))).isEmpty();
        } finally {
            direct.client()
                    .abortMultipartUpload(
                            request -> request.bucket(bucket()).key(full).uploadId(upload));
        }
        assertThat(direct.client()
                        .listObjectsV2(request -> request.bucket(bucket()).prefix(full))
                        .contents())
                .singleElement()
                .satisfies(object -> assertThat(object.key()).isEqualTo(full));
    }
}
