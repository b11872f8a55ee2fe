package io.codeb.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.BackupId;
import io.codeb.retention.RetentionCandidate.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** Whatever a policy says, and whatever the backups and the clock are like. */
class RetentionPropertiesTest {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The numbers of a backup: hours since the epoch, size, base as steps back or none, standing, pin. */
    private record Draw(int hours, int size, int base, Standing standing, boolean pinned) {}

    private static Arbitrary<Draw> draws() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 24 * 900),
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.frequency(
                                net.jqwik.api.Tuple.of(6, Standing.UNPROVEN),
                                net.jqwik.api.Tuple.of(3, Standing.PROVEN),
                                net.jqwik.api.Tuple.of(1, Standing.REFUTED),
                                net.jqwik.api.Tuple.of(1, Standing.UNREADABLE)),
                        Arbitraries.frequency(net.jqwik.api.Tuple.of(9, false), net.jqwik.api.Tuple.of(1, true)))
                .as(Draw::new);
    }

    private static String letters(int number) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0, rest = number; i < 8; i++, rest /= 26) {
            letters.append((char) ('a' + rest % 26));
        }
        return letters.toString();
    }

    private static List<RetentionCandidate> backups(List<Draw> draws) {
        List<BackupId> ids = new ArrayList<>();
        List<RetentionCandidate> backups = new ArrayList<>();
        for (Draw draw : draws) {
            Instant at = EPOCH.plus(Duration.ofHours(draw.hours()));
            ids.add(new BackupId(ID_TIME.format(at) + "-" + letters(ids.size())));
            int base = ids.size() - 1 - draw.base();
            backups.add(new RetentionCandidate(
                    ids.get(ids.size() - 1),
                    at,
                    draw.size(),
                    draw.base() == 0 || base < 0 ? Optional.empty() : Optional.of(ids.get(base)),
                    draw.standing(),
                    draw.pinned()));
        }
        return backups;
    }

    @Provide
    Arbitrary<List<RetentionCandidate>> backups() {
        return draws().list().ofMaxSize(40).map(RetentionPropertiesTest::backups);
    }

    @Provide
    Arbitrary<RetentionPolicy> policies() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 9);
        Arbitrary<RetentionPolicy> counting = Combinators.combine(
                        Arbitraries.integers().between(0, 60),
                        number,
                        number,
                        number,
                        number,
                        number,
                        Arbitraries.of("UTC", "Asia/Seoul", "America/New_York", "Pacific/Apia"))
                .as((days, last, daily, weekly, monthly, yearly, zone) -> {
                    RetentionPolicy policy = RetentionPolicy.keep().in(ZoneId.of(zone));
                    policy = days == 0 ? policy : policy.days(days);
                    policy = last == 0 ? policy : policy.last(last);
                    policy = daily == 0 ? policy : policy.daily(daily);
                    policy = weekly == 0 ? policy : policy.weekly(weekly);
                    policy = monthly == 0 ? policy : policy.monthly(monthly);
                    return yearly == 0 ? policy : policy.yearly(yearly);
                });
        return Combinators.combine(counting, Arbitraries.of(true, false))
                .as((policy, onlyProven) -> onlyProven ? policy.countingOnlyProven() : policy);
    }

    @Provide
    Arbitrary<RetentionPolicy> bounded() {
        return Combinators.combine(
                        policies(),
                        Arbitraries.integers().between(0, 1500).injectNull(0.4).map(Optional::ofNullable))
                .as((policy, bytes) -> bytes.isEmpty() || bytes.get() == 0 ? policy : policy.within(bytes.get()));
    }

    private static Instant clock(long hours) {
        return EPOCH.plus(Duration.ofHours(hours));
    }

    private static Set<BackupId> going(RetentionPlan plan) {
        return plan.going().stream().map(RetentionDecision::id).collect(Collectors.toSet());
    }

    private static Optional<RetentionCandidate> newestGood(
            List<RetentionCandidate> backups, RetentionPolicy policy, Instant now) {
        return backups.stream()
                .filter(backup -> !backup.startedAt().isAfter(now))
                .filter(backup -> backup.standing() == Standing.PROVEN
                        || (backup.standing() == Standing.UNPROVEN && !policy.countsOnlyProven()))
                .max(RetentionCandidate.BY_AGE);
    }

    @Property
    void theLastGoodOneStays(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours) {
        RetentionPlan plan = policy.plan(backups, clock(hours));

        Optional<RetentionCandidate> newest = newestGood(backups, policy, clock(hours));

        newest.ifPresentOrElse(good -> assertThat(going(plan)).doesNotContain(good.id()), () -> assertThat(going(plan))
                .isEmpty());
    }

    @Property
    void whatIsPinnedUnreadableOrFromTheFutureStays(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours) {
        RetentionPlan plan = policy.plan(backups, clock(hours));

        assertThat(plan.going())
                .extracting(RetentionDecision::backup)
                .noneMatch(RetentionCandidate::pinned)
                .noneMatch(backup -> backup.standing() == Standing.UNREADABLE)
                .noneMatch(backup -> backup.startedAt().isAfter(clock(hours)));
    }

    @Property
    void whatAnotherNeedsStaysWithItAndGoesAfterIt(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours) {
        RetentionPlan plan = policy.plan(backups, clock(hours));

        Set<BackupId> gone = going(plan);
        assertThat(plan.staying())
                .extracting(RetentionDecision::backup)
                .allMatch(backup -> backup.base().filter(gone::contains).isEmpty());
        List<BackupId> order = plan.going().stream().map(RetentionDecision::id).toList();
        assertThat(plan.going()).allMatch(decision -> decision.backup()
                .base()
                .filter(gone::contains)
                .filter(base -> order.indexOf(base) < order.indexOf(decision.id()))
                .isEmpty());
    }

    @Property
    void theOrderInWhichTheyAreListedDoesNotMatter(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours,
            @ForAll Random random) {
        List<RetentionCandidate> shuffled = new ArrayList<>(backups);
        Collections.shuffle(shuffled, random);

        assertThat(policy.plan(shuffled, clock(hours))).isEqualTo(policy.plan(backups, clock(hours)));
    }

    @Property
    void eachBackupHasItsReasons(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll("bounded") RetentionPolicy policy) {
        RetentionPlan plan = policy.plan(backups, clock(24 * 900));

        Map<BackupId, RetentionCandidate> byId =
                backups.stream().collect(Collectors.toMap(RetentionCandidate::id, Function.identity()));
        assertThat(plan.decisions()).hasSameSizeAs(backups);
        assertThat(plan.decisions())
                .allMatch(decision -> decision.backup().equals(byId.get(decision.id())))
                .allMatch(decision -> decision.reasons().stream()
                        .allMatch(reason -> reason.rule().keeps() == decision.stays()))
                .noneMatch(decision -> decision.why().isBlank());
        assertThat(plan.going().size() + plan.staying().size()).isEqualTo(backups.size());
    }

    @Property
    void aClockThatIsSetBackTakesNoMore(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("policies") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours,
            @ForAll @LongRange(min = 0, max = 30_000) long back) {
        RetentionPolicy everyAge =
                policy.countsOnlyProven() ? RetentionPolicy.keep().last(1) : policy;

        assertThat(going(everyAge.plan(backups, clock(hours))))
                .containsAll(going(everyAge.plan(backups, clock(hours - back))));
    }

    @Property
    void timeAloneTakesNothing(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = 0, max = 10_000_000) long later) {
        assertThat(policy.plan(backups, clock(24 * 900 + later))).isEqualTo(policy.plan(backups, clock(24 * 900)));
    }

    @Property
    void whatWasDecidedOnceIsDecided(
            @ForAll("backups") List<RetentionCandidate> backups,
            @ForAll("bounded") RetentionPolicy policy,
            @ForAll @LongRange(min = -100, max = 30_000) long hours) {
        List<RetentionCandidate> left = policy.plan(backups, clock(hours)).staying().stream()
                .map(RetentionDecision::backup)
                .toList();

        assertThat(policy.plan(left, clock(hours)).going()).isEmpty();
    }

    @Property
    void whatAPolicyTakesAwayMakesTheRestFitOrIsAllThatCanGo(
            @ForAll("backups") List<RetentionCandidate> backups, @ForAll @LongRange(min = 1, max = 1500) long bytes) {
        RetentionPlan plan = RetentionPolicy.keep().within(bytes).plan(backups, clock(24 * 900));

        long left = plan.staying().stream()
                .mapToLong(decision -> decision.backup().storedBytes())
                .sum();
        assertThat(left <= bytes
                        || plan.staying().stream().allMatch(decision -> decision.reasons().stream()
                                .anyMatch(reason -> reason.rule() != RetentionRule.EVERYTHING)))
                .isTrue();
    }
}
