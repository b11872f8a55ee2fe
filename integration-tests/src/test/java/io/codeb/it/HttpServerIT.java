package io.codeb.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.server.ApiTokens;
import io.codeb.server.CodebServer;
import io.codeb.server.Role;
import io.codeb.server.ServerEvents;
import io.codeb.server.TokenRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API in front of a real server: dumps are sent and restored as they come, and what is in them is whole. */
class HttpServerIT {
    private static final PostgresServer SERVER = PostgresServer.shared(15);

    @TempDir
    Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private CodeB codeb;
    private CodebServer server;
    private String token;

    @BeforeEach
    void open() {
        drop();
        SERVER.createDatabase("http_shop");
        SERVER.sql(
                "http_shop",
                "CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders SELECT n, repeat(md5(n::text),"
                        + " 9) FROM generate_series(1, 20000) n; CREATE TABLE empty (id int)");
        ServerEvents events = new ServerEvents();
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("backups")))
                .project(SERVER.project("http_shop"))
                .listener(events)
                .build();
        Path state = directory.resolve("state");
        token = ApiTokens.in(state)
                .create(TokenRequest.of("a test").may(Role.ADMINISTER, "*"))
                .secret();
        server = CodebServer.builder(codeb, state)
                .serve(BackupRequest.of("shop"))
                .events(events)
                .address("127.0.0.1", 0)
                .start();
    }

    @AfterEach
    void close() {
        server.close();
        codeb.close();
        drop();
    }

    private static void drop() {
        for (String name : new String[] {"http_shop", "http_copy"}) {
            SERVER.sql("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(URI.create(path)))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void aFreshDumpIsRestoredByTheServerThatHasSentIt() throws Exception {
        HttpResponse<byte[]> dump =
                send(request("/api/projects/shop/db/backup?format=sql.gz").build());
        assertThat(dump.statusCode()).isEqualTo(200);

        HttpResponse<byte[]> restored = send(request("/api/projects/shop/db/restore?into=http_copy")
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(dump.body()))
                .build());

        assertThat(json(restored).path("result").path("records").asLong())
                .as(new String(restored.body(), UTF_8))
                .isEqualTo(20_000);
        assertThat(SERVER.content("http_copy")).isEqualTo(SERVER.content("http_shop"));
    }

    /** What came over the wire, headers and all. */
    private byte[] answer(String path) throws IOException {
        try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return socket.getInputStream().readAllBytes();
        }
    }

    /**
     * With a status of 0 there is a whole dump, or nothing at all: curl takes an answer that is cut within its headers
     * for one without a body.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sql", "sql.gz"})
    void aDumpThatIsCutAtAnyByteIsSeenToBeByCurl(String format) throws Exception {
        byte[] whole = answer("/api/projects/shop/db/backup?tables=public.empty&format=" + format);
        int head = new String(whole, ISO_8859_1).indexOf("\r\n\r\n") + 4;

        List<String> ends;
        try (CutAnswers cut = CutAnswers.of(whole)) {
            Process curl = new ProcessBuilder(
                            "curl",
                            "--silent",
                            "--output",
                            directory.resolve("dump").toString(),
                            "--write-out",
                            "%{exitcode} %{size_download}\\n",
                            cut.uri() + "/[0-" + whole.length + "]")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            ends = new String(curl.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .toList();
            assertThat(curl.waitFor()).isZero();
        }

        assertThat(ends).hasSize(whole.length + 1);
        assertThat(ends.get(whole.length)).startsWith("0 ").doesNotEndWith(" 0");
        // Who lacks but the last line feed lacks nothing of the dump, of its digest and of its rows.
        for (int bytes = 0; bytes < whole.length - 1; bytes++) {
            if (bytes < head) {
                assertThat(ends.get(bytes)).as("cut behind " + bytes).endsWith(" 0");
            } else {
                assertThat(ends.get(bytes)).as("cut behind " + bytes).doesNotStartWith("0 ");
            }
        }
    }

    @Test
    void aPartOfADumpRestoresNothing() throws Exception {
        byte[] plain = new GZIPInputStream(
                        new ByteArrayInputStream(send(request("/api/projects/shop/db/backup?format=sql.gz")
                                        .build())
                                .body()))
                .readAllBytes();
        byte[] part = java.util.Arrays.copyOf(plain, plain.length / 2);

        HttpResponse<byte[]> restored = send(request("/api/projects/shop/db/restore?into=http_copy")
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(part))
                .build());

        assertThat(restored.statusCode()).as(new String(restored.body(), UTF_8)).isGreaterThanOrEqualTo(400);
        assertThat(SERVER.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'http_copy'"))
                .isEqualTo("0");
    }

    @Test
    void aBackupIsMadeAndPutInThePlaceOfWhatWasChangedSince() throws Exception {
        JsonNode begun = json(send(request("/api/projects/shop/backups")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build()));
        JsonNode made = json(send(request("/api/operations/" + begun.get("id").asText() + "?wait=60")
                .build()));
        String id = made.at("/result/backup/id").asText();
        SERVER.sql("http_shop", "DROP TABLE orders");

        JsonNode restore = json(send(request("/api/projects/shop/restores")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"backup\": \"" + id + "\", \"mode\": \"replacing\", \"confirm\": \"shop\"}"))
                .build()));
        JsonNode done =
                json(send(request("/api/operations/" + restore.path("id").asText() + "?wait=60")
                        .build()));

        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("DONE");
        assertThat(SERVER.sql("http_shop", "SELECT count(*) FROM orders")).isEqualTo("20000");
        SERVER.sql(
                "postgres",
                "DROP DATABASE \"" + done.at("/result/replaced/keptAs").asText() + "\" WITH (FORCE)");
    }

    @Test
    void aQueryThatWritesIsRefusedByTheDatabase() throws Exception {
        HttpResponse<byte[]> answer = send(request("/api/projects/shop/query")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"DELETE FROM orders\"}"))
                .build());

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(json(answer).path("code").asText()).isEqualTo("SQL_FAILED");
        assertThat(SERVER.sql("http_shop", "SELECT count(*) FROM orders")).isEqualTo("20000");
    }
}
