package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.micrometer.BackupMetrics;
import io.codeb.server.Office.Said;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told. An answer is counted when it has gone: whoever has it may ask a moment too early. */
@Timeout(60)
class MetricsTest {
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

    private String scraped(String token) {
        Said said = office.get("/metrics", token);
        assertThat(said.status()).isEqualTo(200);
        assertThat(said.response().headers().firstValue("Content-Type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
        return new String(said.response().body(), UTF_8);
    }

    /** Asks until it is there: forever, if it never is. */
    private String awaited(String line) {
        String text = scraped(all);
        while (!text.contains(line)) {
            text = scraped(all);
        }
        return text;
    }

    @Test
    void requestsAreCountedByRouteAndStatusAndNothingThatSomebodyMadeUp() {
        office.get("/api/projects/shop", all);
        office.get("/api/projects/shop", "");
        office.get("/api/projects/shop", office.token(Role.LOOK, "blog"));
        office.get("/made/up", all);
        office.send(office.request("/api/projects/shop", all)
                .method("BREW", HttpRequest.BodyPublishers.noBody())
                .build());

        awaited("codeb_server_requests_seconds_count{method=\"OTHER\",route=\"none\",status=\"405\"} 1");
        awaited("codeb_server_requests_seconds_count{method=\"GET\",route=\"none\",status=\"404\"} 1");
        awaited("codeb_server_requests_seconds_count{method=\"GET\",route=\"/api/projects/{name}\",status=\"200\"} 1");
        awaited("codeb_server_refused_total{code=\"UNAUTHENTICATED\"} 1.0");
        assertThat(awaited("codeb_server_refused_total{code=\"FORBIDDEN\"} 1.0"))
                .doesNotContain("made/up", "BREW");
    }

    @Test
    void backupsAndOperationsAreCountedToo() throws InterruptedException {
        String id = office.backUp(all);
        assertThat(id).isNotEmpty();
        awaited("codeb_run_seconds_count{operation=\"backup\",project=\"shop\"} 1");
        awaited("codeb_backups{project=\"shop\",repository=\"default\"}");
        office.letters.texts.put("shop", "long".repeat(1_000));
        office.letters.held = 2_000;
        office.post("/api/projects/shop/backups", all, "");
        office.letters.waiting.await();

        awaited("codeb_server_operations{state=\"running\"} 1.0");

        office.letters.letGo.countDown();
        awaited("codeb_server_operations{state=\"running\"} 0.0");
    }

    @Test
    void theyAreForWhoMayLookAtAllProjectsOrForEverybodyIfThatIsSaid() throws Exception {
        assertThat(office.get("/metrics", "").status()).isEqualTo(401);
        assertThat(office.get("/metrics", office.token(Role.ADMINISTER, "shop")).status())
                .isEqualTo(403);
        assertThat(scraped(office.token(Role.LOOK, "*"))).contains("codeb_server_operations");

        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (CodebServer open = CodebServer.builder(office.codeb, directory.resolve("open"))
                .metrics(registry, new BackupMetrics(registry))
                .openMetrics()
                .address("127.0.0.1", 0)
                .start()) {
            HttpResponse<String> said = office.client.send(
                    HttpRequest.newBuilder(URI.create(open.uri() + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(said.statusCode()).isEqualTo(200);
            assertThat(said.body()).contains("# TYPE codeb_server_operations gauge");
        }
    }
}
