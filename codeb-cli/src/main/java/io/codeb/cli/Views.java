package io.codeb.cli;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.CheckReport;
import io.codeb.CleanUpReport;
import io.codeb.JobRun;
import io.codeb.JobStatus;
import io.codeb.Pin;
import io.codeb.PruneReport;
import io.codeb.config.ConfigurationProblem;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.model.BackupRef;
import io.codeb.model.Entry;
import io.codeb.model.Leftover;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import io.codeb.model.ServerDatabase;
import io.codeb.model.TableRows;
import io.codeb.retention.RetentionDecision;
import io.codeb.retention.RetentionPlan;
import io.codeb.status.FailedRun;
import io.codeb.status.KnownBackup;
import io.codeb.status.ProjectStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --json} prints: one of these records a command, whose names and meanings stay. Names can join them. Every
 * name is always there; what is not known is null. docs/cli.schema.json is made of them.
 */
final class Views {
    private Views() {}

    // What several commands tell

    record BackupView(
            String ref,
            String repository,
            String project,
            String id,
            @Nullable String base,
            Instant startedAt,
            Instant finishedAt,
            String engine,
            String serverVersion,
            String database,
            String content,
            int tables,
            long records,
            long rawSize,
            long storedSize,
            boolean encrypted,
            Map<String, String> labels,
            @Nullable Instant provenAt,
            @Nullable String pinnedBecause) {
        static BackupView of(Backup backup) {
            BackupRef ref = backup.ref();
            Manifest manifest = backup.manifest();
            return new BackupView(
                    ref.toString(),
                    ref.repository(),
                    ref.project(),
                    ref.id().value(),
                    manifest.base().map(Object::toString).orElse(null),
                    manifest.startedAt(),
                    manifest.finishedAt(),
                    manifest.engine().id(),
                    manifest.engine().server().text(),
                    manifest.database().name(),
                    manifest.selection().content().name(),
                    manifest.tables().size(),
                    manifest.totalRows(),
                    manifest.rawSize(),
                    manifest.storedSize(),
                    manifest.encrypted(),
                    manifest.labels(),
                    backup.provenAt().orElse(null),
                    backup.pin().map(Pin::reason).orElse(null));
        }
    }

    record NoticeView(String id, String message) {
        static List<NoticeView> of(List<Notice> notices) {
            return notices.stream()
                    .map(notice -> new NoticeView(notice.id(), notice.message()))
                    .toList();
        }
    }

    record TableView(String schema, String name, long records) {
        static List<TableView> of(List<TableRows> tables) {
            return tables.stream()
                    .map(rows ->
                            new TableView(rows.table().schema(), rows.table().name(), rows.rows()))
                    .toList();
        }
    }

    record KeptView(String database, String keptAs, Instant replacedAt, Instant keptUntil) {
        static KeptView of(ReplacedDatabase kept) {
            return new KeptView(kept.database(), kept.keptAs(), kept.replacedAt(), kept.keptUntil());
        }
    }

    record ErrorView(String code, String message, String hint, boolean retryable, List<String> problems) {
        static ErrorView of(CodeBException e) {
            List<String> problems = e instanceof ConfigException config ? config.problems() : List.of();
            return new ErrorView(e.code().name(), String.valueOf(e.getMessage()), e.hint(), e.retryable(), problems);
        }
    }

    record FailureView(String subject, String code, String reason) {
        static FailureView of(String subject, CodeBException e) {
            return new FailureView(subject, e.code().name(), String.valueOf(e.getMessage()));
        }
    }

    // A record for each command

    record Failed(ErrorView error) {}

    record BackedUp(BackupView backup, List<NoticeView> notices, long durationMillis) {}

    record Restored(
            @Nullable String backup,
            String project,
            String database,
            String serverVersion,
            List<TableView> tables,
            long records,
            List<NoticeView> notices,
            @Nullable KeptView replaced,
            @Nullable String safetyBackup,
            long durationMillis) {}

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

    record DatabaseView(
            String name, String owner, String kind, long sizeBytes, String encoding, String locale, int sessions) {
        static DatabaseView of(ServerDatabase database) {
            return new DatabaseView(
                    database.name(),
                    database.owner(),
                    database.kind().name(),
                    database.sizeBytes(),
                    database.encoding(),
                    database.locale(),
                    database.sessions());
        }
    }

    record Queried(List<ColumnView> columns, List<List<@Nullable Object>> rows, boolean truncated) {}

    record ColumnView(String name, String type) {}

    record Checked(boolean ok, List<CheckedSubject> subjects) {}

    record CheckedSubject(
            String name,
            List<String> proven,
            List<FindingView> findings,
            @Nullable ErrorView problem) {
        static CheckedSubject of(CheckReport.Subject subject) {
            return new CheckedSubject(
                    subject.name(),
                    subject.proven(),
                    List.of(),
                    subject.failure().map(ErrorView::of).orElse(null));
        }
    }

    record FindingView(String id, String severity, String measured, String threshold, String message, String whatToDo) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.id(),
                    finding.severity().name(),
                    finding.measured(),
                    finding.threshold(),
                    finding.message(),
                    finding.whatToDo());
        }
    }

    record Listed(List<BackupView> backups, List<UnreadableView> unreadable) {}

    record UnreadableView(String ref, String code, String reason) {
        static UnreadableView of(BackupListing.Unreadable unreadable) {
            return new UnreadableView(
                    unreadable.ref().toString(), unreadable.code().name(), unreadable.reason());
        }
    }

    record Shown(BackupView backup, List<EntryView> entries, List<TableView> tables) {}

    record EntryView(String name, String kind, long rawSize, long storedSize, List<String> codecs) {
        static EntryView of(Entry entry) {
            return new EntryView(
                    entry.name(), entry.kind().name(), entry.rawSize(), entry.storedSize(), entry.codecs());
        }
    }

    record Verified(boolean ok, List<VerifiedBackup> backups) {}

    record VerifiedBackup(
            String backup,
            boolean ok,
            boolean decoded,
            List<String> problems,
            List<String> orphans,
            long bytesRead,
            long durationMillis) {}

    record Copied(String backup, String copy) {}

    record Deleted(boolean dryRun, List<String> backups, List<NoticeView> notices) {}

    record Pinned(String backup, Instant at, String reason) {}

    record Unpinned(String backup) {}

    record Pruned(boolean dryRun, boolean ok, List<PrunedProject> projects, List<NoticeView> notices) {}

    record PrunedProject(
            String project,
            String policy,
            List<DecisionView> decisions,
            List<String> removed,
            long removedBytes,
            List<FailureView> failures) {
        static PrunedProject of(String project, RetentionPlan plan) {
            return new PrunedProject(project, plan.policy(), DecisionView.of(plan), List.of(), 0, List.of());
        }

        static PrunedProject of(String project, PruneReport report) {
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

    record DecisionView(String id, boolean stays, List<String> reasons, long storedSize) {
        static List<DecisionView> of(RetentionPlan plan) {
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

    record Status(List<ProjectStatusView> projects) {}

    record ProjectStatusView(
            String project,
            String repository,
            String state,
            boolean late,
            @Nullable String lastBackup,
            @Nullable Instant startedAt,
            @Nullable Long durationMillis,
            @Nullable Long storedSize,
            @Nullable Long records,
            @Nullable Instant lastProvenAt,
            @Nullable Instant provenAt,
            int backups,
            int unreadable,
            long totalStoredSize,
            @Nullable Long growthBytes,
            @Nullable Instant runningSince,
            @Nullable FailureView failure,
            @Nullable Instant failedAt,
            @Nullable Instant nextRun,
            @Nullable String problem) {
        static ProjectStatusView of(ProjectStatus status) {
            Optional<KnownBackup> last = status.last();
            return new ProjectStatusView(
                    status.project(),
                    status.repository(),
                    status.state().name(),
                    status.late(),
                    last.map(backup -> backup.id().value()).orElse(null),
                    last.map(KnownBackup::startedAt).orElse(null),
                    last.map(backup -> backup.duration().toMillis()).orElse(null),
                    last.map(KnownBackup::storedBytes).orElse(null),
                    last.map(KnownBackup::rows).orElse(null),
                    last.flatMap(KnownBackup::provenAt).orElse(null),
                    status.provenAt().orElse(null),
                    status.backups(),
                    status.unreadable(),
                    status.storedBytes(),
                    status.growth().map(ProjectStatus.Growth::bytes).orElse(null),
                    status.runningSince().orElse(null),
                    status.failure()
                            .map(failed -> new FailureView(
                                    failed.stage(), failed.code().name(), failed.message()))
                            .orElse(null),
                    status.failure().map(FailedRun::failedAt).orElse(null),
                    status.nextRun().orElse(null),
                    status.problem().orElse(null));
        }
    }

    record Schedule(List<JobView> jobs) {}

    record JobView(
            String job,
            String line,
            String timeZone,
            Instant next,
            @Nullable Instant runningSince,
            @Nullable JobRunView last,
            @Nullable String problem) {
        static JobView of(JobStatus status) {
            return new JobView(
                    status.job().name(),
                    status.job().line().text(),
                    status.job().line().zone().getId(),
                    status.next(),
                    status.runningSince().orElse(null),
                    status.last().map(JobRunView::of).orElse(null),
                    status.problem().orElse(null));
        }
    }

    record JobRunView(
            Instant due,
            Instant startedAt,
            Instant endedAt,
            int tries,
            String outcome,
            @Nullable String code,
            String message) {
        static JobRunView of(JobRun run) {
            return new JobRunView(
                    run.due(),
                    run.startedAt(),
                    run.endedAt(),
                    run.tries(),
                    run.outcome().name(),
                    run.code().map(ErrorCode::name).orElse(null),
                    run.message());
        }
    }

    record Upcoming(List<UpcomingView> runs) {}

    record UpcomingView(String job, Instant at) {}

    record RanJobs(boolean ok, List<RanJobView> jobs) {}

    record RanJobView(String job, JobRunView run) {}

    record ScheduleEnded(boolean cancelled) {}

    record Exported(String backup, String file, long bytes) {}

    record Drilled(
            String backup,
            Instant provenAt,
            String image,
            String serverVersion,
            List<TableView> tables,
            int checksums,
            long records,
            List<NoticeView> notices,
            long durationMillis) {}

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

    record Recovered(
            boolean ok,
            List<RecoveredRestoreView> restores,
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

    record MadeConfig(String file) {}

    record Swept(boolean dryRun, List<String> removed, List<String> kept) {}
}
