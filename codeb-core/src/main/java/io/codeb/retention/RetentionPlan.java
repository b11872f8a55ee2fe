package io.codeb.retention;

import io.codeb.model.BackupId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a policy makes of a project's backups: what becomes of each, and why.
 *
 * @param policy the policy, in words
 * @param decisions one for each backup, the oldest first
 */
public record RetentionPlan(String policy, List<RetentionDecision> decisions) {
    /** Copies the list. */
    public RetentionPlan {
        Objects.requireNonNull(policy, "policy");
        decisions = List.copyOf(decisions);
    }

    /**
     * What stays.
     *
     * @return the oldest first
     */
    public List<RetentionDecision> staying() {
        return decisions.stream().filter(RetentionDecision::stays).toList();
    }

    /**
     * What goes.
     *
     * @return in the order in which it can be deleted: before each backup those that cannot be read without it, else
     *     the oldest first
     */
    public List<RetentionDecision> going() {
        List<RetentionDecision> going =
                decisions.stream().filter(decision -> !decision.stays()).toList();
        Map<BackupId, List<RetentionDecision>> onTop = new HashMap<>();
        for (RetentionDecision decision : going) {
            decision.backup().base().ifPresent(base -> onTop.computeIfAbsent(base, unused -> new ArrayList<>())
                    .add(decision));
        }
        List<RetentionDecision> ordered = new ArrayList<>();
        Set<BackupId> seen = new HashSet<>();
        going.forEach(decision -> visit(decision, onTop, seen, ordered));
        return List.copyOf(ordered);
    }

    /** Without recursion: how long a chain is, others have written. */
    private static void visit(
            RetentionDecision first,
            Map<BackupId, List<RetentionDecision>> onTop,
            Set<BackupId> seen,
            List<RetentionDecision> ordered) {
        List<RetentionDecision> chain = new ArrayList<>();
        if (seen.add(first.id())) {
            chain.add(first);
        }
        for (int i = 0; i < chain.size(); i++) {
            onTop.getOrDefault(chain.get(i).id(), List.of()).stream()
                    .filter(next -> seen.add(next.id()))
                    .forEach(chain::add);
        }
        for (int i = chain.size() - 1; i >= 0; i--) {
            ordered.add(chain.get(i));
        }
    }

    /**
     * How much what goes takes in the storage.
     *
     * @return bytes
     */
    public long goingBytes() {
        return going().stream()
                .mapToLong(decision -> decision.backup().storedBytes())
                .reduce(0, RetentionPlan::sum);
    }

    /** Sizes are what manifests say, which others may have written. */
    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
