package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.server.Office.Said;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments over HTTP, of a real Git repository, on a runtime without containers. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class DeploymentsTest {
    private static final String DEPLOY = "/api/projects/shop/deploy";
    private static final String ROLL_BACK = "/api/projects/shop/rollback";

    @TempDir
    Path directory;

    private Office office;
    private String deployer;

    @BeforeEach
    void open() throws GitAPIException, IOException {
        Office.commit(directory);
        office = new Office(directory);
        deployer = office.token(Role.DEPLOY, "shop");
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Said deployed(String body) {
        return office.ended(office.post(DEPLOY, deployer, body), deployer);
    }

    private static void isProblem(Said said, int status, String code) {
        assertThat(said.text("/code")).as(said.json().toString()).isEqualTo(code);
        assertThat(said.status()).isEqualTo(status);
    }

    private Said releases() {
        return office.get("/api/projects/shop/releases", deployer);
    }

    @Test
    void aCommitIsBuiltAndServesAndItsStepsAreSent() {
        Said begun = office.post(DEPLOY, deployer, "{\"branch\": \"main\"}");
        assertThat(begun.status()).as(begun.json().toString()).isEqualTo(202);

        Said done = office.ended(begun, deployer);

        assertThat(done.text("/state")).as(done.json().toString()).isEqualTo("DONE");
        assertThat(done.text("/kind")).isEqualTo("deploy");
        assertThat(done.json().at("/result/release/number").asInt()).isEqualTo(1);
        assertThat(done.text("/result/release/commit")).hasSize(40);
        assertThat(done.text("/result/release/backup")).startsWith("default/shop/");
        String events = new String(
                office.get(begun.response().headers().firstValue("Location").orElseThrow() + "/events", deployer)
                        .response()
                        .body(),
                UTF_8);
        assertThat(events)
                .containsSubsequence(
                        "\"stage\":\"BUILD\"",
                        "event: line\ndata: {\"text\":\"STEP 1/1: FROM scratch\"}",
                        "\"stage\":\"START\"",
                        "\"stage\":\"BACKUP\"",
                        "\"stage\":\"SWITCH\"",
                        "\"stage\":\"FINISH\"",
                        "event: end");
        assertThat(office.harbour.names()).containsExactly(done.text("/result/release/container"));
        Said listed = releases();
        assertThat(listed.json().at("/releases/0/serves").asBoolean()).isTrue();
        assertThat(listed.json().at("/releases/0/reachable").asBoolean()).isTrue();
        assertThat(listed.json().at("/releases/0/obstacle").isNull()).isTrue();
    }

    @Test
    void aReleaseIsBroughtBackByWhoMeansIt() {
        Said first = deployed("{}");
        assertThat(deployed("{\"noBackup\": true}").text("/state")).isEqualTo("DONE");

        isProblem(office.post(ROLL_BACK, deployer, "{\"release\": 1}"), 409, "CONFIRMATION_MISSING");
        isProblem(office.post(ROLL_BACK, deployer, "{\"release\": 9, \"confirm\": \"shop\"}"), 404, "NOT_FOUND");
        Said back = office.ended(office.post(ROLL_BACK, deployer, "{\"release\": 1, \"confirm\": \"shop\"}"), deployer);

        assertThat(back.text("/state")).as(back.json().toString()).isEqualTo("DONE");
        assertThat(back.json().at("/result/release/broughtBack").asInt()).isEqualTo(1);
        assertThat(back.text("/result/release/image")).isEqualTo(first.text("/result/release/image"));
        Said alone =
                office.ended(office.post(ROLL_BACK, deployer, "{\"release\": 2, \"versionAlone\": true}"), deployer);
        assertThat(alone.json().at("/result/release/broughtBack").asInt()).isEqualTo(2);
        assertThat(releases().json().findValuesAsText("serves")).containsExactly("false", "false", "false", "true");
    }

    @Test
    void whoMayNotIsRefused() {
        for (Role role : new Role[] {Role.LOOK, Role.BACK_UP, Role.RESTORE}) {
            String token = office.token(role, "shop");
            isProblem(office.post(DEPLOY, token, "{}"), 403, "FORBIDDEN");
            isProblem(office.post(ROLL_BACK, token, "{\"release\": 1, \"confirm\": \"shop\"}"), 403, "FORBIDDEN");
        }
        isProblem(office.post("/api/projects/blog/deploy", deployer, "{}"), 403, "FORBIDDEN");
        String backup = office.backUp(office.token(Role.BACK_UP, "shop"));
        String restoring = "{\"dbBackup\": \"" + backup + "\"";
        isProblem(office.post(DEPLOY, deployer, restoring + ", \"confirm\": \"shop\"}"), 403, "FORBIDDEN");
        String both = office.tokens
                .create(TokenRequest.of("a test").may(Role.DEPLOY, "shop").may(Role.RESTORE, "shop"))
                .secret();
        isProblem(office.post(DEPLOY, both, restoring + "}"), 409, "CONFIRMATION_MISSING");
        isProblem(office.post(DEPLOY, both, restoring + ", \"confirm\": \"blog\"}"), 409, "CONFIRMATION_MISSING");

        assertThat(office.harbour.names()).isEmpty();
        assertThat(office.get("/api/operations", deployer).json().findValuesAsText("kind"))
                .containsExactly("backup");
    }

    @Test
    void onlyWhatTheConfigurationNamesIsDeployed() {
        String all = office.token(Role.ADMINISTER, "*");

        isProblem(office.post("/api/projects/blog/deploy", all, "{}"), 422, "CONFIG_INVALID");
        isProblem(
                office.post("/api/projects/blog/rollback", all, "{\"release\": 1, \"confirm\": \"blog\"}"),
                422,
                "CONFIG_INVALID");
        isProblem(office.post("/api/projects/nowhere/deploy", all, "{}"), 404, "NOT_FOUND");
        isProblem(office.get("/api/projects/nowhere/releases", all), 404, "NOT_FOUND");
        assertThat(office.get("/api/projects/blog/releases", all)
                        .json()
                        .at("/releases")
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"repository": "https://evil.example.org/x.git"}
            {"branch": "main", "tag": "v1"}
            {"branch": "../../../etc/passwd"}
            {"branch": "-upload-pack=x"}
            {"tag": "a..b"}
            {"commit": "main"}
            {"branch": ""}
            {"dbBackup": "/etc/passwd", "confirm": "shop"}
            {"dbBackup": "../other/backup", "confirm": "shop"}
            {"dbBackup": "file:///etc/passwd", "confirm": "shop"}
            {"dbBackup": "https://example.org/x.sql", "confirm": "shop"}
            {"dbBackupUrl": "/etc/passwd", "confirm": "shop"}
            {"dbBackupUrl": " FILE:///etc/passwd", "confirm": "shop"}
            {"dbBackupUrl": "http://example.org/x.sql", "confirm": "shop"}
            {"dbBackupUrl": "https://me:word@example.org/x.sql", "confirm": "shop"}
            {"dbBackupUrl": "https:///etc/passwd", "confirm": "shop"}
            {"dbBackupUrl": "s3://bucket/x.sql", "confirm": "shop"}
            {"dbBackupUrl": "s3://b/x?endpoint=http://169.254.169.254", "confirm": "shop", "dbBackupSecrets": {"access-key": "a", "secret-key": "b"}}
            {"dbBackupUrl": "https://example.org/x", "confirm": "shop", "dbBackupSecrets": {"password": "a"}}
            {"dbBackupUrl": "https://example.org/x", "confirm": "shop", "dbBackupSecrets": {"token": null}}
            {"dbBackupUrl": "https://example.org/x", "confirm": "shop", "dbBackupSha256": "abc"}
            {"dbBackupUrl": "https://example.org/x", "confirm": "shop", "dbBackupAtMostBytes": 0}
            {"dbBackupUrl": "https://example.org/x", "confirm": "shop", "dbBackup": "20260102T030405Z-k3f7q2x7"}
            {"dbBackupSha256": "abc"}
            {"losingAtMost": 1}
            {"rehearse": true, "losingAtMost": -1}
            {"rehearse": true, "blockingAtMostMs": -1}
            """)
    void whatIsAskedBesideThatIsRefusedBeforeAnythingIsDone(String body) {
        String all = office.token(Role.ADMINISTER, "*");

        Said said = office.post(DEPLOY, all, body);

        isProblem(said, 400, "REQUEST_INVALID");
        assertThat(said.text("/detail")).doesNotContain("word@");
        assertThat(office.get("/api/operations", all).json().at("/operations").size())
                .isZero();
    }

    @Test
    void twoAtOnceAreOne() throws InterruptedException {
        assertThat(deployed("{}").text("/state")).isEqualTo("DONE");
        office.harbour.held = true;
        Said first = begin("{\"branch\": \"main\"}", "the first");
        office.harbour.waiting.await();

        isProblem(office.post(DEPLOY, deployer, "{}"), 409, "LOCKED");
        isProblem(office.post(ROLL_BACK, deployer, "{\"release\": 1, \"versionAlone\": true}"), 409, "LOCKED");
        assertThat(begin("{\"branch\": \"main\"}", "the first").text("/id")).isEqualTo(first.text("/id"));

        office.harbour.letGo.countDown();
        assertThat(office.ended(first, deployer).text("/state")).isEqualTo("DONE");
        assertThat(office.get("/api/operations", deployer).json().findValuesAsText("kind"))
                .containsExactly("deploy", "deploy");
        assertThat(deployed("{}").text("/state")).isEqualTo("DONE");
    }

    /** Of the server, which knows nothing of whoever deploys beside it. */
    @Test
    void whileSomebodyElseDeploysNothingIsDone() throws Exception {
        office.harbour.held = true;
        Thread somebody = new Thread(() -> office.deployElsewhere(directory), "somebody else");
        somebody.start();
        office.harbour.waiting.await();

        Said second = deployed("{}");
        assertThat(second.text("/state")).isEqualTo("FAILED");
        assertThat(second.text("/problem/code")).isEqualTo("LOCKED");

        office.harbour.letGo.countDown();
        somebody.join();
        assertThat(office.harbour.names()).hasSize(1);
    }

    private Said begin(String body, String key) {
        return office.send(office.request(DEPLOY, deployer)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void whoCancelsGetsAllOfItUndone() throws InterruptedException {
        office.harbour.held = true;
        Said begun = office.post(DEPLOY, deployer, "{}");
        office.harbour.waiting.await();
        String operation = "/api/operations/" + begun.text("/id");
        isProblem(office.delete(operation, office.token(Role.RESTORE, "shop")), 403, "FORBIDDEN");

        assertThat(office.delete(operation, deployer).status()).isEqualTo(202);

        Said ended = office.ended(begun, deployer);
        assertThat(ended.text("/state")).as(ended.json().toString()).isEqualTo("CANCELLED");
        assertThat(office.harbour.names()).isEmpty();
        assertThat(releases().json().at("/releases").size()).isZero();
    }

    @Test
    void whatCannotBeBuiltIsToldAndTheOldVersionServes() throws IOException {
        Said first = deployed("{}");
        office.harbour.broken = true;

        Said failed = office.ended(begin("{\"branch\": \"main\"}", "once"), deployer);

        assertThat(failed.text("/state")).isEqualTo("FAILED");
        assertThat(failed.text("/problem/code")).isEqualTo("IMAGE_NOT_BUILT");
        assertThat(failed.text("/problem/detail")).contains("was undone");
        assertThat(office.harbour.names()).containsExactly(first.text("/result/release/container"));
        assertThat(deployed("{\"branch\": \"nowhere\"}").text("/problem/code")).isEqualTo("SOURCE_NOT_FOUND");
        assertThat(Files.readString(office.state.resolve("audit.log")))
                .contains("/api/projects/{name}/deploy", failed.text("/id"));
    }

    @Test
    void aSecretOfARequestIsNotedNowhere() throws IOException {
        String all = office.token(Role.ADMINISTER, "*");

        Said said = office.ended(
                office.post(
                        DEPLOY,
                        all,
                        "{\"dbBackupUrl\": \"https://127.0.0.1:1/canary-path\", \"confirm\": \"shop\","
                                + " \"dbBackupSecrets\": {\"token\": \"canary-token\"}}"),
                all);

        assertThat(said.text("/state")).isEqualTo("FAILED");
        assertThat(said.text("/problem/code")).isEqualTo("SOURCE_DENIED");
        assertThat(said.json().toString()).doesNotContain("canary");
        assertThat(Files.readString(office.state.resolve("audit.log"))).doesNotContain("canary");
        assertThat(office.harbour.names()).isEmpty();
    }
}
