package io.codeb.cli;

import io.codeb.CleanUpReport;
import io.codeb.config.ConfigurationProblem;
import io.codeb.deploy.GuardStep;
import io.codeb.json.BackupView;
import io.codeb.json.DatabaseView;
import io.codeb.json.ErrorView;
import io.codeb.json.FailureView;
import io.codeb.json.FindingView;
import io.codeb.json.JobRunView;
import io.codeb.json.JobView;
import io.codeb.json.KeptView;
import io.codeb.json.NoticeView;
import io.codeb.json.ProjectStatusView;
import io.codeb.json.PrunedProject;
import io.codeb.json.ReleaseView;
import io.codeb.json.UnreadableReleaseView;
import io.codeb.json.UnreadableView;
import io.codeb.json.VerifiedBackup;
import io.codeb.model.Leftover;
import io.codeb.model.RowDifference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --json} prints: one of these records a command, or one of io.codeb.json, whose names and meanings stay.
 * Names can join them. Every name is always there; what is not known is null. docs/cli.schema.json is made of them.
 */
final class Views {
    private Views() {}

    record Failed(ErrorView error) {}

    record RestorePlan(
            boolean dryRun,
            String source,
            @Nullable BackupView backup,
            String project,
            String database,
            @Nullable Boolean exists,
            String mode,
            boolean ok,
            List<FindingView> findings) {}

    record Databases(String project, List<DatabaseView> databases) {}

    record Listed(List<BackupView> backups, List<UnreadableView> unreadable) {}

    record Verified(boolean ok, List<VerifiedBackup> backups) {}

    record Copied(String backup, String copy) {}

    record Deleted(boolean dryRun, List<String> backups, List<NoticeView> notices) {}

    record Unpinned(String backup) {}

    record Pruned(boolean dryRun, boolean ok, List<PrunedProject> projects, List<NoticeView> notices) {}

    record Status(List<ProjectStatusView> projects) {}

    record Schedule(List<JobView> jobs) {}

    record Upcoming(List<UpcomingView> runs) {}

    record UpcomingView(String job, Instant at) {}

    record RanJobs(boolean ok, List<RanJobView> jobs) {}

    record RanJobView(String job, JobRunView run) {}

    record ScheduleEnded(boolean cancelled) {}

    record Exported(String backup, String file, long bytes) {}

    record RolledBack(
            boolean dryRun,
            String project,
            String database,
            @Nullable KeptView restored,
            @Nullable KeptView replaced,
            List<DifferenceView> differences,
            List<NoticeView> notices) {}

    /** -1 where there is no such table. */
    record DifferenceView(String table, long live, long kept, long missing) {
        static DifferenceView of(RowDifference difference) {
            return new DifferenceView(
                    difference.schema() + "." + difference.name(),
                    difference.live(),
                    difference.kept(),
                    difference.missing());
        }
    }

    record ReleaseList(String project, List<ReleaseView> releases, List<UnreadableReleaseView> unreadable) {}

    record BringingBack(boolean dryRun, String project, ReleaseView release) {}

    record Staged(
            String production,
            String staging,
            String backup,
            List<StagingStepView> steps,
            @Nullable KeptView replaced,
            List<NoticeView> notices,
            long durationMs) {}

    /** The detail names it for people: of a test its own words. */
    record StagingStepView(String kind, String detail, long durationMs) {
        static StagingStepView of(GuardStep step) {
            return new StagingStepView(
                    step.kind().name(), step.detail(), step.duration().toMillis());
        }
    }

    /** With the findings for the last backup that there is; null where there is none. */
    record StagingPlan(
            boolean dryRun,
            String production,
            String staging,
            @Nullable String backup,
            List<String> tests,
            boolean ok,
            List<FindingView> findings) {}

    record Proxied(String project) {}

    record RecoveredDeploymentView(String project, String outcome) {}

    record Recovered(
            boolean ok,
            List<RecoveredRestoreView> restores,
            List<RecoveredDeploymentView> deployments,
            List<LeftoverView> leftovers,
            List<FailureView> failures) {}

    record RecoveredRestoreView(String run, String project, String database, String outcome) {}

    record LeftoverView(String project, String kind, String name, String run, boolean ended, String keptBecause) {
        static List<LeftoverView> of(String project, CleanUpReport report) {
            return report.leftovers().stream().map(left -> of(project, left)).toList();
        }

        private static LeftoverView of(String project, Leftover left) {
            return new LeftoverView(
                    project, left.kind().name(), left.name(), left.run(), left.isEnded(), left.keptBecause());
        }
    }

    record GeneratedKey(String kind, String file, String publicKey) {}

    record Keys(boolean ok, List<String> opened, List<String> plain, List<FailureView> failures) {}

    record TestedAlerts(boolean ok, List<String> delivered, List<FailureView> failures) {}

    record CheckedConfig(String file, boolean ok, List<ProblemView> problems) {}

    record ProblemView(String path, int line, int column, String message) {
        static ProblemView of(ConfigurationProblem problem) {
            return new ProblemView(problem.path(), problem.line(), problem.column(), problem.message());
        }
    }

    record Served(String address) {}

    record TokenView(
            String id,
            String name,
            Map<String, List<String>> roles,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {}

    /** The only time that the token itself is told. */
    record CreatedTokenView(TokenView token, String secret) {}

    record TokenList(List<TokenView> tokens) {}

    record RevokedToken(String id) {}

    record MadeConfig(String file) {}

    record Swept(boolean dryRun, List<String> removed, List<String> kept) {}
}
