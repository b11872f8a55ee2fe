package io.codeb.retention;

import io.codeb.model.BackupId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What becomes of one backup, and why.
 *
 * @param backup which
 * @param reasons all rules that keep it; or, where it goes, the one that says so. Never empty
 */
public record RetentionDecision(RetentionCandidate backup, List<Reason> reasons) {
    /** Copies the list. */
    public RetentionDecision {
        Objects.requireNonNull(backup, "backup");
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("what becomes of a backup has a reason");
        }
    }

    /**
     * A reason.
     *
     * @param rule which one
     * @param text it, for people, without a full stop
     */
    public record Reason(RetentionRule rule, String text) {
        /** Takes no null. */
        public Reason {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * Which backup it is about.
     *
     * @return its id
     */
    public BackupId id() {
        return backup.id();
    }

    /**
     * What becomes of it.
     *
     * @return true when it stays
     */
    public boolean stays() {
        return reasons.stream().anyMatch(reason -> reason.rule().keeps());
    }

    /**
     * Why, for people.
     *
     * @return all reasons in one line
     */
    public String why() {
        return reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
    }
}
