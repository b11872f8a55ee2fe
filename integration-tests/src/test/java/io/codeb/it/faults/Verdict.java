package io.codeb.it.faults;

import io.codeb.RecoveredRestore.Outcome;
import io.codeb.it.faults.OperatorProcess.End;
import java.time.Duration;
import java.util.List;

/**
 * What came of a fault.
 *
 * @param fault which
 * @param hit whether it met the operation; false where that had ended, or there was nothing to strike
 * @param end how the operation ended
 * @param changed whether the databases, or the list of backups, are as they are after the operation; else as before
 * @param recovered what {@code recover()} said of the restores that it found
 * @param violations what must not be, for people; empty where all is as it must be
 * @param duration how long all of it took
 */
record Verdict(
        Fault fault,
        boolean hit,
        End end,
        boolean changed,
        List<Outcome> recovered,
        List<String> violations,
        Duration duration) {
    boolean ok() {
        return violations.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(fault.toString())
                .append(hit ? ": " : ": MISSED, ")
                .append(end.how())
                .append(end.words().isEmpty() ? "" : " (" + end.words() + ")")
                .append(", ")
                .append(changed ? "as after" : "as before");
        recovered.forEach(outcome -> text.append(", ").append(outcome));
        text.append(", ").append(duration.toMillis()).append(" ms");
        violations.forEach(violation -> text.append("\n  VIOLATION: ").append(violation));
        if (!ok()) {
            text.append("\n  again: dev/faults ").append(fault.seed());
        }
        return text.toString();
    }
}
