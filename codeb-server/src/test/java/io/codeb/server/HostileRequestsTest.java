package io.codeb.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of somebody who means no good: none is a fault of the server, and none changes anything. */
class HostileRequestsTest {
    private static final long SEED = Long.getLong("codeb.seed", 20_260_102L);
    private static final int REQUESTS = Integer.getInteger("codeb.hostile", 5_000);

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "G\0T", "");
    private static final List<String> PARTS = List.of(
            "api",
            "projects",
            "shop",
            "blog",
            "db",
            "backup",
            "restore",
            "backups",
            "operations",
            "events",
            "pin",
            "query",
            "..",
            ".",
            "%2e%2e",
            "%2f",
            "%00",
            "%",
            "%zz",
            "%c0%af",
            ";x=y",
            "{name}",
            "\u00fc",
            "20260102T030405Z-abcdefgh",
            "a".repeat(300),
            "'--",
            "$(id)",
            "\\",
            "*");
    private static final List<String> QUERIES = List.of(
            "",
            "?",
            "?a",
            "?limit=-1",
            "?limit=99999999999999999999",
            "?wait=NaN",
            "?repository=../x",
            "?repository=%00",
            "?backup=../../x&confirm=shop",
            "?backup=" + "a/".repeat(50),
            "?into=%00&mode=replacing&confirm=blog",
            "?into=\"; DROP&mode=x",
            "?mode=emptying&confirm=SHOP",
            "?format=exe",
            "?schemaOnly=maybe",
            "?tables=,,,",
            "?%ff=%ff",
            "?&&&===");
    private static final List<String> HEADERS = List.of(
            "Host: a",
            "Host: a",
            "Host: a",
            "Host: \0",
            "Host: a\r\nHost: b",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 2\r\nContent-Length: 3",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked, identity",
            "Content-Type: application/json",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "Expect: the worst",
            "Range: bytes=0-1,5-",
            "Origin: null",
            "Cookie: a=\"",
            "Last-Event-ID: -9",
            "Last-Event-ID: x",
            "Idempotency-Key: ",
            "X-Forwarded-For: 127.0.0.1",
            "Upgrade: h2c",
            "Connection: close",
            "No-Colon",
            " Folded: line");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "{",
            "[" + "[".repeat(5_000),
            "{\"sql\": null}",
            "{\"sql\": \"x\", \"sql\": \"y\"}",
            "{\"reason\": \"a\\nb\"}",
            "{\"reason\": 7, \"x\": {}}",
            "{\"tables\": [null, 1, {}]}",
            "{\"labels\": {\"a\": null, \"\": \"\"}}",
            "{\"repository\": \"../x\"}",
            "{\"limit\": 1e999}",
            "{\"limit\": -1, \"sql\": \"x\"}",
            "{\"timeoutSeconds\": -2147483648, \"sql\": \"\"}",
            "\u0000\u0001\u0002",
            "{\"sql\": \"\ud800\"}",
            "4\r\n0123\r\n",
            "ffffffffffffffff\r\n");

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private Office office;

    @BeforeEach
    void open() {
        office = new Office(directory);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String request(String look) {
        StringBuilder request = new StringBuilder(any(METHODS)).append(' ');
        int known = random.nextInt(4);
        request.append(
                switch (known) {
                    case 0 -> "";
                    case 1 -> "/api/projects/shop";
                    default -> "/api/projects/shop/" + any(List.of("backups", "db/backup", "db/restore", "query"));
                });
        for (int i = random.nextInt(4); i > 0; i--) {
            request.append('/').append(any(PARTS));
        }
        request.append(any(QUERIES))
                .append(random.nextInt(20) == 0 ? " HTTP/9.9" : " HTTP/1.1")
                .append("\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            request.append(any(HEADERS)).append("\r\n");
        }
        // One address may show few wrong tokens before nobody is listened to any more: mostly a right one that may
        // look.
        request.append("Authorization: ")
                .append(
                        random.nextInt(300) == 0
                                ? any(List.of("Bearer ", "Basic eDp5", "Bearer \0"))
                                : "Bearer " + look)
                .append("\r\nConnection: close\r\n\r\n");
        return request.append(any(BODIES)).toString();
    }

    @Test
    void noneIsAFaultOfTheServerAndNoneChangesAnything() throws IOException {
        String look = office.token(Role.LOOK, "shop");
        String all = office.token(Role.ADMINISTER, "*");
        String id = office.backUp(all);
        int answered = 0;

        for (int i = 0; i < REQUESTS; i++) {
            String request = request(look);
            String answer = said(request);
            answered += answer.isEmpty() ? 0 : 1;
            assertThat(answer)
                    .as("seed %d, request %d:%n%s", SEED, i, request)
                    .doesNotContainPattern("^HTTP/1.1 5")
                    .doesNotContain("Exception", "\tat ");
        }

        assertThat(answered).isGreaterThan(REQUESTS / 2);
        assertThat(office.letters.texts)
                .containsOnly(java.util.Map.entry("shop", "first"), java.util.Map.entry("blog", "other"));
        assertThat(office.codeb.catalog().list("shop"))
                .extracting(backup -> backup.id().value())
                .containsExactly(id);
        assertThat(office.codeb.catalog().list("blog")).isEmpty();
        assertThat(office.get("/api/health/ready", "").status()).isEqualTo(200);
    }

    /** What comes back before the connection ends; who is refused early may find it reset. */
    private String said(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), office.server.uri().getPort())) {
            socket.setSoTimeout(20_000);
            StringBuilder answer = new StringBuilder();
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                byte[] piece = new byte[8_192];
                for (int count = in.read(piece); count > 0; count = in.read(piece)) {
                    answer.append(new String(piece, 0, count, ISO_8859_1));
                }
            } catch (SocketException e) {
                return answer.toString();
            }
            return answer.toString();
        }
    }
}
