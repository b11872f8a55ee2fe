package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a guard is: what its journal holds before each step, so that whoever comes after a crash knows what is to be
 * looked for, and what is to be put back.
 *
 * @param id of the guard
 * @param step what goes on, or was to
 * @param at since when
 * @param changed whether the live database may be another one than before
 * @param backup what can be rolled back to; null where there is none yet
 * @param replaced the database that the guard's restore has replaced, by the name that it is kept by; null where
 *     nothing was restored. It is what is rolled back to
 * @param keptBefore the databases that were kept already before the step, which replaces the live one: one that is not
 *     among them is of the step, and proves that it was done
 * @param keep for how long what the step replaces is kept: after that there is no such proof any more
 * @param probes the names of the probes, a line each, or their SHA-256 where that is shorter
 */
record GuardState(
        String id,
        Step step,
        Instant at,
        boolean changed,
        @Nullable BackupRef backup,
        @Nullable String replaced,
        List<String> keptBefore,
        Duration keep,
        String probes) {
    private static final int NAMES_LENGTH = 512;

    /** What can go on. */
    enum Step {
        BACKUP,
        RESTORE,
        MIGRATE,
        PROBE,
        ROLL_BACK
    }

    GuardState {
        keptBefore = List.copyOf(keptBefore);
    }

    static GuardState begin(String id, Instant at, List<Probe> probes) {
        return new GuardState(id, Step.BACKUP, at, false, null, null, List.of(), Duration.ZERO, names(probes));
    }

    /** Of many words what tells them from others: a note has little room. */
    static String names(List<Probe> probes) {
        String names = String.join("\n", probes.stream().map(Probe::name).toList());
        if (names.length() <= NAMES_LENGTH) {
            return names;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(names.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    GuardState backedUp(BackupRef ref) {
        return new GuardState(id, step, at, changed, ref, replaced, keptBefore, keep, probes);
    }

    GuardState restored(String keptAs) {
        return new GuardState(id, step, at, true, backup, keptAs, keptBefore, keep, probes);
    }

    /** Says whether anything was changed, or may have been. */
    GuardState changed(boolean any) {
        return new GuardState(id, step, at, any, backup, replaced, keptBefore, keep, probes);
    }

    GuardState to(Step next, Instant now) {
        return new GuardState(id, next, now, changed, backup, replaced, keptBefore, keep, probes);
    }

    /** To a step that replaces the live database. */
    GuardState replacing(Step next, Instant now, List<String> kept, Duration time) {
        return new GuardState(id, next, now, changed, backup, replaced, kept, time, probes);
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("step", step.name());
        map.put("at", at.toString());
        map.put("changed", Boolean.toString(changed));
        if (backup != null) {
            map.put("backup", backup.toString());
        }
        if (replaced != null) {
            map.put("replaced", replaced);
        }
        map.put("keptBefore", String.join("\n", keptBefore));
        map.put("keep", keep.toString());
        map.put("probes", probes);
        return map;
    }

    /** Reads what may be anybody's. */
    static GuardState of(String project, Map<String, String> map) {
        try {
            String backup = map.get("backup");
            return new GuardState(
                    text(map, "id"),
                    Step.valueOf(text(map, "step")),
                    Instant.parse(text(map, "at")),
                    Boolean.parseBoolean(text(map, "changed")),
                    backup == null ? null : BackupRef.parse(backup),
                    map.get("replaced"),
                    text(map, "keptBefore").lines().toList(),
                    Duration.parse(text(map, "keep")),
                    text(map, "probes"));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "the journal of the deployment of " + project + " cannot be read: " + e.getMessage(),
                    "look what state the database is in, then accept(…) it",
                    e);
        }
    }

    private static String text(Map<String, String> map, String name) {
        String text = map.get(name);
        if (text == null) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return text;
    }
}
