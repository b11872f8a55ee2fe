package io.codeb.json;

import io.codeb.retention.RetentionDecision;
import io.codeb.retention.RetentionPlan;
import java.util.List;

/**
 * Whether a backup stays.
 *
 * @param id which backup
 * @param stays true where it does
 * @param reasons why, for people
 * @param storedSize bytes in the storage
 */
public record DecisionView(String id, boolean stays, List<String> reasons, long storedSize) {
    /**
     * Makes it of a plan.
     *
     * @param plan which stay
     * @return the same as JSON has it
     */
    public static List<DecisionView> of(RetentionPlan plan) {
        return plan.decisions().stream()
                .map(decision -> new DecisionView(
                        decision.id().value(),
                        decision.stays(),
                        decision.reasons().stream()
                                .map(RetentionDecision.Reason::text)
                                .toList(),
                        decision.backup().storedBytes()))
                .toList();
    }
}
