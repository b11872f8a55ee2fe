package io.codeb.retention;

import io.codeb.model.CheckReturnValue;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which backups of a project stay. Immutable; each word answers a changed copy. Without further words all of them do.
 *
 * <pre>{@code
 * RetentionPolicy.keep().days(30).last(3)
 * RetentionPolicy.keep().daily(7).weekly(5).monthly(12).yearly(3).in(ZoneId.of("Asia/Seoul"))
 * RetentionPolicy.keep().within(500_000_000_000L)
 * }</pre>
 *
 * <p>What any of its words keeps stays; {@link #within(long)} alone takes away from that. Whatever it says, these stay:
 * the newest good backup, those that are pinned, those that others which stay cannot be read without, those that cannot
 * be read here, and those from the future. A good backup is one whose manifest can be read and which no drill has
 * refuted; with {@link #countingOnlyProven()} one that a drill has proven.
 *
 * <p>Ages are told from the newest good backup back, not from now. So where no backups are made any more, none goes,
 * and a clock that is wrong takes none away before one is made by it.
 */
@CheckReturnValue
public final class RetentionPolicy {
    /** The most that any word can name. */
    public static final int MOST = 100_000;

    private final int days;
    private final int last;
    private final int daily;
    private final int weekly;
    private final int monthly;
    private final int yearly;
    private final long bytes;
    private final ZoneId zone;
    private final boolean onlyProven;

    private RetentionPolicy(Draft draft) {
        this.days = draft.days;
        this.last = draft.last;
        this.daily = draft.daily;
        this.weekly = draft.weekly;
        this.monthly = draft.monthly;
        this.yearly = draft.yearly;
        this.bytes = draft.bytes;
        this.zone = draft.zone;
        this.onlyProven = draft.onlyProven;
    }

    /**
     * Keeps everything, until it is told what to keep.
     *
     * @return the policy
     */
    public static RetentionPolicy keep() {
        return new RetentionPolicy(new Draft());
    }

    /**
     * Keeps what began within so many days of 24 hours before the newest good backup.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy days(int most) {
        Draft draft = draft();
        draft.days = checked("days", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Keeps the newest so many good backups.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy last(int most) {
        Draft draft = draft();
        draft.last = checked("last", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Keeps the last good backup of each of the newest so many days that have one.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy daily(int most) {
        Draft draft = draft();
        draft.daily = checked("daily", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Keeps the last good backup of each of the newest so many weeks, from Monday on, that have one.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy weekly(int most) {
        Draft draft = draft();
        draft.weekly = checked("weekly", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Keeps the last good backup of each of the newest so many months that have one.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy monthly(int most) {
        Draft draft = draft();
        draft.monthly = checked("monthly", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Keeps the last good backup of each of the newest so many years that have one.
     *
     * @param most 1 to {@value #MOST}
     * @return a changed copy
     * @throws IllegalArgumentException when it is not within these
     */
    public RetentionPolicy yearly(int most) {
        Draft draft = draft();
        draft.yearly = checked("yearly", most);
        return new RetentionPolicy(draft);
    }

    /**
     * Says in which zone days, weeks, months and years begin; in UTC without this word.
     *
     * @param timeZone which
     * @return a changed copy
     */
    public RetentionPolicy in(ZoneId timeZone) {
        Draft draft = draft();
        draft.zone = Objects.requireNonNull(timeZone, "timeZone");
        return new RetentionPolicy(draft);
    }

    /**
     * Lets the oldest go of what the other words keep, until the rest fits into a size. What stays whatever a policy
     * says counts, but for what is from the future, and may be more than the size by itself.
     *
     * @param mostBytes as stored, at least 1
     * @return a changed copy
     * @throws IllegalArgumentException when there is no such size
     */
    public RetentionPolicy within(long mostBytes) {
        if (mostBytes < 1) {
            throw new IllegalArgumentException("backups do not fit into " + mostBytes + " bytes");
        }
        Draft draft = draft();
        draft.bytes = mostBytes;
        return new RetentionPolicy(draft);
    }

    /**
     * Takes no backup for good that no drill has proven: numbers count proven ones, and the newest proven one stays.
     * What is newer than that one stays, too, until it is proven or another one is; while none is proven, all stay.
     *
     * @return a changed copy
     */
    public RetentionPolicy countingOnlyProven() {
        Draft draft = draft();
        draft.onlyProven = true;
        return new RetentionPolicy(draft);
    }

    private static int checked(String word, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException(
                    "a policy keeps 1 to " + MOST + ", and not " + word + "(" + most + "); leave the word out");
        }
        return most;
    }

    /**
     * Decides. The same backups have the same plan, in whatever order they come.
     *
     * @param backups all of one project in one repository
     * @param now what began later is from the future
     * @return what becomes of each, and why
     * @throws IllegalArgumentException when one is there twice
     */
    public RetentionPlan plan(Collection<RetentionCandidate> backups, Instant now) {
        return new Evaluation(this, Objects.requireNonNull(backups, "backups"), Objects.requireNonNull(now, "now"))
                .plan();
    }

    /**
     * For how many days backups stay.
     *
     * @return empty where that was not said
     */
    public OptionalInt days() {
        return said(days);
    }

    /**
     * How many of the newest stay.
     *
     * @return empty where that was not said
     */
    public OptionalInt last() {
        return said(last);
    }

    /**
     * Of how many days one stays.
     *
     * @return empty where that was not said
     */
    public OptionalInt daily() {
        return said(daily);
    }

    /**
     * Of how many weeks one stays.
     *
     * @return empty where that was not said
     */
    public OptionalInt weekly() {
        return said(weekly);
    }

    /**
     * Of how many months one stays.
     *
     * @return empty where that was not said
     */
    public OptionalInt monthly() {
        return said(monthly);
    }

    /**
     * Of how many years one stays.
     *
     * @return empty where that was not said
     */
    public OptionalInt yearly() {
        return said(yearly);
    }

    private static OptionalInt said(int number) {
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /**
     * Into how many bytes what stays has to fit.
     *
     * @return empty where that was not said
     */
    public OptionalLong bytes() {
        return bytes == 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /**
     * Where days begin.
     *
     * @return UTC where that was not said
     */
    public ZoneId zone() {
        return zone;
    }

    /**
     * What is good.
     *
     * @return true when only what is proven counts
     */
    public boolean countsOnlyProven() {
        return onlyProven;
    }

    /** Whether it names an age or a number. */
    boolean keepsEverything() {
        return days + last + daily + weekly + monthly + yearly == 0;
    }

    /** It in words, as {@code keep days 30, last 3}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (keepsEverything()) {
            words.add("everything");
        }
        said(days).ifPresent(most -> words.add("days " + most));
        said(last).ifPresent(most -> words.add("last " + most));
        said(daily).ifPresent(most -> words.add("daily " + most));
        said(weekly).ifPresent(most -> words.add("weekly " + most));
        said(monthly).ifPresent(most -> words.add("monthly " + most));
        said(yearly).ifPresent(most -> words.add("yearly " + most));
        bytes().ifPresent(most -> words.add("within " + most + " bytes"));
        if (onlyProven) {
            words.add("counting only proven");
        }
        if (!zone.equals(ZoneOffset.UTC)) {
            words.add("in " + zone);
        }
        return "keep " + String.join(", ", words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RetentionPolicy that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    private Draft draft() {
        Draft draft = new Draft();
        draft.days = days;
        draft.last = last;
        draft.daily = daily;
        draft.weekly = weekly;
        draft.monthly = monthly;
        draft.yearly = yearly;
        draft.bytes = bytes;
        draft.zone = zone;
        draft.onlyProven = onlyProven;
        return draft;
    }

    private static final class Draft {
        private int days;
        private int last;
        private int daily;
        private int weekly;
        private int monthly;
        private int yearly;
        private long bytes;
        private ZoneId zone = ZoneOffset.UTC;
        private boolean onlyProven;
    }
}
