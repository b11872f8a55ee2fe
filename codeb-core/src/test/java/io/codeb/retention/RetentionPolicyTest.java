package io.codeb.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.model.BackupId;
import io.codeb.retention.RetentionCandidate.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {
    private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static RetentionCandidate backup(Instant at) {
        return new RetentionCandidate(
                new BackupId(ID_TIME.format(at) + "-abcdefgh"), at, 10, Optional.empty(), Standing.UNPROVEN, false);
    }

    private static RetentionCandidate backup(String at) {
        return backup(Instant.parse(at));
    }

    private static RetentionCandidate with(RetentionCandidate backup, Standing standing) {
        return new RetentionCandidate(
                backup.id(), backup.startedAt(), backup.storedBytes(), backup.base(), standing, backup.pinned());
    }

    private static RetentionCandidate on(RetentionCandidate base, RetentionCandidate backup) {
        return new RetentionCandidate(
                backup.id(),
                backup.startedAt(),
                backup.storedBytes(),
                Optional.of(base.id()),
                backup.standing(),
                backup.pinned());
    }

    /** One each night at three, the last one on the day of {@link #NOW}. */
    private static List<RetentionCandidate> nights(int many) {
        Instant last = Instant.parse("2026-03-31T03:00:00Z");
        return IntStream.range(0, many)
                .mapToObj(i -> backup(last.minus(Duration.ofDays(many - 1L - i))))
                .toList();
    }

    private static List<String> staying(RetentionPlan plan) {
        return plan.staying().stream()
                .map(decision -> decision.id().value().substring(0, 8))
                .toList();
    }

    @Test
    void withoutAWordEverythingStays() {
        RetentionPlan plan = RetentionPolicy.keep().plan(nights(400), NOW);

        assertThat(plan.going()).isEmpty();
        assertThat(plan.policy()).isEqualTo("keep everything");
    }

    @Test
    void theLastOnesStay() {
        RetentionPlan plan = RetentionPolicy.keep().last(3).plan(nights(10), NOW);

        assertThat(staying(plan)).containsExactly("20260329", "20260330", "20260331");
        assertThat(plan.decisions().get(7).why()).isEqualTo("of the last ones, 3 of 3");
        assertThat(plan.decisions().get(9).why()).isEqualTo("the newest good one; of the last ones, 1 of 3");
        assertThat(plan.decisions().get(0).why()).isEqualTo("no rule keeps it");
        assertThat(plan.goingBytes()).isEqualTo(70);
    }

    @Test
    void agesCountBackFromTheNewestGoodOne() {
        RetentionPolicy month = RetentionPolicy.keep().days(30);

        assertThat(month.plan(nights(40), NOW).staying()).hasSize(30);
        assertThat(month.plan(nights(40), NOW.plus(Duration.ofDays(3650))).staying())
                .hasSize(30);
    }

    @Test
    void aFewOfEachGenerationStay() {
        RetentionPlan plan =
                RetentionPolicy.keep().daily(3).weekly(3).monthly(3).yearly(2).plan(nights(500), NOW);

        assertThat(staying(plan))
                .containsExactly("20251231", "20260131", "20260228", "20260322", "20260329", "20260330", "20260331");
        assertThat(plan.decisions().get(499).reasons())
                .extracting(RetentionDecision.Reason::rule)
                .containsExactly(
                        RetentionRule.LAST_GOOD,
                        RetentionRule.DAILY,
                        RetentionRule.WEEKLY,
                        RetentionRule.MONTHLY,
                        RetentionRule.YEARLY);
    }

    @Test
    void aDayBeginsWhereThePolicySays() {
        List<RetentionCandidate> backups =
                List.of(backup("2026-03-29T14:59:00Z"), backup("2026-03-29T15:01:00Z"), backup("2026-03-30T14:59:00Z"));

        assertThat(RetentionPolicy.keep()
                        .daily(2)
                        .in(ZoneId.of("Asia/Seoul"))
                        .plan(backups, NOW)
                        .staying())
                .extracting(RetentionDecision::backup)
                .containsExactly(backups.get(0), backups.get(2));
        assertThat(RetentionPolicy.keep().daily(2).plan(backups, NOW).staying())
                .extracting(RetentionDecision::backup)
                .containsExactly(backups.get(1), backups.get(2));
    }

    @Test
    void whatDoesNotFitGoesTheOldestFirst() {
        RetentionPlan plan = RetentionPolicy.keep().days(30).within(35).plan(nights(5), NOW);

        assertThat(staying(plan)).containsExactly("20260329", "20260330", "20260331");
        assertThat(plan.decisions().get(0).why())
                .isEqualTo("no room for it within 35 bytes, else within 30 days of the newest good one");
    }

    @Test
    void aSizeThatIsTooSmallForAnyLeavesTheNewest() {
        assertThat(staying(RetentionPolicy.keep().within(1).plan(nights(5), NOW)))
                .containsExactly("20260331");
    }

    @Test
    void aBaseStaysForAsLongAsItIsNeededAndTakesRoom() {
        List<RetentionCandidate> nights = new ArrayList<>(nights(6));
        nights.set(5, on(nights.get(0), nights.get(5)));

        RetentionPlan plan = RetentionPolicy.keep().last(3).within(30).plan(nights, NOW);

        assertThat(staying(plan)).containsExactly("20260326", "20260330", "20260331");
        assertThat(plan.decisions().get(0).why()).isEqualTo(nights.get(5).id() + " needs it");
    }

    @Test
    void aChainThatIsItsOwnBaseEndsSomewhere() {
        List<RetentionCandidate> nights = new ArrayList<>(nights(4));
        nights.set(0, on(nights.get(1), nights.get(0)));
        nights.set(1, on(nights.get(0), nights.get(1)));
        nights.set(2, on(nights.get(2), nights.get(2)));

        assertThat(RetentionPolicy.keep().last(1).plan(nights, NOW).going()).hasSize(3);
    }

    @Test
    void aRefutedOneIsNotTheLastGoodOneAndDoesNotCount() {
        List<RetentionCandidate> nights = new ArrayList<>(nights(4));
        nights.set(3, with(nights.get(3), Standing.REFUTED));
        nights.set(1, with(nights.get(1), Standing.REFUTED));

        RetentionPlan plan = RetentionPolicy.keep().last(2).plan(nights, NOW);

        assertThat(staying(plan)).containsExactly("20260328", "20260330", "20260331");
        assertThat(plan.decisions().get(3).why()).isEqualTo("newer than the newest good one");
    }

    @Test
    void onlyProvenOnesCountIfAskedFor() {
        List<RetentionCandidate> nights = new ArrayList<>(nights(6));
        RetentionPolicy policy = RetentionPolicy.keep().last(2).countingOnlyProven();
        assertThat(policy.plan(nights, NOW).going()).isEmpty();

        nights.set(1, with(nights.get(1), Standing.PROVEN));
        nights.set(3, with(nights.get(3), Standing.PROVEN));

        assertThat(staying(policy.plan(nights, NOW))).containsExactly("20260327", "20260329", "20260330", "20260331");
    }

    @Test
    void whatIsFromTheFutureStaysAndCountsNothing() {
        List<RetentionCandidate> backups = new ArrayList<>(nights(3));
        backups.add(backup("2036-01-01T00:00:00Z"));

        RetentionPlan plan = RetentionPolicy.keep().days(1).last(2).within(20).plan(backups, NOW);

        assertThat(staying(plan)).containsExactly("20260330", "20260331", "20360101");
        assertThat(plan.decisions().get(3).why()).contains("still to come");
    }

    @Test
    void timesThatNoCalendarHasAreNoReasonToFail() {
        List<RetentionCandidate> backups = new ArrayList<>(nights(3));
        backups.add(new RetentionCandidate(
                new BackupId("20000101T000000Z-abcdefgh"),
                Instant.MIN,
                Long.MAX_VALUE,
                Optional.empty(),
                Standing.UNPROVEN,
                false));
        backups.add(new RetentionCandidate(
                new BackupId("20000101T000000Z-abcdefgi"),
                Instant.MAX,
                Long.MAX_VALUE,
                Optional.empty(),
                Standing.UNPROVEN,
                false));

        RetentionPlan plan = RetentionPolicy.keep()
                .days(RetentionPolicy.MOST)
                .yearly(9)
                .in(ZoneId.of("Pacific/Apia"))
                .within(100)
                .plan(backups, NOW);

        assertThat(plan.going()).hasSize(1);
        assertThat(RetentionPolicy.keep().last(1).plan(backups, NOW).goingBytes())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPolicyThatKeepsNothingCannotBeSaid() {
        RetentionPolicy keep = RetentionPolicy.keep();
        for (ThrowingCallable word : List.<ThrowingCallable>of(
                () -> keep.days(0),
                () -> keep.last(0),
                () -> keep.daily(-1),
                () -> keep.weekly(RetentionPolicy.MOST + 1),
                () -> keep.monthly(Integer.MIN_VALUE),
                () -> keep.yearly(Integer.MAX_VALUE),
                () -> keep.within(0))) {
            assertThatThrownBy(word).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPolicyIsReadBackAsItWasSaid() {
        RetentionPolicy policy = RetentionPolicy.keep()
                .days(30)
                .last(3)
                .daily(7)
                .weekly(5)
                .monthly(12)
                .yearly(2)
                .within(9)
                .countingOnlyProven()
                .in(ZoneId.of("Asia/Seoul"));

        assertThat(policy)
                .hasToString("keep days 30, last 3, daily 7, weekly 5, monthly 12, yearly 2, within 9 bytes,"
                        + " counting only proven, in Asia/Seoul");
        assertThat(List.of(
                        policy.days(),
                        policy.last(),
                        policy.daily(),
                        policy.weekly(),
                        policy.monthly(),
                        policy.yearly()))
                .extracting(number -> number.orElse(0))
                .containsExactly(30, 3, 7, 5, 12, 2);
        assertThat(RetentionPolicy.keep().last(3))
                .isEqualTo(RetentionPolicy.keep().last(3));
    }

    @Test
    void aBackupThatIsThereTwiceIsAMistake() {
        assertThatThrownBy(() -> RetentionPolicy.keep()
                        .plan(List.of(nights(1).get(0), nights(1).get(0)), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
