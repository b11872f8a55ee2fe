package io.codeb.retention;

import io.codeb.model.BackupId;
import io.codeb.retention.RetentionCandidate.Standing;
import io.codeb.retention.RetentionDecision.Reason;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One look of a policy at the backups of a project. */
final class Evaluation {
    private final RetentionPolicy policy;
    private final Instant now;

    /** The oldest first. */
    private final Map<BackupId, RetentionCandidate> backups = new LinkedHashMap<>();

    /** The newest first. */
    private final List<RetentionCandidate> newestFirst = new ArrayList<>();

    /** What numbers count, the newest first. */
    private final List<RetentionCandidate> good;

    /** What keeps a backup whatever the policy says. */
    private final Map<BackupId, List<Reason>> firm = new HashMap<>();

    /** What the policy's words keep it for, while there is room. */
    private final Map<BackupId, List<Reason>> wished = new HashMap<>();

    /** For which other one a backup stays. */
    private final Map<BackupId, BackupId> neededBy = new HashMap<>();

    private final Set<BackupId> staying = new LinkedHashSet<>();
    private final Set<BackupId> overSize = new LinkedHashSet<>();

    Evaluation(RetentionPolicy policy, Collection<RetentionCandidate> given, Instant now) {
        this.policy = policy;
        this.now = now;
        given.stream().sorted(RetentionCandidate.BY_AGE).forEach(backup -> {
            if (backups.put(backup.id(), backup) != null) {
                throw new IllegalArgumentException("backup " + backup.id() + " is there twice");
            }
            newestFirst.add(backup);
        });
        Collections.reverse(newestFirst);
        this.good = newestFirst.stream().filter(this::isGood).toList();
    }

    private boolean isGood(RetentionCandidate backup) {
        return !isFromTheFuture(backup)
                && (backup.standing() == Standing.PROVEN
                        || (backup.standing() == Standing.UNPROVEN && !policy.countsOnlyProven()));
    }

    private boolean isFromTheFuture(RetentionCandidate backup) {
        return backup.startedAt().isAfter(now);
    }

    RetentionPlan plan() {
        newestFirst.forEach(this::keepFirmly);
        wish();
        List<RetentionCandidate> firmly = newestFirst.stream()
                .filter(backup -> firm.containsKey(backup.id()))
                .toList();
        firmly.forEach(backup -> staying.add(backup.id()));
        firmly.forEach(backup -> staying.addAll(lacking(backup)));
        keepWhatFits();
        staying.forEach(id -> noteNeed(backup(id)));
        return new RetentionPlan(
                policy.toString(),
                backups.values().stream()
                        .map(backup -> new RetentionDecision(backup, reasons(backup)))
                        .toList());
    }

    private RetentionCandidate backup(BackupId id) {
        return Optional.ofNullable(backups.get(id)).orElseThrow();
    }

    private static void add(
            Map<BackupId, List<Reason>> to, RetentionCandidate backup, RetentionRule rule, String text) {
        to.computeIfAbsent(backup.id(), unused -> new ArrayList<>()).add(new Reason(rule, text));
    }

    private void keepFirmly(RetentionCandidate backup) {
        @Nullable RetentionCandidate newest = good.isEmpty() ? null : good.get(0);
        if (backup.pinned()) {
            add(firm, backup, RetentionRule.PINNED, "pinned");
        }
        if (backup.standing() == Standing.UNREADABLE) {
            add(firm, backup, RetentionRule.UNREADABLE, "its manifest cannot be read here, or is not believed");
        } else if (isFromTheFuture(backup)) {
            add(
                    firm,
                    backup,
                    RetentionRule.FROM_THE_FUTURE,
                    "it began at " + backup.startedAt() + ", which is still to come: a clock is or was wrong");
        } else if (backup.equals(newest)) {
            add(firm, backup, RetentionRule.LAST_GOOD, "the newest good one");
        } else if (newest == null) {
            add(firm, backup, RetentionRule.NOT_YET_GOOD, "there is no good one yet");
        } else if (RetentionCandidate.BY_AGE.compare(backup, newest) > 0) {
            add(firm, backup, RetentionRule.NOT_YET_GOOD, "newer than the newest good one");
        }
    }

    private void wish() {
        if (policy.keepsEverything()) {
            backups.values()
                    .forEach(backup -> add(wished, backup, RetentionRule.EVERYTHING, "the policy keeps everything"));
            return;
        }
        if (good.isEmpty()) {
            return;
        }
        policy.days().ifPresent(this::wishDays);
        policy.last()
                .ifPresent(
                        most -> wishEach(most, RetentionRule.LAST, RetentionCandidate::id, id -> "of the last ones"));
        policy.daily().ifPresent(most -> wishEach(most, RetentionRule.DAILY, this::day, day -> "last of " + day));
        policy.weekly()
                .ifPresent(most -> wishEach(
                        most,
                        RetentionRule.WEEKLY,
                        backup -> day(backup).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
                        monday -> "last of the week from " + monday));
        policy.monthly()
                .ifPresent(most -> wishEach(
                        most,
                        RetentionRule.MONTHLY,
                        backup -> YearMonth.from(day(backup)),
                        month -> "last of " + month));
        policy.yearly()
                .ifPresent(most -> wishEach(
                        most, RetentionRule.YEARLY, backup -> day(backup).getYear(), year -> "last of " + year));
    }

    /** Ages count nothing, so that they do not ask whether a backup is good. */
    private void wishDays(int most) {
        Instant oldest = time(good.get(0)).minus(Duration.ofDays(most));
        newestFirst.stream()
                .filter(backup -> !isFromTheFuture(backup) && time(backup).isAfter(oldest))
                .forEach(backup ->
                        add(wished, backup, RetentionRule.DAYS, "within " + most + " days of the newest good one"));
    }

    private <P> void wishEach(
            int most, RetentionRule rule, Function<RetentionCandidate, P> period, Function<P, String> text) {
        Set<P> seen = new LinkedHashSet<>();
        for (RetentionCandidate backup : good) {
            P its = period.apply(backup);
            if (!seen.contains(its)) {
                if (seen.size() == most) {
                    return;
                }
                seen.add(its);
                add(wished, backup, rule, text.apply(its) + ", " + seen.size() + " of " + most);
            }
        }
    }

    private LocalDate day(RetentionCandidate backup) {
        return LocalDate.ofInstant(time(backup), policy.zone());
    }

    /** Manifests can name times that no calendar has. */
    private static Instant time(RetentionCandidate backup) {
        return backup.startedAt().isBefore(Instant.EPOCH) ? Instant.EPOCH : backup.startedAt();
    }

    /** The newest first, until one does not fit: what is older than that does not stay in its stead. */
    private void keepWhatFits() {
        long room = policy.bytes().orElse(Long.MAX_VALUE);
        long taken = staying.stream()
                .map(this::backup)
                .filter(backup -> !isFromTheFuture(backup))
                .mapToLong(RetentionCandidate::storedBytes)
                .reduce(0, RetentionPlan::sum);
        boolean full = false;
        for (RetentionCandidate backup : newestFirst) {
            if (!wished.containsKey(backup.id()) || staying.contains(backup.id())) {
                continue;
            }
            Set<BackupId> more = lacking(backup);
            more.add(backup.id());
            long with = more.stream()
                    .map(this::backup)
                    .mapToLong(RetentionCandidate::storedBytes)
                    .reduce(taken, RetentionPlan::sum);
            full = full || (policy.bytes().isPresent() && with > room);
            if (full) {
                overSize.add(backup.id());
            } else {
                taken = with;
                staying.addAll(more);
            }
        }
    }

    /** What a backup needs and does not stay yet. */
    private Set<BackupId> lacking(RetentionCandidate backup) {
        Set<BackupId> lacking = new LinkedHashSet<>();
        Optional<BackupId> base = backup.base();
        while (base.isPresent()
                && backups.containsKey(base.get())
                && !base.get().equals(backup.id())
                && !staying.contains(base.get())
                && lacking.add(base.get())) {
            base = backup(base.get()).base();
        }
        return lacking;
    }

    private void noteNeed(RetentionCandidate backup) {
        backup.base()
                .filter(staying::contains)
                .filter(base -> !base.equals(backup.id()))
                .ifPresent(base ->
                        neededBy.merge(base, backup.id(), (one, other) -> one.compareTo(other) >= 0 ? one : other));
    }

    private List<Reason> reasons(RetentionCandidate backup) {
        List<Reason> reasons = new ArrayList<>(firm.getOrDefault(backup.id(), List.of()));
        List<Reason> words = wished.getOrDefault(backup.id(), List.of());
        if (!staying.contains(backup.id())) {
            return List.of(
                    overSize.contains(backup.id())
                            ? new Reason(
                                    RetentionRule.OVER_SIZE,
                                    "no room for it within " + policy.bytes().orElseThrow() + " bytes, else "
                                            + words.stream().map(Reason::text).collect(Collectors.joining("; ")))
                            : new Reason(RetentionRule.OUTLIVED, "no rule keeps it"));
        }
        reasons.addAll(words);
        Optional.ofNullable(neededBy.get(backup.id()))
                .ifPresent(other -> reasons.add(new Reason(RetentionRule.NEEDED, other + " needs it")));
        return reasons;
    }
}
