package io.codeb.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.status.ProjectStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectStatusTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private static KnownBackup backup(int daysAgo, long bytes) {
        Instant at = NOW.minus(Duration.ofDays(daysAgo));
        return new KnownBackup(
                new BackupId("202603" + String.format(Locale.ROOT, "%02d", 60 - daysAgo) + "T120000Z-abcdefgh"),
                at,
                Duration.ofSeconds(9),
                bytes * 4,
                bytes,
                7,
                Optional.empty());
    }

    private static FailedRun failure(int daysAgo) {
        Instant at = NOW.minus(Duration.ofDays(daysAgo));
        return new FailedRun(at, at.plusSeconds(3), "dump", ErrorCode.AUTH_FAILED, "wrong password", 2);
    }

    private static ProjectStatus status(
            List<KnownBackup> backups, Optional<FailedRun> failure, Optional<Instant> running, Duration maxAge) {
        return ProjectStatus.of("shop", "default", new ProjectStatus.Known(backups, 0, failure, running, maxAge), NOW);
    }

    private static ProjectStatus of(List<KnownBackup> backups, Duration maxAge) {
        return status(backups, Optional.empty(), Optional.empty(), maxAge);
    }

    @Test
    void withoutABackupItWasNeverMade() {
        ProjectStatus status = of(List.of(), Duration.ofDays(1));

        assertThat(status.state()).isEqualTo(State.NEVER);
        assertThat(status.late()).isFalse();
        assertThat(status.growth()).isEmpty();
    }

    @Test
    void anOldOneIsLateOnlyWhereAnAgeIsSaid() {
        assertThat(of(List.of(backup(2, 5)), Duration.ZERO).state()).isEqualTo(State.OK);
        assertThat(of(List.of(backup(2, 5)), Duration.ofDays(2)).state()).isEqualTo(State.OK);
        assertThat(of(List.of(backup(2, 5)), Duration.ofDays(2).minusSeconds(1)).state())
                .isEqualTo(State.LATE);
    }

    @Test
    void aFailureCountsUntilABackupThatBeganLater() {
        assertThat(status(List.of(backup(3, 5)), Optional.of(failure(2)), Optional.empty(), Duration.ZERO)
                        .state())
                .isEqualTo(State.FAILED);
        assertThat(status(List.of(), Optional.of(failure(2)), Optional.empty(), Duration.ZERO)
                        .state())
                .isEqualTo(State.FAILED);
        ProjectStatus mended = status(List.of(backup(1, 5)), Optional.of(failure(2)), Optional.empty(), Duration.ZERO);
        assertThat(mended.state()).isEqualTo(State.OK);
        assertThat(mended.failure()).isEmpty();
    }

    @Test
    void whatRunsNowIsToldBeforeWhatHasFailed() {
        ProjectStatus status =
                status(List.of(backup(3, 5)), Optional.of(failure(2)), Optional.of(NOW), Duration.ofDays(1));

        assertThat(status.state()).isEqualTo(State.RUNNING);
        assertThat(status.late()).isTrue();
        assertThat(status.failure()).isPresent();
    }

    @Test
    void growthIsToldAgainstTheOldestOfAMonth() {
        List<KnownBackup> backups =
                new ArrayList<>(List.of(backup(40, 1), backup(30, 20), backup(3, 90), backup(0, 50)));

        ProjectStatus status = of(backups, Duration.ZERO);

        assertThat(status.growth()).contains(new ProjectStatus.Growth(30, Duration.ofDays(30)));
        assertThat(status.storedBytes()).isEqualTo(161);
        assertThat(status.backups()).isEqualTo(4);
        Collections.reverse(backups);
        assertThat(of(backups, Duration.ZERO)).isEqualTo(status);
    }

    @Test
    void sizesThatManifestsClaimDoNotOverflow() {
        assertThat(of(List.of(backup(1, Long.MAX_VALUE / 8), backup(2, Long.MAX_VALUE)), Duration.ZERO)
                        .storedBytes())
                .isEqualTo(Long.MAX_VALUE);
    }

    private static List<ProjectStatus> three() {
        return List.of(
                of(List.of(backup(0, 1_234_567_890L)), Duration.ZERO),
                ProjectStatus.of(
                        "a-longer-name",
                        "default",
                        new ProjectStatus.Known(
                                List.of(backup(2, 52)), 0, Optional.of(failure(1)), Optional.empty(), Duration.ZERO),
                        NOW),
                ProjectStatus.unknown("x", "default", "no answer"));
    }

    @Test
    void theTableStandsInColumns() {
        assertThat(StatusTable.of(three(), ZoneOffset.UTC, Locale.ENGLISH)).isEqualTo("""
                        PROJECT        LAST BACKUP       SIZE    STATE
                        shop           2026-03-10 12:00  1.2 GB  ok
                        a-longer-name  2026-03-08 12:00  52 B    failed
                        x              -                 -       unknown
                        """);
    }

    @Test
    void whereBackupsAreScheduledItIsToldWhenTheNextIsMade() {
        List<ProjectStatus> statuses = new java.util.ArrayList<>(three());
        statuses.set(0, statuses.get(0).withNextRun(Optional.of(Instant.parse("2026-03-11T03:00:00Z"))));

        assertThat(StatusTable.of(statuses, ZoneOffset.UTC, Locale.ENGLISH)).isEqualTo("""
                        PROJECT        LAST BACKUP       SIZE    STATE    NEXT BACKUP
                        shop           2026-03-10 12:00  1.2 GB  ok       2026-03-11 03:00
                        a-longer-name  2026-03-08 12:00  52 B    failed   -
                        x              -                 -       unknown  -
                        """);
        assertThat(StatusTable.of(statuses, ZoneOffset.UTC, Locale.KOREAN)).contains("다음 백업");
    }

    @Test
    void koreanTakesTwoColumns() {
        assertThat(StatusTable.of(three(), ZoneId.of("Asia/Seoul"), Locale.KOREA))
                .isEqualTo("""
                        프로젝트       마지막 백업       크기    상태
                        shop           2026-03-10 21:00  1.2 GB  정상
                        a-longer-name  2026-03-08 21:00  52 B    실패
                        x              -                 -       알 수 없음
                        """);
    }

    @ParameterizedTest
    @CsvSource({"a,1", "한글,4", "한,2", "é,1", "日本,4", "🎉,2", "ｶ,1", "＊,2"})
    void aTextIsAsWideAsItIsShown(String text, int width) {
        assertThat(StatusTable.width(text)).isEqualTo(width);
        // Letters that are put together from pieces.
        assertThat(StatusTable.width(java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFD)))
                .isEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.0 kB",
        "999949,999.9 kB",
        "999950,1.0 MB",
        "1500000000,1.5 GB",
        "9223372036854775807,9.2 EB"
    })
    void aSizeIsShort(long bytes, String text) {
        assertThat(StatusTable.size(bytes)).isEqualTo(text);
    }
}
