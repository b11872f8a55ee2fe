package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.server.Office.Said;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen on the wire: whole files and cut ones, bodies that stop, and requests that are none. */
class WireTest {
    private static final String LONG = "0123456789".repeat(30_000);

    @TempDir
    Path directory;

    private Office office;
    private String all;

    @BeforeEach
    void open() {
        office = new Office(directory);
        all = office.token(Role.ADMINISTER, "*");
    }

    @AfterEach
    void close() {
        office.close();
    }

    private String get(String path) throws IOException {
        return office.raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + all
                + "\r\nConnection: close\r\n\r\n");
    }

    private static String decoded(String chunked) {
        StringBuilder body = new StringBuilder();
        int at = chunked.indexOf("\r\n\r\n") + 4;
        while (at < chunked.length()) {
            int end = chunked.indexOf("\r\n", at);
            int size = Integer.parseInt(chunked.substring(at, end), 16);
            body.append(chunked, end + 2, end + 2 + size);
            at = size == 0 ? chunked.length() : end + 2 + size + 2;
        }
        return body.toString();
    }

    @Test
    void aFreshDumpEndsWithItsDigestAndItsRows() throws Exception {
        office.letters.texts.put("shop", LONG);

        String answer = get("/api/projects/shop/db/backup");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Disposition: attachment; filename=\"shop.sql\"");
        assertThat(decoded(answer)).isEqualTo(LONG);
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(LONG.getBytes(UTF_8)));
        assertThat(answer.substring(answer.lastIndexOf("\r\n0\r\n")))
                .contains("Content-Digest: sha-256=:" + digest + ":")
                .contains("CodeB-Rows: ")
                .endsWith("\r\n\r\n");
        assertThat(office.codeb.catalog().list("shop")).isEmpty();
    }

    @Test
    void aDumpThatFailsOnItsWayHasNoEnd() throws IOException {
        office.letters.texts.put("shop", LONG);
        office.letters.torn = 200_000;

        String answer = get("/api/projects/shop/db/backup");

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("0123456789").doesNotContain("\r\n0\r\n");
    }

    @Test
    void aDumpThatGivesWayIsBegunAgainAsLongAsNobodyHasAnyOfIt() throws IOException {
        office.letters.texts.put("shop", LONG);
        office.letters.givesWay = 0;

        assertThat(decoded(get("/api/projects/shop/db/backup"))).isEqualTo(LONG);
    }

    @Test
    void aDumpThatGivesWayWhenAPartOfItIsOutHasNoEndAndNothingTwice() throws IOException {
        office.letters.texts.put("shop", LONG);
        office.letters.givesWay = 200_000;

        String said = get("/api/projects/shop/db/backup");

        assertThat(said).contains(" 200 ").doesNotContain("\r\n0\r\n", "Content-Digest: ");
        assertThat(said.length()).isLessThan(210_000);
        assertThat(lastLine()).contains("ANSWER_CUT");
        assertThat(decoded(get("/api/projects/shop/db/backup"))).isEqualTo(LONG);
    }

    @Test
    void aDumpThatFailsBeforeItsFirstBytesIsAProblem() throws IOException {
        office.letters.torn = 0;

        String answer = get("/api/projects/shop/db/backup");

        assertThat(answer)
                .startsWith("HTTP/1.1 502 ")
                .contains("application/problem+json", "\"code\":\"COMMAND_FAILED\"", "\"hint\":\"mend it\"")
                .doesNotContain("Trailer:");
    }

    @Test
    void aClientWhoHasNoChunksGetsNoDump() throws IOException {
        assertThat(office.raw("GET /api/projects/shop/db/backup HTTP/1.0\r\nAuthorization: Bearer " + all + "\r\n\r\n"))
                .contains(" 400 ", "REQUEST_INVALID");
    }

    @Test
    void aDumpIsCompressedWhereThatIsAskedFor() throws IOException {
        office.letters.texts.put("shop", LONG);

        Said said = office.get("/api/projects/shop/db/backup?format=sql.gz", all);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(said.response().body())).readAllBytes())
                .asString(UTF_8)
                .isEqualTo(LONG);
    }

    @Test
    void aStoredBackupIsSentToo() {
        String id = office.backUp(all);
        office.letters.texts.put("shop", "changed");

        Said said = office.get("/api/projects/shop/backups/" + id + "/download", all);

        assertThat(new String(said.response().body(), UTF_8)).isEqualTo("first");
        assertThat(said.response().headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"shop-" + id + ".sql\"");
    }

    @Test
    void whoGoesAwayEndsTheDump() throws Exception {
        office.letters.texts.put("shop", LONG.repeat(50));
        office.letters.held = 400_000;
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), office.server.uri().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /api/projects/shop/db/backup HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + all
                            + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.flush();
            office.letters.waiting.await();
            socket.setSoLinger(true, 0);
        }
        office.letters.letGo.countDown();

        for (int left = 3_000; left > 0 && !lastLine().contains("ANSWER_CUT"); left--) {
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        assertThat(lastLine()).contains("ANSWER_CUT");
    }

    private String lastLine() throws IOException {
        Path log = office.state.resolve("audit.log");
        if (!java.nio.file.Files.exists(log)) {
            return "";
        }
        java.util.List<String> lines = java.nio.file.Files.readAllLines(log);
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    /** More often than there are turns: each gives back what it held. */
    @Test
    void whoReadsTooSlowlyIsCutOffAndHoldsNothing() throws IOException {
        office.letters.texts.put("shop", LONG.repeat(2));
        office.slowness.set(java.util.concurrent.TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 6; i++) {
            String said = get("/api/projects/shop/db/backup");
            assertThat(said).as("turn %d", i).contains(" 200 ").doesNotContain("\r\n0\r\n", "Content-Digest: ");
            assertThat(said.length()).isLessThan(LONG.length());
        }

        office.slowness.set(0);

        assertThat(decoded(get("/api/projects/shop/db/backup"))).isEqualTo(LONG.repeat(2));
        assertThat(lastLine()).doesNotContain("ANSWER_CUT");
    }

    @Test
    void whoSendsTooSlowlyRestoresNothing() {
        office.slowness.set(java.util.concurrent.TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 6; i++) {
            Said said = upload("into=copy", HttpRequest.BodyPublishers.ofString(LONG));
            assertThat(said.text("/code")).isEqualTo("BODY_TOO_SLOW");
        }
        assertThat(office.letters.texts).doesNotContainKey("copy");
    }

    @Test
    void aDumpInTheBodyIsRestoredWhileItComes() {
        Said said = upload("into=copy", HttpRequest.BodyPublishers.ofString(LONG));

        assertThat(said.text("/state")).as(said.json().toString()).isEqualTo("DONE");
        assertThat(office.letters.texts).containsEntry("copy", LONG);
    }

    private Said upload(String query, HttpRequest.BodyPublisher body) {
        return office.send(office.request("/api/projects/shop/db/restore?" + query, all)
                .header("Content-Type", "application/octet-stream")
                .POST(body)
                .build());
    }

    @Test
    void aCompressedDumpIsRestoredToo() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(LONG.getBytes(UTF_8));
        }

        Said said = upload("into=copy", HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()));

        assertThat(said.text("/state")).as(said.json().toString()).isEqualTo("DONE");
        assertThat(office.letters.texts).containsEntry("copy", LONG);
    }

    @Test
    void aSmallBodyThatUnpacksToMoreThanItMayRestoresNothing() throws IOException {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        try (GZIPOutputStream outer = new GZIPOutputStream(small);
                GZIPOutputStream inner = new GZIPOutputStream(outer)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                inner.write(zeros);
            }
        }
        assertThat(small.size()).isLessThan(10_000);

        Said said = upload("into=copy", HttpRequest.BodyPublishers.ofByteArray(small.toByteArray()));

        assertThat(said.text("/code")).as(said.json().toString()).isEqualTo("DUMP_TOO_LARGE");
        assertThat(said.status()).isEqualTo(413);
        assertThat(office.letters.texts).doesNotContainKey("copy");
    }

    @Test
    void aBodyThatStopsRestoresNothing() throws IOException {
        String head = "POST /api/projects/shop/db/restore?into=copy HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + all
                + "\r\n";
        for (String body :
                new String[] {"Content-Length: 1000\r\n\r\n0123", "Transfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n"}) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), office.server.uri().getPort())) {
                socket.setSoTimeout(30_000);
                socket.getOutputStream().write((head + body).getBytes(UTF_8));
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readAllBytes(), UTF_8)).doesNotContain(" 200 ");
            }
        }

        assertThat(office.letters.texts).doesNotContainKey("copy");
    }

    /** Again and again, since what was answered is lost now and then where a connection is closed too early. */
    @RepeatedTest(30)
    void aBodyThatIsTooLongRestoresNothing() {
        Said known = upload("into=copy", HttpRequest.BodyPublishers.ofString(LONG.repeat(4)));
        assertThat(known.text("/code")).isEqualTo("BODY_TOO_LARGE");
        Said chunked = upload(
                "into=copy",
                HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(LONG.repeat(4).getBytes(UTF_8))));
        assertThat(chunked.text("/code")).isEqualTo("BODY_TOO_LARGE");
        assertThat(office.letters.texts).doesNotContainKey("copy");
    }

    @Test
    void anEmptyBodyRestoresNothing() {
        Said said = upload("into=copy", HttpRequest.BodyPublishers.noBody());

        assertThat(said.text("/code")).isEqualTo("DUMP_UNRECOGNIZED");
        assertThat(office.letters.texts).doesNotContainKey("copy");
    }

    @Test
    void whatIsNoRequestIsRefusedAndCut() throws IOException {
        String token = "Authorization: Bearer " + all + "\r\n";
        String smuggled = "GET /api/projects HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(office.raw("POST /api/projects/shop/backups HTTP/1.1\r\nHost: a\r\n" + token
                        + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("HTTP/1.1 200", "HTTP/1.1 401");
        assertThat(office.raw("GET /api/projects HTTP/1.1\r\n" + token + "\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(office.raw("GET /api/projects HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + token + "\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(office.raw("GET /api/../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 40[04] ");
        assertThat(office.raw("GET /api/projects/shop%2f..%2fblog HTTP/1.1\r\nHost: a\r\n" + token
                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json");
        assertThat(office.raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(office.raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(office.raw("\0\0\0\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }
}
