package io.codeb.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.status.FailedRun;
import io.codeb.status.KnownBackup;
import io.codeb.status.ProjectStatus;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupMetricsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
    private static final Path DOCUMENT = Path.of("../docs/operations.md");
    private static final String FENCE = "```text\n";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BackupMetrics metrics = new BackupMetrics(registry, Clock.fixed(NOW, ZoneOffset.UTC));

    private static ProjectStatus shop() {
        Instant at = NOW.minus(Duration.ofHours(9));
        KnownBackup backup = new KnownBackup(
                new BackupId("20260102T030000Z-k3f7q2x7"),
                at,
                Duration.ofMillis(7_500),
                4_000_000,
                1_000_000,
                48_210,
                Optional.of(NOW));
        return ProjectStatus.of(
                        "shop",
                        "default",
                        new ProjectStatus.Known(
                                List.of(backup), 0, Optional.empty(), Optional.empty(), Duration.ofDays(1)),
                        NOW)
                .withNextRun(Optional.of(NOW.plus(Duration.ofHours(15))));
    }

    private static ProjectStatus wiki() {
        FailedRun failure = new FailedRun(NOW, NOW, "dump", ErrorCode.AUTH_FAILED, "wrong password", 2);
        return ProjectStatus.of(
                "wiki",
                "default",
                new ProjectStatus.Known(List.of(), 1, Optional.of(failure), Optional.empty(), Duration.ZERO),
                NOW);
    }

    @BeforeEach
    void aNight() {
        Event.Run good = new Event.Run("1", Operation.BACKUP, "default", "shop", "shop", null);
        Event.Run bad = new Event.Run("2", Operation.BACKUP, "default", "wiki", "wiki", null);
        metrics.on(new Event.Started(good, NOW));
        metrics.on(new Event.Finished(good, NOW, 4_000_000, 1_000_000, 48_210, Duration.ofMillis(7_500)));
        metrics.on(new Event.Failed(bad, NOW, "dump", ErrorCode.AUTH_FAILED, "wrong password", ""));
        metrics.on(new Event.Failed(bad, NOW, "dump", ErrorCode.AUTH_FAILED, "wrong password", ""));
        metrics.update(List.of(shop(), wiki()));
    }

    private String scrape() {
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void theDocumentShowsWhatIsScraped() throws IOException {
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(FENCE) + FENCE.length();
        int to = document.indexOf("```", from);
        if (Boolean.getBoolean("codeb.docs.write")) {
            document = document.substring(0, from) + scrape() + document.substring(to);
            Files.writeString(DOCUMENT, document);
            to = document.indexOf("```", from);
        }
        assertThat(document.substring(from, to))
                .as("written anew by -Dcodeb.docs.write=true")
                .isEqualTo(scrape());
    }

    @Test
    void agesGoOnAndOfWhatIsMissingThereIsNone() {
        assertThat(scrape())
                .contains("codeb_backup_age_seconds{project=\"shop\",repository=\"default\"} 32400.0")
                .contains("codeb_backup_age_seconds{project=\"wiki\",repository=\"default\"} NaN");
    }

    @Test
    void theTimeToTheNextBackupIsToldWhereOneIsScheduled() {
        assertThat(scrape())
                .contains("codeb_backup_due_seconds{project=\"shop\",repository=\"default\"} 54000.0")
                .contains("codeb_backup_due_seconds{project=\"wiki\",repository=\"default\"} NaN");
    }

    @Test
    void whatTheStorageDoesNotTellIsNotTakenForNone() {
        metrics.update(List.of(ProjectStatus.unknown("shop", "default", "no route to host")));

        assertThat(scrape().lines())
                .filteredOn(line -> line.contains("repository=\"default\"") && !line.contains("_state{"))
                .hasSize(10)
                .allMatch(line -> line.endsWith(" NaN"));
        assertThat(scrape())
                .contains("codeb_backup_state{project=\"shop\",repository=\"default\",state=\"unknown\"} 1.0");
    }

    @Test
    void anyTimeThatAManifestCanNameHasAnAge() {
        KnownBackup odd = new KnownBackup(
                new BackupId("20260102T030000Z-k3f7q2x7"),
                Instant.MIN,
                Duration.ofSeconds(Long.MAX_VALUE),
                1,
                1,
                1,
                Optional.empty());
        metrics.update(List.of(ProjectStatus.of(
                "shop",
                "default",
                new ProjectStatus.Known(List.of(odd), 0, Optional.empty(), Optional.empty(), Duration.ZERO),
                NOW)));

        assertThat(scrape())
                .contains("codeb_backup_age_seconds{project=\"shop\",repository=\"default\"} 3.1")
                .contains("codeb_backup_duration_seconds{project=\"shop\",repository=\"default\"} 9.2");
    }

    @Test
    void aProjectThatIsGoneIsShownNoMore() {
        metrics.update(List.of(shop()));

        assertThat(scrape()).doesNotContain("codeb_backups{project=\"wiki\"");
        assertThat(scrape()).contains("codeb_backups{project=\"shop\"");
    }

    @Test
    void aStateIsOneOfAll() {
        assertThat(scrape())
                .contains("codeb_backup_state{project=\"shop\",repository=\"default\",state=\"ok\"} 1.0")
                .contains("codeb_backup_state{project=\"shop\",repository=\"default\",state=\"failed\"} 0.0")
                .contains("codeb_backup_state{project=\"wiki\",repository=\"default\",state=\"failed\"} 1.0");
    }
}
