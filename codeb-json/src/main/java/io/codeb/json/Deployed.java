package io.codeb.json;

import io.codeb.deploy.DeployReport;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardStep;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that went well. To make one takes the module codeb-deploy, which codeb-json does not bring.
 *
 * @param project whose
 * @param release what serves now
 * @param rehearsal what the migrations did to a copy; null where nobody has tried
 * @param restored the ref of the backup, or where the dump was, that took the place of the database first; null where
 *     none did
 * @param replaced the database that it has replaced and that is kept; null where nothing is
 * @param durationMs how long all of it took, in milliseconds
 */
public record Deployed(
        String project,
        ReleaseView release,
        @Nullable RehearsalView rehearsal,
        @Nullable String restored,
        @Nullable KeptView replaced,
        long durationMs) {
    /**
     * Makes it of what codeb-deploy answers.
     *
     * @param report of a deployment that went well
     * @return the same as JSON has it
     */
    public static Deployed of(DeployReport report) {
        return new Deployed(
                report.project(),
                ReleaseView.of(report.release().orElseThrow()),
                report.guard()
                        .flatMap(GuardReport::rehearsal)
                        .map(RehearsalView::of)
                        .orElse(null),
                report.guard().flatMap(Deployed::restored).orElse(null),
                report.guard().flatMap(GuardReport::kept).map(KeptView::of).orElse(null),
                report.duration().toMillis());
    }

    private static Optional<String> restored(GuardReport report) {
        return report.steps().stream()
                .filter(step -> step.kind() == GuardStep.Kind.RESTORE)
                .map(GuardStep::detail)
                .findFirst();
    }
}
