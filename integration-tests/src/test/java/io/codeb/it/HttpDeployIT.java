package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.BackupRequest;
import io.codeb.config.Configuration;
import io.codeb.deploy.Application;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployService;
import io.codeb.server.ApiTokens;
import io.codeb.server.CodebServer;
import io.codeb.server.Role;
import io.codeb.server.TokenRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Keys;

/** An application is deployed, and brought back, by those who have a token of a configured server and nothing else. */
@Timeout(180)
class HttpDeployIT extends DeployedApplication {
    private static final String DEPLOY = "/api/projects/" + PROJECT + "/deploy";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ConfiguredApplication configured;
    private CodebServer http;
    private String token;

    @BeforeEach
    void serveAndDeployTheFirstVersion() throws Exception {
        put("password", PostgresServer.PASSWORD);
        put("codeb.json", """
                {
                  "repositories": {"default": {"at": "%s"}},
                  "projects": {"%s": {
                    "database": {
                      "container": "%s", "runtime": {"id": "podman", "endpoint": "unix://%s"},
                      "name": "%s", "user": "%s", "password": {"file": "password"}},
                    "deployment": {
                      "port": 8080, "route": "route", "git": "%s", "memory": 256,
                      "environment": {"PGHOST": "%s", "PGUSER": "%s", "PGDATABASE": "%s"},
                      "secrets": {"PGPASSWORD": {"file": "password"}},
                      "health": "/cgi-bin/health", "within": "10s", "drain": "0s", "keepReleases": 5,
                      "migration": {"sql": "migrations"}}}}
                }
                """.formatted(
                        directory.resolve("repository"),
                        PROJECT,
                        server.container().getContainerId(),
                        PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                        database,
                        PostgresServer.USER,
                        work(),
                        address(codeb),
                        PostgresServer.USER,
                        database));
        configured = ConfiguredApplication.of(Configuration.read(directory.resolve("codeb.json"))
                .project(PROJECT)
                .orElseThrow());
        token = ApiTokens.in(directory.resolve("state"))
                .create(TokenRequest.of("a test").may(Role.ADMINISTER, PROJECT))
                .secret();
        http = CodebServer.builder(codeb, directory.resolve("state"))
                .serve(BackupRequest.of(PROJECT))
                .deployments(DeployService.of(codeb))
                .application(configured)
                .address("127.0.0.1", 0)
                .start();
        put(
                "migrations/1_users.sql",
                "CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10)");
        version("v1", "id");
        JsonNode first = ended(post(DEPLOY, "{\"branch\": \"main\"}"));
        assertThat(first.path("state").asText()).as(first.toString()).isEqualTo("DONE");
        visitors.begin();
        visitors.await("v1 10");
    }

    @AfterEach
    void stopServing() {
        http.close();
    }

    @Override
    String page() {
        return "/cgi-bin/app";
    }

    @Override
    Application application() {
        return configured.application(request -> request);
    }

    /** A version that says its number and how many users there are, and is well where they have the column. */
    private void version(String version, String column) throws IOException, GitAPIException {
        put(
                "work/Containerfile",
                "FROM " + IMAGES + "/postgres-busybox:15\nCOPY --chmod=755 www /www\nENTRYPOINT []\n"
                        + "STOPSIGNAL SIGKILL\n" // what runs there alone does not hear SIGTERM
                        + "CMD [\"busybox\", \"httpd\", \"-f\", \"-p\", \"8080\", \"-h\", \"/www\"]\n");
        put(
                "work/www/cgi-bin/app",
                "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\necho \"" + version
                        + " $(psql -XAtqc 'SELECT count(*) FROM users' 2>&1)\"\n");
        put(
                "work/www/cgi-bin/health",
                "#!/bin/sh\npsql -XAtqc 'SELECT " + column + " FROM users LIMIT 1' >/dev/null 2>&1"
                        + " && echo 'Status: 200 OK' || echo 'Status: 503 Ill'\necho\n");
        commit(version);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(http.uri().resolve(URI.create(path)))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest request, int status) throws Exception {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send(request(path).build(), 200));
    }

    /** The operation that is begun. */
    private JsonNode post(String path, String json) throws Exception {
        return JSON.readTree(send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                202));
    }

    private JsonNode ended(JsonNode operation) throws Exception {
        return get("/api/operations/" + operation.path("id").asText() + "?wait=60");
    }

    /** All that happens, as it happens, until the end. */
    private String events(JsonNode operation) throws Exception {
        return send(
                request("/api/operations/" + operation.path("id").asText() + "/events")
                        .build(),
                200);
    }

    private String releases() throws Exception {
        return get("/api/projects/" + PROJECT + "/releases").path("releases").toString();
    }

    private void assertThatTheFirstVersionServesAsBefore(String content, String releases) throws Exception {
        visitors.awaitMore();
        assertThat(visitors.answers()).containsExactly("v1 10");
        assertThat(server.content(database)).isEqualTo(content);
        assertThat(releases()).isEqualTo(releases);
        assertThat(containers()).hasSize(1);
    }

    @Test
    void theDumpIsRestoredFirstAndTheNewVersionServesWhatIsInIt() throws Exception {
        server.sql(database, "INSERT INTO users SELECT generate_series(11, 25)");
        String backup = ended(post("/api/projects/" + PROJECT + "/backups", "{}"))
                .at("/result/backup/ref")
                .asText();
        server.sql(database, "DELETE FROM users WHERE id > 12");
        version("v2", "id");

        JsonNode begun = post(
                DEPLOY, "{\"branch\": \"main\", \"dbBackup\": \"" + backup + "\", \"confirm\": \"" + PROJECT + "\"}");
        String events = events(begun);

        assertThat(events)
                .containsSubsequence(
                        "\"stage\":\"BUILD\"",
                        "event: line\ndata: {\"text\":\"STEP 1/",
                        "\"stage\":\"START\"",
                        "\"stage\":\"BACKUP\"",
                        "\"stage\":\"RESTORE\"",
                        "\"stage\":\"PROBE\"",
                        "\"stage\":\"SWITCH\"",
                        "\"stage\":\"FINISH\"",
                        "event: end");
        visitors.await("v2 25");
        JsonNode done = get("/api/operations/" + begun.path("id").asText());
        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("DONE");
        assertThat(done.at("/result/restored").asText()).isEqualTo(backup);
        assertThat(containers())
                .containsExactly(done.at("/result/release/container").asText());
        assertThat(server.sql(done.at("/result/replaced/keptAs").asText(), "SELECT count(*) FROM users"))
                .isEqualTo("12");
        assertThat(get("/api/projects/" + PROJECT + "/releases").findValuesAsText("serves"))
                .containsExactly("false", "true");
    }

    @Test
    void whatFailsIsRolledBackAndTold() throws Exception {
        String content = server.content(database);
        String releases = releases();
        put("migrations/2_half.sql", "ALTER TABLE users ADD mail text; DELETE FROM users; SELECT * FROM nowhere");
        version("v2", "mail");

        JsonNode half = ended(post(DEPLOY, "{\"branch\": \"main\"}"));

        assertThat(half.path("state").asText()).as(half.toString()).isEqualTo("FAILED");
        assertThat(half.at("/problem/code").asText()).isEqualTo("MIGRATION_FAILED");
        assertThat(half.at("/problem/detail").asText()).contains("2_half.sql", "nowhere");
        assertThatTheFirstVersionServesAsBefore(content, releases);

        put("migrations/2_half.sql", "ALTER TABLE users ADD phone text");
        JsonNode begun = post(DEPLOY, "{\"branch\": \"main\"}");
        String events = events(begun);
        JsonNode ill = get("/api/operations/" + begun.path("id").asText());

        assertThat(ill.path("state").asText()).as(ill.toString()).isEqualTo("FAILED");
        assertThat(ill.at("/problem/code").asText()).isEqualTo("PROBE_FAILED");
        assertThat(ill.at("/problem/detail").asText()).contains("/cgi-bin/health", "rolled back", "undone");
        assertThat(events)
                .containsSubsequence(
                        "\"stage\":\"MIGRATE\"",
                        "\"stage\":\"PROBE\"",
                        "\"stage\":\"UNDO\"",
                        "\"stage\":\"ROLL_BACK\"",
                        "event: end");
        assertThatTheFirstVersionServesAsBefore(content, releases);
    }

    @Test
    void aReleaseIsBroughtBackOnThePage() throws Exception {
        put("migrations/2_mail.sql", "ALTER TABLE users ADD mail text; INSERT INTO users VALUES (11)");
        version("v2", "mail");
        JsonNode second = ended(post(DEPLOY, "{\"branch\": \"main\"}"));
        assertThat(second.path("state").asText()).as(second.toString()).isEqualTo("DONE");
        visitors.await("v2 11");

        try (Browser browser = Browser.start()) {
            browser.size(1280, 900);
            browser.open(http.uri().resolve("/"));
            browser.sees("Token");
            browser.type("token", token);
            browser.press(Keys.ENTER);
            browser.sees("Projects", "Log out");
            browser.run("location.hash = arguments[0]", "#/projects/" + PROJECT + "/releases");
            browser.sees("2_mail.sql", "serves now");
            for (int width : new int[] {1280, 800, 360}) {
                browser.size(width, 900);
                assertThat(browser.hasTooWideTables() || browser.isTooWide())
                        .as("at " + width)
                        .isFalse();
            }
            browser.click("Bring back…");
            browser.sees("Bring back release 1?");
            assertThat(browser.offers("Bring it back")).isFalse();
            browser.type("confirm", PROJECT);
            browser.click("Bring it back");
            browser.sees("Succeeded", "Release");
            browser.assertNothingWasRefused();
        }

        assertThat(server.sql(database, "SELECT count(*), max(id) FROM users")).isEqualTo("10|10");
        assertThat(server.sql(database, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'users'"))
                .isEqualTo("1");
        visitors.awaitMore();
        // Each version serves for a moment on what the other has made of the database.
        assertThat(visitors.answers()).contains("v1 10", "v2 11").isSubsetOf("v1 10", "v1 11", "v2 10", "v2 11");
        assertThat(get("/api/projects/" + PROJECT + "/releases").findValuesAsText("serves"))
                .containsExactly("false", "false", "true");
    }
}
