package io.codeb.server.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.auth.LockOut;
import io.codeb.server.internal.auth.Sessions;
import io.codeb.server.internal.auth.StateDirectory;
import io.codeb.server.internal.auth.TokenStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's files, as browsers get them. */
class DashboardTest {
    private static final String SCRIPT = "let answer = 42;\n".repeat(100);

    @TempDir
    Path directory;

    private final Map<String, String> files = new HashMap<>(Map.of(
            "files.txt", "assets/index-abc.js\nindex.html",
            "index.html", "<!doctype html>",
            "assets/index-abc.js", SCRIPT));

    private @Nullable HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpServer listening = server;
        if (listening == null) {
            StateDirectory state = new StateDirectory(directory);
            Clock clock = Clock.systemUTC();
            Doorkeeper doorkeeper = new Doorkeeper(
                    new TokenStore(state, clock), new Sessions(clock), new LockOut(9, Duration.ofMinutes(1), clock));
            Dispatcher dispatcher =
                    new Dispatcher(List.of(), dashboard(), doorkeeper, new AuditLog(state, 1 << 20), clock, Tally.NONE);
            listening = HttpServer.start(dispatcher, "127.0.0.1", 0, 10, Optional.empty());
            server = listening;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(listening.uri() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private Dashboard dashboard() {
        return Dashboard.of(name -> files.containsKey(name) ? files.get(name).getBytes(UTF_8) : null);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void theFirstPageIsAskedForAgainAndRunsNothingFromElsewhere() throws Exception {
        HttpResponse<byte[]> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).asString().isEqualTo("<!doctype html>");
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "data:");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void whatHasItsDigestInItsNameIsKept() throws Exception {
        HttpResponse<byte[]> script = get("/assets/index-abc.js");
        assertThat(script.body()).asString().isEqualTo(SCRIPT);
        assertThat(header(script, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(script, "Cache-Control")).contains("immutable");
    }

    @Test
    void itIsSentSmallToWhoeverTakesThat() throws Exception {
        HttpResponse<byte[]> small = get("/assets/index-abc.js", "Accept-Encoding", "br, gzip");
        assertThat(header(small, "Content-Encoding")).isEqualTo("gzip");
        assertThat(header(small, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(small.body()).hasSizeLessThan(SCRIPT.length() / 2);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(small.body()))).hasContent(SCRIPT);

        assertThat(get("/assets/index-abc.js", "Accept-Encoding", "gzip;q=0").body())
                .asString()
                .isEqualTo(SCRIPT);
    }

    @Test
    void nothingElseIsThere() throws Exception {
        for (String path : List.of("/index.html", "/files.txt", "/assets/", "/assets/..%2findex.html", "/nothing")) {
            assertThat(get(path).statusCode()).as(path).isBetween(400, 404);
        }
    }

    @Test
    void aServerWithoutItSaysSo() throws Exception {
        files.clear();
        HttpResponse<byte[]> page = get("/");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(header(page, "Content-Type")).startsWith("text/plain");
        assertThat(page.body()).asString().contains("without the dashboard", "/api/openapi.json");
    }

    @Test
    void aJarThatIsNotWholeIsNotServed() {
        files.remove("index.html");
        assertThatThrownBy(this::dashboard)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index.html");
    }
}
