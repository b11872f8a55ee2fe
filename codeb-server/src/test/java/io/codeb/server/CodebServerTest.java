package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.codeb.Journal;
import io.codeb.error.ConfigException;
import io.codeb.server.Office.Said;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked, and what is answered. */
class CodebServerTest {
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

    private static void isProblem(Said said, int status, String code) {
        assertThat(said.text("/code")).as(said.json().toString()).isEqualTo(code);
        assertThat(said.status()).isEqualTo(status);
        assertThat(said.text("/type")).isEqualTo("urn:codeb:problem:" + code);
        assertThat(said.json().get("status").asInt()).isEqualTo(status);
        assertThat(said.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void whetherItRunsIsToldToEverybody() {
        assertThat(office.get("/api/health/live", "").text("/status")).isEqualTo("UP");
        assertThat(office.get("/api/health/ready", "").text("/status")).isEqualTo("UP");
    }

    /** Each path of the description, as an example has it. */
    private List<HttpRequest> each(JsonNode openApi, boolean secured) {
        List<HttpRequest> requests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : openApi.get("paths").properties()) {
            String example = path.getKey().replace("{name}", "shop").replace("{id}", "20260102T030405Z-abcdefgh");
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getValue().has("security") == secured) {
                    requests.add(office.request(example, "")
                            .method(
                                    method.getKey().toUpperCase(java.util.Locale.ROOT),
                                    HttpRequest.BodyPublishers.noBody())
                            .build());
                }
            }
        }
        return requests;
    }

    @Test
    void withoutATokenNothingElseIsTold() {
        List<HttpRequest> secured = each(office.get("/api/openapi.json", "").json(), true);

        assertThat(secured).hasSizeGreaterThan(20);
        for (HttpRequest request : secured) {
            Said said = office.send(request);
            isProblem(said, 401, "UNAUTHENTICATED");
            assertThat(said.response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        assertThat(each(office.get("/api/openapi.json", "").json(), false)).hasSize(5);
    }

    @Test
    void aTokenOfAnotherProjectIsRefused() {
        String blog = office.token(Role.ADMINISTER, "blog");

        isProblem(office.get("/api/projects/shop", blog), 403, "FORBIDDEN");
        isProblem(office.get("/api/projects/nowhere", blog), 403, "FORBIDDEN");
        isProblem(office.post("/api/projects/shop/backups", blog, ""), 403, "FORBIDDEN");
        assertThat(office.get("/api/projects", blog).json().findValuesAsText("project"))
                .containsExactly("blog");
    }

    @Test
    void aRoleIsNotAnother() {
        String look = office.token(Role.LOOK, "shop");
        String backUp = office.token(Role.BACK_UP, "shop");
        String id = office.backUp(all);

        assertThat(office.get("/api/projects/shop/backups", look).status()).isEqualTo(200);
        isProblem(office.post("/api/projects/shop/backups", look, ""), 403, "FORBIDDEN");
        isProblem(office.delete("/api/projects/shop/backups/" + id, backUp), 403, "FORBIDDEN");
        isProblem(office.post("/api/projects/shop/query", look, "{\"sql\": \"x\", \"write\": true}"), 403, "FORBIDDEN");
        assertThat(office.letters.texts).containsEntry("shop", "first");
    }

    @Test
    void aTokenThatWasRevokedIsWorthNothing() {
        CreatedToken token = office.tokens.create(TokenRequest.of("for a day").may(Role.LOOK, "shop"));
        assertThat(office.get("/api/projects/shop", token.secret()).status()).isEqualTo(200);

        assertThat(office.tokens.revoke(token.token().id())).isTrue();

        isProblem(office.get("/api/projects/shop", token.secret()), 401, "UNAUTHENTICATED");
    }

    @Test
    void whoShowsWrongTokensInARowIsNotListenedTo() {
        for (int i = 0; i < 10; i++) {
            isProblem(office.get("/api/projects", "codeb_wrong_" + i), 401, "UNAUTHENTICATED");
        }

        Said said = office.get("/api/projects", all);

        isProblem(said, 429, "TOO_MANY_REQUESTS");
        assertThat(said.response().headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 61L);
        assertThat(office.get("/api/health/live", "").status()).isEqualTo(200);
    }

    @Test
    void aPageLogsInWithATokenAndKeepsACookieInstead() {
        Said wrong = office.post("/api/session", "", "{\"token\": \"codeb_wrong\"}");
        isProblem(wrong, 401, "UNAUTHENTICATED");
        Said in = office.post("/api/session", "", "{\"token\": \"" + all + "\"}");
        String set = in.response().headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly", "SameSite=Strict", "Path=/").doesNotContain(all);
        String cookie = set.substring(0, set.indexOf(';'));

        assertThat(withCookie("GET", "/api/session", cookie, "").text("/name")).isEqualTo("a test");
        isProblem(withCookie("POST", "/api/projects/shop/backups", cookie, ""), 403, "FORBIDDEN");
        isProblem(withCookie("POST", "/api/projects/shop/backups", cookie, "text/plain"), 403, "FORBIDDEN");
        assertThat(withCookie("POST", "/api/projects/shop/backups", cookie, "application/json")
                        .status())
                .isEqualTo(202);
        assertThat(withCookie("DELETE", "/api/session", cookie, "application/json")
                        .status())
                .isEqualTo(204);
        isProblem(withCookie("GET", "/api/session", cookie, ""), 401, "UNAUTHENTICATED");
    }

    private Said withCookie(String method, String path, String cookie, String type) {
        HttpRequest.Builder request =
                office.request(path, "").header("Cookie", cookie).method(method, HttpRequest.BodyPublishers.noBody());
        return office.send((type.isEmpty() ? request : request.header("Content-Type", type)).build());
    }

    @Test
    void aSessionEndsWithItsToken() {
        CreatedToken token = office.tokens.create(TokenRequest.of("for a day").may(Role.LOOK, "shop"));
        Said in = office.post("/api/session", "", "{\"token\": \"" + token.secret() + "\"}");
        String set = in.response().headers().firstValue("Set-Cookie").orElseThrow();
        office.tokens.revoke(token.token().id());

        isProblem(withCookie("GET", "/api/session", set.substring(0, set.indexOf(';')), ""), 401, "UNAUTHENTICATED");
    }

    @Test
    void aPageFromElsewhereIsRefused() {
        Said said = office.send(office.request("/api/projects", all)
                .header("Origin", "https://evil.example")
                .build());

        isProblem(said, 403, "FORBIDDEN");
        assertThat(office.send(office.request("/api/projects", all)
                                .header("Origin", office.server.uri().toString())
                                .build())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatIsNotThereIsAProblem() {
        isProblem(office.get("/api/nothing", all), 404, "NOT_FOUND");
        isProblem(office.get("/api/projects/nowhere", all), 404, "NOT_FOUND");
        isProblem(office.get("/api/projects/shop/backups/x", all), 404, "NOT_FOUND");
        isProblem(office.get("/api/projects/shop/backups/20260102T030405Z-abcdefgh", all), 404, "BACKUP_NOT_FOUND");
        isProblem(office.get("/api/operations/0", all), 404, "NOT_FOUND");
        Said said = office.delete("/api/projects", all);
        isProblem(said, 405, "METHOD_NOT_ALLOWED");
        assertThat(said.response().headers().firstValue("Allow")).hasValue("GET");
    }

    @Test
    void whatARouteDoesNotTakeIsRefused() {
        isProblem(office.get("/api/projects?a=b", all), 400, "REQUEST_INVALID");
        isProblem(office.get("/api/projects/shop/backups?limit=0", all), 400, "REQUEST_INVALID");
        isProblem(office.get("/api/projects/shop/backups?limit=1&limit=2", all), 400, "REQUEST_INVALID");
        isProblem(office.post("/api/projects/shop/query", all, "{}"), 400, "REQUEST_INVALID");
        isProblem(office.post("/api/projects/shop/query", all, "{\"sql\": 7}"), 400, "REQUEST_INVALID");
        isProblem(office.post("/api/projects/shop/query", all, "{\"sql\": \"a\", \"b\": 1}"), 400, "REQUEST_INVALID");
        isProblem(office.post("/api/projects/shop/backups", all, "{\"tables\": [null]}"), 400, "REQUEST_INVALID");
        isProblem(
                office.post("/api/projects/shop/query", all, "{\"sql\": \"" + "a".repeat(70_000) + "\"}"),
                413,
                "BODY_TOO_LARGE");
        isProblem(
                office.send(office.request("/api/projects/shop/query", all)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"a\"}"))
                        .build()),
                415,
                "TYPE_UNSUPPORTED");
    }

    @Test
    void aDatabaseIsAskedAndWrittenByWhoMay() {
        String query = "{\"sql\": \"second\"}";
        assertThat(office.post("/api/projects/shop/query", all, query).text("/rows/0/0"))
                .isEqualTo("first");
        String write = "{\"sql\": \"second\", \"write\": true}";
        assertThat(office.post("/api/projects/shop/query", all, write).text("/rows/0/0"))
                .isEqualTo("second");
        assertThat(office.get("/api/projects/shop/tables", all).text("/tables/0/name"))
                .isEqualTo("letters");
    }

    @Test
    void aBackupIsMadeFoundPinnedVerifiedAndDeleted() {
        Said begun = office.post("/api/projects/shop/backups", all, "{\"labels\": {\"why\": \"test\"}}");
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.response().headers().firstValue("Location")).hasValue("/api/operations/" + begun.text("/id"));
        Said ended = office.ended(begun, all);
        assertThat(ended.text("/state")).as(ended.json().toString()).isEqualTo("DONE");
        String id = ended.text("/result/backup/id");
        String path = "/api/projects/shop/backups/" + id;

        assertThat(office.get("/api/projects/shop/backups", all).text("/backups/0/labels/why"))
                .isEqualTo("test");
        assertThat(office.get("/api/projects/shop", all).text("/status/lastBackup"))
                .isEqualTo(id);
        assertThat(office.send(office.request(path + "/pin", all)
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString("{\"reason\": \"the move\"}"))
                                .build())
                        .text("/reason"))
                .isEqualTo("the move");
        isProblem(office.delete(path, all), 409, "BACKUP_PINNED");
        assertThat(office.delete(path + "/pin", all).status()).isEqualTo(204);
        assertThat(office.ended(office.post(path + "/verify", all, ""), all).text("/result/ok"))
                .isEqualTo("true");
        assertThat(office.get(path, all).text("/backup/id")).isEqualTo(id);
        assertThat(office.delete(path, all).status()).isEqualTo(204);
        isProblem(office.get(path, all), 404, "BACKUP_NOT_FOUND");
    }

    @Test
    void backupsComeInPages() {
        List<String> made = new ArrayList<>(List.of(office.backUp(all), office.backUp(all), office.backUp(all)));
        made.sort(java.util.Comparator.reverseOrder());

        Said first = office.get("/api/projects/shop/backups?limit=2", all);
        Said second = office.get("/api/projects/shop/backups?limit=2&after=" + first.text("/next"), all);

        List<String> seen = new ArrayList<>();
        first.json().get("backups").forEach(backup -> seen.add(backup.get("id").asText()));
        second.json().get("backups").forEach(backup -> seen.add(backup.get("id").asText()));
        assertThat(seen).isEqualTo(made);
        assertThat(second.json().get("next").isNull()).isTrue();
    }

    @Test
    void theSameRequestFindsTheOperationThatItHasBegun() {
        String first = once("{}", "one").text("/id");

        assertThat(once("{}", "one").text("/id")).isEqualTo(first);
        assertThat(once("{}", "two").text("/id")).isNotEqualTo(first);
        isProblem(once("{\"schemaOnly\": true}", "one"), 409, "IDEMPOTENCY_CONFLICT");
    }

    private Said once(String body, String key) {
        return office.send(office.request("/api/projects/shop/backups", all)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void whatFailsKeepsItsCodeAndHint() {
        office.letters.torn = 0;

        Said ended = office.ended(office.post("/api/projects/shop/backups", all, ""), all);

        assertThat(ended.text("/state")).isEqualTo("FAILED");
        assertThat(ended.text("/problem/code")).isEqualTo("COMMAND_FAILED");
        assertThat(ended.text("/problem/hint")).isEqualTo("mend it");
    }

    @Test
    void anOperationCanBeCancelledByWhoMayBeginIt() throws InterruptedException {
        office.letters.held = 0;
        Said begun = office.post("/api/projects/shop/backups", all, "");
        office.letters.waiting.await();

        isProblem(
                office.delete("/api/operations/" + begun.text("/id"), office.token(Role.LOOK, "shop")),
                403,
                "FORBIDDEN");
        isProblem(
                office.delete("/api/operations/" + begun.text("/id"), office.token(Role.LOOK, "blog")),
                404,
                "NOT_FOUND");
        assertThat(office.delete("/api/operations/" + begun.text("/id"), all).status())
                .isEqualTo(202);

        assertThat(office.ended(begun, all).text("/state")).isEqualTo("CANCELLED");
        assertThat(office.codeb.catalog().list("shop")).isEmpty();
    }

    @Test
    void whatHappensIsSentAsItHappensAndFromWhereItWasCut() throws InterruptedException {
        office.letters.held = 0;
        Said begun = office.post("/api/projects/shop/backups", all, "");
        office.letters.waiting.await();
        office.letters.letGo.countDown();

        String events = text(office.get("/api/operations/" + begun.text("/id") + "/events", all));

        assertThat(events)
                .startsWith("id: 1\nevent: state\ndata: {")
                .contains("event: stage")
                .endsWith("\n\n");
        String last = events.substring(events.lastIndexOf("id: "));
        assertThat(last).contains("event: end").contains("\"state\":\"DONE\"");
        String again = text(office.send(office.request("/api/operations/" + begun.text("/id") + "/events", all)
                .header("Last-Event-ID", "1")
                .build()));
        assertThat(again).isEqualTo(events.substring(events.indexOf("id: 2")));
    }

    private static String text(Said said) {
        return new String(said.response().body(), UTF_8);
    }

    @Test
    void whatHasServedIsListed() {
        try (Journal journal = office.codeb.openJournal("shop", "release-7")) {
            journal.note(Map.of(
                    "number", "7",
                    "container", "codeb-shop-7-01234567",
                    "at", "2026-01-02T03:04:05Z",
                    "commit", "0123456789".repeat(4),
                    "image", "a".repeat(64)));
        }
        try (Journal journal = office.codeb.openJournal("shop", "release-8")) {
            journal.note(Map.of("number", "8"));
        }

        Said said = office.get("/api/projects/shop/releases", office.token(Role.LOOK, "shop"));

        assertThat(said.text("/releases/0/number")).as(said.json().toString()).isEqualTo("7");
        assertThat(said.json().at("/releases/0/backup").isNull()).isTrue();
        assertThat(said.json().at("/releases/1").isMissingNode()).isTrue();
        assertThat(said.text("/unreadable/0/journal")).isEqualTo("release-8");
        assertThat(said.text("/unreadable/0/code")).isEqualTo("CORRUPT");
    }

    @Test
    void operationsAreListedByProject() {
        office.backUp(all);
        office.post("/api/projects/blog/backups", all, "");

        assertThat(office.get("/api/operations", all).json().get("operations")).hasSize(2);
        assertThat(office.get("/api/operations?project=blog", all).json().findValuesAsText("kind"))
                .containsExactly("backup");
        assertThat(office.get("/api/operations", office.token(Role.LOOK, "shop"))
                        .json()
                        .get("operations"))
                .hasSize(1);
    }

    @Test
    void whoWaitsIsAnsweredWhenHisTimeIsOver() throws InterruptedException {
        office.letters.held = 0;
        Said begun = office.post("/api/projects/shop/backups", all, "");
        office.letters.waiting.await();

        assertThat(office.get("/api/operations/" + begun.text("/id") + "?wait=1", all)
                        .text("/state"))
                .isEqualTo("RUNNING");
        isProblem(office.get("/api/operations/" + begun.text("/id") + "?wait=61", all), 400, "REQUEST_INVALID");
    }

    @Test
    void aRestoreIntoWhatIsInUseNeedsTheNameTyped() {
        String id = office.backUp(all);
        office.letters.texts.put("shop", "changed");

        isProblem(restore("backup=" + id), 409, "CONFIRMATION_MISSING");
        isProblem(restore("mode=emptying&backup=" + id + "&confirm=blog"), 409, "CONFIRMATION_MISSING");
        assertThat(office.letters.texts).containsEntry("shop", "changed");
    }

    private Said restore(String query) {
        return office.post("/api/projects/shop/db/restore?" + query, all, "");
    }

    @Test
    void aBackupIsRestoredBesideTheDatabase() {
        String id = office.backUp(all);

        Said ended = office.ended(restore("into=copy&backup=" + id), all);

        assertThat(ended.text("/state")).as(ended.json().toString()).isEqualTo("DONE");
        assertThat(office.letters.texts).containsEntry("copy", "first");
        Said again = office.ended(restore("into=copy&backup=" + id), all);
        assertThat(again.text("/problem/code")).isEqualTo("DATABASE_EXISTS");
    }

    @Test
    void twoRestoresIntoOneDatabaseAtOnceAreOne() throws InterruptedException {
        String id = office.backUp(all);
        office.letters.restoresHeld = true;
        Said first = restore("into=copy&backup=" + id);
        office.letters.waiting.await();

        isProblem(restore("into=copy&backup=" + id), 409, "LOCKED");
        isProblem(restore("into=copy"), 409, "LOCKED");
        Said beside = restore("into=other&backup=" + id);

        office.letters.letGo.countDown();
        assertThat(office.ended(first, all).text("/state")).isEqualTo("DONE");
        assertThat(office.ended(beside, all).text("/state")).isEqualTo("DONE");
        Said again = office.ended(restore("into=copy&mode=replacing&confirm=shop&backup=" + id), all);
        assertThat(again.text("/state")).as(again.json().toString()).isEqualTo("DONE");
        assertThat(office.get("/api/operations", all).json().findValuesAsText("kind"))
                .containsExactly("restore", "restore", "restore", "backup");
    }

    @Test
    void aBackupOfAnotherProjectIsRestoredByWhoMayReadIt() {
        String id = office.backUp(all);
        String blog = office.token(Role.RESTORE, "blog");

        isProblem(
                office.post("/api/projects/blog/db/restore?into=x&backup=default/shop/" + id, blog, ""),
                403,
                "FORBIDDEN");
        assertThat(office.letters.texts).doesNotContainKey("x");
    }

    @Test
    void aTokenWithoutTheRoleReplacesNoOtherDatabaseOfTheServer() {
        String id = office.backUp(all);
        String restore = office.token(Role.RESTORE, "shop");

        isProblem(
                office.post(
                        "/api/projects/shop/db/restore?into=blog&mode=replacing&confirm=shop&backup=" + id,
                        restore,
                        ""),
                403,
                "FORBIDDEN");
        assertThat(office.letters.texts).containsEntry("blog", "other");
    }

    @Test
    void whatWasDoneIsNotedAndWhatWasShownIsNot() throws IOException {
        String blog = office.token(Role.LOOK, "blog");
        office.backUp(all);
        office.get("/api/projects", all);
        office.get("/api/projects/shop", blog);

        List<String> lines = Files.readAllLines(office.state.resolve("audit.log"));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains("\"method\":\"POST\"", "\"project\":\"shop\"", "\"status\":202", "\"address\":\"127.0.0.1\"")
                .contains("\"name\":\"a test\"")
                .doesNotContain(all);
        assertThat(lines.get(1)).contains("\"status\":403", "\"code\":\"FORBIDDEN\"");
        assertThat(Files.getPosixFilePermissions(office.state.resolve("audit.log")))
                .hasSize(2);
    }

    @Test
    void whatWasDoneIsReadInPagesByWhoAdministers() {
        String blog = office.token(Role.ADMINISTER, "blog");
        office.backUp(all);
        office.post("/api/projects/blog/backups", all, "");
        office.post("/api/projects/blog/backups", all, "");

        Said first = office.get("/api/audit?project=blog&limit=1", blog);
        Said second = office.get("/api/audit?project=blog&limit=1&before=" + first.text("/next"), blog);

        assertThat(first.text("/entries/0/project")).isEqualTo("blog");
        assertThat(second.text("/entries/0/project")).isEqualTo("blog");
        assertThat(second.text("/entries/0/operation")).isNotEqualTo(first.text("/entries/0/operation"));
        assertThat(second.json().get("next").isNull()).isTrue();
        isProblem(office.get("/api/audit", blog), 403, "FORBIDDEN");
        assertThat(office.get("/api/audit", all).json().get("entries")).hasSizeGreaterThan(2);
    }

    @Test
    void browsersAreToldWhatTheyMay() {
        for (String path : List.of("/api/health/live", "/api/nothing")) {
            Said said = office.get(path, "");
            assertThat(said.response().headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
            assertThat(said.response().headers().firstValue("X-Content-Type-Options"))
                    .hasValue("nosniff");
            assertThat(said.response().headers().firstValue("Server")).isEmpty();
        }
    }

    @Test
    void whatIsStoppedEndsItsOperations() throws InterruptedException {
        office.letters.held = 0;
        office.post("/api/projects/shop/backups", all, "");
        office.letters.waiting.await();

        office.server.close();

        assertThat(office.codeb.catalog().list("shop")).isEmpty();
        assertThatThrownBy(() -> office.get("/api/health/live", "")).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aDirectoryThatOthersMayReadIsRefused() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> ApiTokens.in(open)).isInstanceOf(ConfigException.class);
    }

    @Test
    void aPortThatIsTakenIsTold() {
        assertThatThrownBy(() -> CodebServer.builder(office.codeb, directory.resolve("other"))
                        .address("127.0.0.1", office.server.uri().getPort())
                        .start())
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void theChannelsOfAlertsAreToldWithoutTheirAddresses() {
        isProblem(office.get("/api/alerts", office.token(Role.ADMINISTER, "shop")), 403, "FORBIDDEN");
        Said before = office.get("/api/alerts", all);
        assertThat(before.json().findValuesAsText("channel")).containsExactly("log-1", "webhook-2");
        assertThat(before.text("/channels/0/projects/0")).isEqualTo("shop");
        assertThat(before.text("/channels/1/kinds/0")).isEqualTo("CERTIFICATE");
        assertThat(before.json().at("/channels/1/projects").size()).isZero();
        assertThat(before.json().at("/channels/0/deliveredAt").isNull()).isTrue();

        office.post("/api/alerts/test", all, "");

        Said after = office.get("/api/alerts", all);
        assertThat(after.json().at("/channels/0/deliveredAt").isTextual()).isTrue();
        assertThat(after.json().at("/channels/0/failure").isNull()).isTrue();
        assertThat(after.json().at("/channels/1/deliveredAt").isNull()).isTrue();
        assertThat(after.text("/channels/1/failure/code")).isEqualTo("ALERT_UNDELIVERED");
        assertThat(after.text("/channels/1/failure/kind")).isEqualTo("TEST");
        assertThat(after.json().toString()).doesNotContain("hidden");
    }

    private Said known(String path, String tag) {
        return office.send(
                office.request(path, all).header("If-None-Match", tag).build());
    }

    @Test
    void aProblemIsToldInTheLanguageOfWhoAsks() {
        String all = office.token(Role.ADMINISTER, "*");
        String wrong = "/api/projects/shop/backups?limit=0";

        Said korean = office.send(office.request(wrong, all)
                .header("Accept-Language", "ko-KR,en;q=0.5")
                .build());
        Said english = office.get(wrong, all);

        isProblem(korean, 400, "REQUEST_INVALID");
        assertThat(korean.text("/title")).isEqualTo("요청이 올바르지 않습니다");
        assertThat(korean.text("/detail")).startsWith("limit은(는) 1에서");
        assertThat(korean.response().headers().firstValue("Content-Language")).hasValue("ko");
        assertThat(korean.response().headers().firstValue("Vary")).hasValue("Accept-Language");
        isProblem(english, 400, "REQUEST_INVALID");
        assertThat(english.text("/title")).isEqualTo("Request invalid");
        assertThat(english.text("/detail")).startsWith("limit is no number from 1");
        Said broken = office.send(office.request(wrong, all)
                .header("Accept-Language", "ko;;,,q=\"")
                .build());
        isProblem(broken, 400, "REQUEST_INVALID");
        assertThat(broken.text("/title")).isEqualTo("Request invalid");
        Said missing = office.send(office.request("/api/projects/shop/backups/20260102T030405Z-abcdefgh", all)
                .header("Accept-Language", "ko")
                .build());
        isProblem(missing, 404, "BACKUP_NOT_FOUND");
        assertThat(missing.text("/title")).isEqualTo("백업을 찾을 수 없습니다");
        assertThat(missing.text("/detail")).contains("20260102T030405Z-abcdefgh");
    }

    @Test
    void whatIsAsItWasIsNotSentAgain() {
        office.backUp(all);
        for (String path : List.of("/api/projects", "/api/projects/shop/backups", "/api/operations")) {
            Said first = office.get(path, all);
            String tag = first.response().headers().firstValue("ETag").orElseThrow();

            for (String header : List.of(tag, "W/" + tag, "\"other\", " + tag)) {
                Said same = known(path, header);
                assertThat(same.status()).as(path).isEqualTo(304);
                assertThat(same.response().body()).isEmpty();
                assertThat(same.response().headers().firstValue("ETag")).hasValue(tag);
                assertThat(same.response().headers().firstValue("Cache-Control"))
                        .hasValue("no-store");
            }
            assertThat(known(path, "\"other\"").status()).isEqualTo(200);

            office.backUp(all);

            Said changed = known(path, tag);
            assertThat(changed.status()).as(path).isEqualTo(200);
            assertThat(changed.response().headers().firstValue("ETag")).isNotEqualTo(java.util.Optional.of(tag));
        }
        isProblem(
                office.send(office.request("/api/projects", "")
                        .header("If-None-Match", "*")
                        .build()),
                401,
                "UNAUTHENTICATED");
    }
}
