package io.codeb.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.codeb.server.Office.Said;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each route, asked with tokens of each kind that opens none of it. */
class HostileTokensTest {
    @TempDir
    Path directory;

    private Office office;
    private String id;

    @BeforeEach
    void open() {
        office = new Office(directory);
        id = office.backUp(office.token(Role.ADMINISTER, "*"));
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** What is worth nothing, by what it is. */
    private Map<String, String> worthless() throws IOException {
        TokenRequest wanted = TokenRequest.of("a test").may(Role.ADMINISTER, "*");
        CreatedToken revoked = office.tokens.create(wanted);
        assertThat(office.tokens.revoke(revoked.token().id())).isTrue();
        String good = office.tokens.create(wanted).secret();
        Matcher hash = Pattern.compile("[0-9a-f]{64}").matcher(Files.readString(office.state.resolve("tokens.json")));
        assertThat(hash.find()).isTrue();
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put(
                "expired",
                office.tokens.create(wanted.expiringIn(Duration.ofHours(1))).secret());
        tokens.put("revoked", revoked.secret());
        tokens.put("cut", good.substring(0, good.length() - 1));
        tokens.put("longer", good + "0");
        tokens.put("in other letters", good.toUpperCase(Locale.ROOT));
        tokens.put("two", good + " " + good);
        tokens.put("garbage", "codeb_" + "x".repeat(7_000));
        tokens.put("what the file has", hash.group());
        office.clock.advance(Duration.ofHours(2));
        return tokens;
    }

    /** Each path of the description that takes a token, as somebody may ask for it. */
    private Map<String, HttpRequest.Builder> routes(String token) {
        Map<String, HttpRequest.Builder> routes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> path :
                office.get("/api/openapi.json", "").json().get("paths").properties()) {
            String example = path.getKey().replace("{name}", "shop").replace("{id}", id);
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (method.getValue().has("security")) {
                    String name = method.getKey().toUpperCase(Locale.ROOT);
                    routes.put(
                            name + " " + path.getKey(),
                            office.request(example, token)
                                    .header("Content-Type", "application/json")
                                    .method(
                                            name,
                                            name.equals("GET")
                                                    ? HttpRequest.BodyPublishers.noBody()
                                                    : HttpRequest.BodyPublishers.ofString("{}")));
                }
            }
        }
        assertThat(routes).hasSizeGreaterThan(30);
        return routes;
    }

    private void nothingHasChanged() {
        assertThat(office.letters.texts).containsOnly(Map.entry("shop", "first"), Map.entry("blog", "other"));
        assertThat(office.codeb.catalog().list("shop"))
                .extracting(backup -> backup.id().value())
                .containsExactly(id);
        assertThat(office.harbour.names()).isEmpty();
    }

    @Test
    void whatIsWorthNothingOpensNothing() throws IOException {
        for (Map.Entry<String, String> token : worthless().entrySet()) {
            routes(token.getValue()).forEach((route, request) -> {
                office.clock.advance(Duration.ofMinutes(2)); // or nobody would be listened to any more
                Said said = office.send(request.build());
                assertThat(said.status())
                        .as(route + " with one that is " + token.getKey())
                        .isEqualTo(401);
                assertThat(said.text("/code")).isEqualTo("UNAUTHENTICATED");
                assertThat(new String(said.response().body(), java.nio.charset.StandardCharsets.UTF_8))
                        .doesNotContain(token.getValue());
            });
        }
        nothingHasChanged();
    }

    @Test
    void aTokenIsItselfWhateverCameBeforeOverTheSameConnection() {
        String good = office.token(Role.LOOK, "shop");
        String other = good.toUpperCase(Locale.ROOT);
        for (int i = 0; i < 2; i++) {
            assertThat(office.get("/api/session", other).status()).isEqualTo(401);
            assertThat(office.get("/api/session", good).status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsOfAnotherProjectOpensNothingOfThisOne() {
        String blog = office.token(Role.ADMINISTER, "blog");
        routes(blog).forEach((route, request) -> {
            Said said = office.send(request.build());
            if (route.contains("{name}")) {
                assertThat(said.status()).as(route).isEqualTo(403);
            } else {
                assertThat(said.json().toString()).as(route).doesNotContain("shop");
                assertThat(List.of(200, 204, 403, 404)).as(route).contains(said.status());
            }
        });
        nothingHasChanged();
    }

    @Test
    void aTokenThatMayLookChangesNothing() {
        String look = office.token(Role.LOOK, "shop");
        routes(look).forEach((route, request) -> {
            Said said = office.send(request.build());
            boolean session = route.endsWith("/api/session");
            if (!route.startsWith("GET") && !session) {
                // A query that may read is refused for its body.
                assertThat(List.of(400, 403, 404)).as(route).contains(said.status());
            }
            assertThat(said.status()).as(route).isLessThan(500);
        });
        nothingHasChanged();
    }
}
