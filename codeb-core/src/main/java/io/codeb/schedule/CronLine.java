package io.codeb.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.And;
import com.cronutils.model.field.expression.Between;
import com.cronutils.model.field.expression.Every;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.model.field.expression.On;
import com.cronutils.parser.CronParser;
import io.codeb.error.ConfigException;
import io.codeb.model.CheckReturnValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * When something is due: the five fields of a line of crontab (minute, hour, day of the month, month, day of the week)
 * and a time zone. Immutable; each word answers a changed copy.
 *
 * <p>A field is {@code *}, a number, a name ({@code jan}, {@code mon}), a range {@code 1-5}, with a step {@code 1-5/2}
 * or {@code *}{@code /2}, or several of these with commas. 0 and 7 are Sunday. As in cron, where both the day of the
 * month and that of the week are restricted, a day is meant that fits either.
 *
 * <p>The fields speak of clocks on the wall. Each time that such a clock shows is due exactly once: where clocks are
 * set back and show it twice, the first time; where they are set forward and skip it, at the moment in which they are,
 * together with whatever else is skipped or due then. So what runs each hour does not run in the hour that is repeated.
 */
@CheckReturnValue
public final class CronLine {
    /** The most characters that a line may have. */
    public static final int MAX_LENGTH = 200;

    /** From the last leap day of a century that has none to the next one, and some more. */
    private static final int MOST_DAYS = 366 * 9;

    private static final List<Duration> WINDOWS = List.of(
            Duration.ofHours(1),
            Duration.ofHours(26),
            Duration.ofDays(33),
            Duration.ofDays(367),
            Duration.ofDays(MOST_DAYS));

    private static final CronDefinition DEFINITION = CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);

    private final String text;
    private final ZoneId zone;
    private final Fields fields;

    private CronLine(String text, ZoneId zone, Fields fields) {
        this.text = text;
        this.zone = zone;
        this.fields = fields;
    }

    /** The numbers that each field allows, and whether days are restricted. */
    private record Fields(
            BitSet minutes,
            BitSet hours,
            BitSet daysOfMonth,
            BitSet months,
            BitSet daysOfWeek,
            boolean anyDayOfMonth,
            boolean anyDayOfWeek) {
        boolean allow(LocalDate date) {
            if (!months.get(date.getMonthValue())) {
                return false;
            }
            boolean byMonth = daysOfMonth.get(date.getDayOfMonth());
            boolean byWeek = daysOfWeek.get(date.getDayOfWeek().getValue() % 7);
            boolean either = !anyDayOfMonth && !anyDayOfWeek;
            return either ? (byMonth || byWeek) : (byMonth && byWeek);
        }

        /** The first time of a day from one on. */
        Optional<LocalTime> from(LocalTime time) {
            for (int hour = hours.nextSetBit(time.getHour()); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
                int minute = minutes.nextSetBit(hour == time.getHour() ? time.getMinute() : 0);
                if (minute >= 0) {
                    return Optional.of(LocalTime.of(hour, minute));
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Reads a line. Its times are told in UTC until {@link #in(ZoneId)} says otherwise.
     *
     * @param line five fields, such as {@code 0 3 * * *} for each night at three
     * @return the line
     * @throws ConfigException when it is no such line, or fits no day that there is
     */
    public static CronLine of(String line) {
        String trimmed = Objects.requireNonNull(line, "line").strip();
        if (trimmed.length() > MAX_LENGTH) {
            throw wrong(trimmed.substring(0, 20) + "…", "it has more than " + MAX_LENGTH + " characters");
        }
        CronLine read = new CronLine(trimmed, ZoneOffset.UTC, fields(trimmed));
        // Leap days are not where 1900 was and 2100 will be: what fits none of these years fits none.
        if (read.day(LocalDate.of(2096, 3, 1)).isEmpty()) {
            throw wrong(trimmed, "it fits no day that there is");
        }
        return read;
    }

    private static ConfigException wrong(String line, String problem) {
        return new ConfigException(
                "'" + line.replaceAll("\\p{Cntrl}", " ") + "' is no cron line: " + problem,
                "write five fields: minute, hour, day of the month, month, day of the week, as in 0 3 * * *");
    }

    private static Fields fields(String line) {
        try {
            Cron cron = new CronParser(DEFINITION).parse(line).validate();
            FieldExpression month = expression(cron, CronFieldName.DAY_OF_MONTH);
            FieldExpression week = expression(cron, CronFieldName.DAY_OF_WEEK);
            BitSet weekdays = numbers(week, 0, 7);
            if (weekdays.get(7)) {
                weekdays.set(0);
            }
            return new Fields(
                    numbers(expression(cron, CronFieldName.MINUTE), 0, 59),
                    numbers(expression(cron, CronFieldName.HOUR), 0, 23),
                    numbers(month, 1, 31),
                    numbers(expression(cron, CronFieldName.MONTH), 1, 12),
                    weekdays,
                    month instanceof Always,
                    week instanceof Always);
        } catch (IllegalArgumentException e) {
            throw wrong(line, String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", " "));
        }
    }

    private static FieldExpression expression(Cron cron, CronFieldName field) {
        return cron.retrieve(field).getExpression();
    }

    private static BitSet numbers(FieldExpression expression, int least, int most) {
        BitSet numbers = new BitSet();
        if (expression instanceof Always) {
            return from(least, most);
        } else if (expression instanceof On on) {
            numbers.set(on.getTime().getValue());
        } else if (expression instanceof Between between) {
            numbers.set(
                    number(between.getFrom().getValue()), number(between.getTo().getValue()) + 1);
        } else if (expression instanceof And and) {
            and.getExpressions().forEach(each -> numbers.or(numbers(each, least, most)));
        } else if (expression instanceof Every every) {
            BitSet range = every.getExpression() instanceof On first
                    ? from(first.getTime().getValue(), most)
                    : numbers(every.getExpression(), least, most);
            for (int i = range.nextSetBit(0);
                    i >= 0 && i < range.length();
                    i += every.getPeriod().getValue()) {
                numbers.set(i);
            }
        } else {
            throw new IllegalArgumentException("'" + expression.asString() + "' means nothing here");
        }
        return numbers;
    }

    private static BitSet from(int least, int most) {
        BitSet numbers = new BitSet();
        numbers.set(least, most + 1);
        return numbers;
    }

    private static int number(Object value) {
        return Integer.parseInt(value.toString());
    }

    /**
     * Tells its times in a zone.
     *
     * @param timeZone which
     * @return a changed copy
     */
    public CronLine in(ZoneId timeZone) {
        return new CronLine(text, Objects.requireNonNull(timeZone, "timeZone"), fields);
    }

    /**
     * Tells its times in a zone that a configuration names.
     *
     * @param timeZone for example {@code Asia/Seoul}
     * @return a changed copy
     * @throws ConfigException when there is no such zone
     */
    public CronLine in(String timeZone) {
        try {
            return in(ZoneId.of(Objects.requireNonNull(timeZone, "timeZone")));
        } catch (DateTimeException e) {
            String start = timeZone.length() > 60 ? timeZone.substring(0, 60) + "…" : timeZone;
            throw new ConfigException(
                    "there is no time zone '" + start.replaceAll("\\p{Cntrl}", " ") + "'",
                    "name one of the IANA database, as in Asia/Seoul or Europe/Berlin");
        }
    }

    /**
     * When it is due next.
     *
     * @param after a time of the years 0 to 9990
     * @return the first due time behind that
     */
    public Instant next(Instant after) {
        LocalDateTime local = LocalDateTime.ofInstant(Objects.requireNonNull(after, "after"), zone);
        while (true) {
            local = localFrom(local.withSecond(0).withNano(0).plusMinutes(1));
            Instant due = instant(local);
            // Where clocks were set back they show times again that were due before.
            if (due.isAfter(after)) {
                return due;
            }
        }
    }

    /**
     * When it was due last.
     *
     * @param now a time of the years 0 to 9990
     * @return the last due time that is not behind that
     */
    public Instant last(Instant now) {
        Objects.requireNonNull(now, "now");
        for (Duration window : WINDOWS) {
            Instant due = next(now.minus(window));
            if (!due.isAfter(now)) {
                return lastFrom(due, now);
            }
        }
        throw new IllegalStateException(this + " is due within nine years");
    }

    private Instant lastFrom(Instant first, Instant now) {
        Instant last = first;
        for (Instant due = first; !due.isAfter(now); due = next(due)) {
            last = due;
        }
        return last;
    }

    /** The first time that clocks show from one on, and that is meant. */
    private LocalDateTime localFrom(LocalDateTime from) {
        if (fields.allow(from.toLocalDate())) {
            Optional<LocalTime> today = fields.from(from.toLocalTime());
            if (today.isPresent()) {
                return today.get().atDate(from.toLocalDate());
            }
        }
        LocalDate day = day(from.toLocalDate().plusDays(1)).orElseThrow();
        return fields.from(LocalTime.MIN).orElseThrow().atDate(day);
    }

    private Optional<LocalDate> day(LocalDate from) {
        LocalDate day = from;
        for (int i = 0; i < MOST_DAYS; i++) {
            if (fields.allow(day)) {
                return Optional.of(day);
            }
            day = fields.months().get(day.getMonthValue())
                    ? day.plusDays(1)
                    : day.withDayOfMonth(1).plusMonths(1);
        }
        return Optional.empty();
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        if (change == null) {
            return local.atZone(zone).toInstant();
        }
        return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
    }

    /**
     * What was read.
     *
     * @return five fields
     */
    public String text() {
        return text;
    }

    /**
     * Where its clocks hang.
     *
     * @return UTC where that was not said
     */
    public ZoneId zone() {
        return zone;
    }

    /** The line and its zone. */
    @Override
    public String toString() {
        return text + " in " + zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronLine that && text.equals(that.text) && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, zone);
    }
}
