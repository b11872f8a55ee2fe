package io.codeb.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.codeb.error.ConfigException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronLineTest {
    private static final Instant BEGIN = Instant.parse("2006-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0 3 * * *,2026-03-10T12:00:00Z,2026-03-11T03:00:00Z",
        "0 3 * * *,2026-03-10T02:59:59.9Z,2026-03-10T03:00:00Z",
        "0 3 * * *,2026-03-10T03:00:00Z,2026-03-11T03:00:00Z",
        "*/15 * * * *,2026-03-10T12:00:01Z,2026-03-10T12:15:00Z",
        "0 0 1 1 *,2026-03-10T12:00:00Z,2027-01-01T00:00:00Z",
        "0 0 29 2 *,2096-03-01T00:00:00Z,2104-02-29T00:00:00Z",
        "30 4 1 * 5,2026-03-10T12:00:00Z,2026-03-13T04:30:00Z",
        "30 4 31 * *,2026-03-31T12:00:00Z,2026-05-31T04:30:00Z",
        "0 12 * * 7,2026-03-10T12:00:00Z,2026-03-15T12:00:00Z",
        "0 12 * jan-feb sun,2026-03-10T12:00:00Z,2027-01-03T12:00:00Z"
    })
    void aLineIsDueWhenItsFieldsFit(String line, String after, String due) {
        assertThat(CronLine.of(line).next(Instant.parse(after))).isEqualTo(Instant.parse(due));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0 3 * *",
                "0 3 * * * *",
                "60 * * * *",
                "0 24 * * *",
                "0 3 0 * *",
                "0 3 * 13 *",
                "0 3 * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "0 3 L * *",
                "0 3 * * 1#2",
                "@daily",
                "drop table",
                "0 3 30 2 *",
                "0 3 31 2,4,6,9,11 *",
                "0 3 \u0007 * *"
            })
    void whatIsNoLineOrNeverFiresIsSaidAtOnce(String line) {
        assertThatThrownBy(() -> CronLine.of(line))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is no cron line")
                .hasMessageNotContaining("\u0007");
    }

    @Test
    void aLongLineIsNotRead() {
        assertThatThrownBy(() -> CronLine.of("0,".repeat(100_000) + "0 3 * * *"))
                .isInstanceOf(ConfigException.class)
                .satisfies(refusal -> assertThat(
                                String.valueOf(refusal.getMessage()).length())
                        .isLessThan(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Asia/Soul", "Mars", "../x", "+99:00"})
    void aZoneThatDoesNotExistIsNamed(String zone) {
        assertThatThrownBy(() -> CronLine.of("0 3 * * *").in(zone))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'" + zone + "'");
    }

    @Test
    void whatClocksSkipIsDueWhenTheyDo() {
        CronLine line = CronLine.of("30 2 * * *").in("Europe/Berlin");

        assertThat(line.next(Instant.parse("2026-03-28T12:00:00Z"))).isEqualTo("2026-03-29T01:00:00Z");
        assertThat(line.next(Instant.parse("2026-03-29T01:00:00Z"))).isEqualTo("2026-03-30T00:30:00Z");
    }

    @Test
    void whatClocksShowTwiceIsDueTheFirstTime() {
        CronLine line = CronLine.of("30 2 * * *").in("Europe/Berlin");

        assertThat(line.next(Instant.parse("2026-10-24T12:00:00Z"))).isEqualTo("2026-10-25T00:30:00Z");
        assertThat(line.next(Instant.parse("2026-10-25T00:30:00Z"))).isEqualTo("2026-10-26T01:30:00Z");
        assertThat(line.next(Instant.parse("2026-10-25T01:10:00Z"))).isEqualTo("2026-10-26T01:30:00Z");
    }

    @Test
    void aDayThatAZoneHasLeftOutIsOneMoment() {
        CronLine line = CronLine.of("0 */6 * * *").in("Pacific/Apia");

        assertThat(line.next(Instant.parse("2011-12-30T04:00:01Z"))).isEqualTo("2011-12-30T10:00:00Z");
        assertThat(line.next(Instant.parse("2011-12-30T10:00:00Z"))).isEqualTo("2011-12-30T16:00:00Z");
    }

    /** Every due time of twenty years is one of the wall's, each of which is due once, wherever clocks jump. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Asia/Seoul",
                "Europe/Berlin",
                "America/New_York",
                "America/St_Johns",
                "America/Sao_Paulo",
                "Australia/Lord_Howe",
                "Africa/Casablanca",
                "Pacific/Apia",
                "Asia/Tehran"
            })
    void inTwentyYearsEachTimeIsDueExactlyOnce(String name) {
        ZoneId zone = ZoneId.of(name);
        List<LocalTime> times = List.of(
                LocalTime.of(0, 0),
                LocalTime.of(0, 30),
                LocalTime.of(1, 59),
                LocalTime.of(2, 0),
                LocalTime.of(2, 30),
                LocalTime.of(3, 0),
                LocalTime.of(23, 59));
        for (LocalTime time : times) {
            CronLine line = CronLine.of(time.getMinute() + " " + time.getHour() + " * * *")
                    .in(zone);
            TreeSet<Instant> expected = new TreeSet<>();
            for (LocalDate day = LocalDate.of(2006, 1, 2);
                    day.isBefore(LocalDate.of(2025, 12, 31));
                    day = day.plusDays(1)) {
                expected.add(firstShown(day.atTime(time), zone));
            }
            List<Instant> due = new ArrayList<>();
            Instant from = expected.first().minusSeconds(1);
            for (Instant next = line.next(from); !next.isAfter(expected.last()); next = line.next(next)) {
                due.add(next);
            }
            assertThat(due).as("%s", line).containsExactlyElementsOf(expected);
        }
    }

    /** By looking at the wall: the first moment at which a clock shows that time, or a later one for the first time. */
    private static Instant firstShown(LocalDateTime time, ZoneId zone) {
        Instant early = time.minusHours(26).toInstant(ZoneOffset.UTC);
        Instant late = time.plusHours(26).toInstant(ZoneOffset.UTC);
        // Offsets change rarely: each stretch between changes is looked at by itself.
        Instant from = early;
        while (true) {
            var change = zone.getRules().nextTransition(from);
            Instant to = change == null || change.getInstant().isAfter(late) ? late : change.getInstant();
            Instant shown = time.toInstant(zone.getRules().getOffset(from));
            if (shown.isBefore(from)) {
                return from;
            }
            if (shown.isBefore(to)) {
                return shown;
            }
            from = to;
        }
    }

    @Property(tries = 300)
    void theLastDueTimeIsTheOneBeforeTheNext(
            @ForAll("lines") String text,
            @ForAll("zones") String zone,
            @ForAll @LongRange(min = 0, max = 630_000_000) long seconds) {
        CronLine line = CronLine.of(text).in(zone);
        Instant now = BEGIN.plusSeconds(seconds);

        Instant last = line.last(now);

        assertThat(last).isBeforeOrEqualTo(now);
        assertThat(line.next(last)).isAfter(now).isEqualTo(line.next(now));
        assertThat(line.last(last)).isEqualTo(last);
    }

    @Property(tries = 200)
    void inUtcItIsDueWhenCronUtilsSays(
            @ForAll("lines") String text, @ForAll @LongRange(min = 0, max = 630_000_000) long seconds) {
        Instant now = BEGIN.plusSeconds(seconds);
        ExecutionTime other = ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(text));

        assertThat(CronLine.of(text).next(now))
                .isEqualTo(other.nextExecution(now.atZone(ZoneOffset.UTC))
                        .orElseThrow()
                        .toInstant());
    }

    @Test
    void whatRunsEachMinuteRunsEachMinuteButForTheHourThatIsRepeated() {
        CronLine line = CronLine.of("* * * * *").in("America/New_York");
        Instant from = Instant.parse("2025-11-02T04:00:00Z");
        int many = 0;
        for (Instant due = line.next(from); !due.isAfter(from.plus(Duration.ofHours(5))); due = line.next(due)) {
            many++;
        }
        assertThat(many).isEqualTo(4 * 60);
        assertThat(END).isAfter(from);
    }

    @Provide
    Arbitrary<String> zones() {
        return Arbitraries.of("UTC", "Asia/Seoul", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia");
    }

    private static Arbitrary<String> field(int least, int most) {
        Arbitrary<Integer> number = Arbitraries.integers().between(least, most);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just("*")),
                net.jqwik.api.Tuple.of(3, number.map(String::valueOf)),
                net.jqwik.api.Tuple.of(
                        1,
                        Combinators.combine(number, number)
                                .as((one, other) -> Math.min(one, other) + "-" + Math.max(one, other))),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.integers().between(2, 9).map(step -> "*/" + Math.min(step, most))),
                net.jqwik.api.Tuple.of(
                        1, number.list().ofMinSize(2).ofMaxSize(4).map(CronLineTest::commas)));
    }

    private static String commas(List<Integer> numbers) {
        return String.join(",", numbers.stream().distinct().map(String::valueOf).toList());
    }

    @Provide
    Arbitrary<String> lines() {
        return Combinators.combine(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
                .as((minute, hour, day, month, weekday) -> String.join(" ", minute, hour, day, month, weekday));
    }
}
