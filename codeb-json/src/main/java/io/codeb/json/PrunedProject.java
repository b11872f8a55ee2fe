package io.codeb.json;

import io.codeb.PruneReport;
import io.codeb.model.BackupRef;
import io.codeb.retention.RetentionPlan;
import java.util.List;

/**
 * Which backups of a project stay.
 *
 * @param project its name
 * @param policy by which policy, in words
 * @param decisions one for each backup
 * @param removed refs of those that were deleted
 * @param removedBytes what they took in the storage
 * @param failures those that could not be deleted
 */
public record PrunedProject(
        String project,
        String policy,
        List<DecisionView> decisions,
        List<String> removed,
        long removedBytes,
        List<FailureView> failures) {
    /**
     * Makes it of a plan.
     *
     * @param project its name
     * @param plan which stay
     * @return the same as JSON has it
     */
    public static PrunedProject of(String project, RetentionPlan plan) {
        return new PrunedProject(project, plan.policy(), DecisionView.of(plan), List.of(), 0, List.of());
    }

    /**
     * Makes it of what was deleted.
     *
     * @param project its name
     * @param report what was done
     * @return the same as JSON has it
     */
    public static PrunedProject of(String project, PruneReport report) {
        return new PrunedProject(
                project,
                report.plan().policy(),
                DecisionView.of(report.plan()),
                report.removed().stream().map(BackupRef::toString).toList(),
                report.removedBytes(),
                report.failures().stream()
                        .map(each -> new FailureView(
                                each.ref().toString(), each.code().name(), each.reason()))
                        .toList());
    }
}
