package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.BackupRequest;
import io.codeb.server.Office.Said;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server knows that begins where another one has died: its state is a copy, made while that one is at work. */
@Timeout(60)
class RestartTest {
    private static final String BACKUPS = "/api/projects/shop/backups";

    @TempDir
    Path directory;

    private Office office;
    private String all;
    private final List<CodebServer> begun = new ArrayList<>();

    @BeforeEach
    void open() {
        office = new Office(directory);
        all = office.token(Role.ADMINISTER, "*");
    }

    @AfterEach
    void close() {
        office.letters.letGo.countDown();
        begun.forEach(CodebServer::close);
        office.close();
    }

    private Said backUp(String key) {
        return office.send(asked(office.server.uri() + BACKUPS, key, "{}"));
    }

    private HttpRequest asked(String uri, String key, String body) {
        return HttpRequest.newBuilder(URI.create(uri))
                .header("Authorization", "Bearer " + all)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private void restart(String... damaged) throws IOException {
        Path state = Files.createDirectory(directory.resolve("copy"));
        try (Stream<Path> files = Files.walk(office.state)) {
            for (Path file : files.filter(each -> !each.equals(office.state)).toList()) {
                Files.copy(file, state.resolve(office.state.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Files.setPosixFilePermissions(state, Files.getPosixFilePermissions(office.state));
        for (String id : damaged) {
            Files.writeString(state.resolve("operations/" + id + ".json"), "{\"view\": {\"id\": \"" + id);
        }
        begun.add(CodebServer.builder(office.codeb, state)
                .serve(BackupRequest.of("shop"))
                .address("127.0.0.1", 0)
                .start());
    }

    private URI uri() {
        return begun.get(0).uri();
    }

    private HttpResponse<String> sent(HttpRequest request) throws Exception {
        return office.client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    private JsonNode get(String path) throws Exception {
        return new JsonMapper()
                .readTree(sent(HttpRequest.newBuilder(URI.create(uri() + path))
                                .header("Authorization", "Bearer " + all)
                                .build())
                        .body());
    }

    @Test
    void whatWasDoneIsKnownAndWhatWasNotHasFailed() throws Exception {
        Said first = office.ended(backUp("one"), all);
        office.letters.texts.put("shop", "long".repeat(1_000));
        office.letters.held = 2_000;
        Said cut = backUp("two");
        office.letters.waiting.await();

        restart();

        assertThat(get("/api/operations/" + first.text("/id"))).isEqualTo(first.json());
        JsonNode died = get("/api/operations/" + cut.text("/id"));
        assertThat(died.at("/state").asText()).isEqualTo("FAILED");
        assertThat(died.at("/problem/code").asText()).isEqualTo("STOPPING");
        assertThat(get("/api/operations").findValuesAsText("kind")).isEqualTo(List.of("backup", "backup"));
        String events = sent(HttpRequest.newBuilder(
                                URI.create(uri() + "/api/operations/" + first.text("/id") + "/events"))
                        .header("Authorization", "Bearer " + all)
                        .build())
                .body();
        assertThat(events).contains("event: end").contains("\"state\":\"DONE\"");
    }

    @Test
    void aRequestThatIsSentAgainAfterwardsBeginsNothing() throws Exception {
        Said first = office.ended(backUp("one"), all);

        restart();

        HttpResponse<String> again = sent(asked(uri() + BACKUPS, "one", "{}"));
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(new JsonMapper().readTree(again.body()).at("/id").asText()).isEqualTo(first.text("/id"));
        HttpResponse<String> another = sent(asked(uri() + BACKUPS, "one", "{\"schemaOnly\": true}"));
        assertThat(another.statusCode()).isEqualTo(409);
        assertThat(another.body()).contains("IDEMPOTENCY_CONFLICT");
        assertThat(office.codeb.catalog().list("shop")).hasSize(1);
    }

    @Test
    void whatIsDamagedIsPassedOver() throws Exception {
        Said first = office.ended(backUp("one"), all);
        Said other = office.ended(backUp("two"), all);

        restart(first.text("/id"));

        assertThat(get("/api/operations").findValuesAsText("state")).containsExactly("DONE");
        assertThat(get("/api/operations/" + other.text("/id"))).isEqualTo(other.json());
    }
}
