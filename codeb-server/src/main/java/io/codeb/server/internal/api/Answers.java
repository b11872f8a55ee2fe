package io.codeb.server.internal.api;

import io.codeb.alert.AlertChannelStatus;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertFailure;
import io.codeb.deploy.GuardFailure;
import io.codeb.deploy.Release;
import io.codeb.deploy.ReleaseStanding;
import io.codeb.json.BackupView;
import io.codeb.json.DatabaseView;
import io.codeb.json.FailureView;
import io.codeb.json.FindingView;
import io.codeb.json.JobView;
import io.codeb.json.ProjectStatusView;
import io.codeb.json.ReleaseView;
import io.codeb.json.UnreadableReleaseView;
import io.codeb.json.UnreadableView;
import io.codeb.model.TableInfo;
import io.codeb.server.ApiToken;
import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.http.Problem;
import io.codeb.server.internal.operations.OperationView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What only the server answers. */
final class Answers {
    private Answers() {}

    /** {@code UP}, or a problem. */
    record Health(String status) {}

    /** What the token of who asks is worth. */
    record TokenView(
            String id,
            String name,
            Map<String, List<String>> roles,
            @Nullable Instant expiresAt) {
        static TokenView of(ApiToken token) {
            Map<String, List<String>> roles = new TreeMap<>();
            token.roles()
                    .forEach((project, of) ->
                            roles.put(project, of.stream().map(Enum::name).toList()));
            return new TokenView(
                    token.id(), token.name(), roles, token.expiresAt().orElse(null));
        }
    }

    /** Those that the token lets see. */
    record Projects(List<ProjectStatusView> projects) {}

    /** A project, and how its backups are. */
    record ProjectShown(
            String project,
            String engine,
            String database,
            @Nullable String container,
            ProjectStatusView status) {}

    record Tables(List<TableSize> tables) {}

    /** Rows as the server estimates them, -1 where it does not; bytes on its disk. */
    record TableSize(String schema, String name, String kind, long estimatedRows, long sizeBytes) {
        static TableSize of(TableInfo table) {
            return new TableSize(
                    table.table().schema(),
                    table.table().name(),
                    table.kind().name(),
                    table.estimatedRows(),
                    table.sizeBytes());
        }
    }

    record Databases(List<DatabaseView> databases) {}

    /** The newest first; the id after which the next page begins is null behind the last one. */
    record BackupPage(
            List<BackupView> backups,
            List<UnreadableView> unreadable,
            @Nullable String next) {}

    record Jobs(List<JobView> jobs) {}

    /** What a restore would be, and what stands in its way. */
    record RestorePlan(
            String source,
            @Nullable BackupView backup,
            String project,
            String database,
            @Nullable Boolean exists,
            String mode,
            boolean ok,
            List<FindingView> findings) {}

    record AlertList(List<AlertChannelView> channels) {}

    /**
     * A channel, without its address: what goes there (of all projects where none is named), how many were delivered
     * and so on since the server runs, when it took the last one, a test among them, and what has failed since then.
     */
    record AlertChannelView(
            String channel,
            String provider,
            List<String> kinds,
            List<String> projects,
            long delivered,
            long retried,
            long undelivered,
            long heldBack,
            int waiting,
            @Nullable Instant deliveredAt,
            @Nullable AlertFailureView failure) {
        static AlertChannelView of(AlertChannelStatus status) {
            AlertCounts counts = status.counts();
            return new AlertChannelView(
                    counts.channel(),
                    status.provider(),
                    status.kinds().stream().map(Enum::name).toList(),
                    List.copyOf(status.projects()),
                    counts.delivered(),
                    counts.retried(),
                    counts.undelivered(),
                    counts.heldBack(),
                    counts.waiting(),
                    status.deliveredAt().orElse(null),
                    status.failure().map(AlertFailureView::of).orElse(null));
        }
    }

    /** What of which kind was not delivered, and why. */
    record AlertFailureView(Instant at, String kind, String code, String reason) {
        static AlertFailureView of(AlertFailure failure) {
            return new AlertFailureView(
                    failure.at(), failure.kind().name(), failure.code().name(), failure.message());
        }
    }

    /** What was tried, and what came of it. */
    record TestedAlerts(boolean ok, List<String> delivered, List<FailureView> failures) {}

    /** The latest first; where the next page begins is null behind the last one. */
    record AuditPage(List<AuditLog.Line> entries, @Nullable String next) {}

    /** Those that have served, the newest last; and what lies in the place of one, and cannot be read or believed. */
    record ReleaseList(List<ReleaseShown> releases, List<UnreadableReleaseView> unreadable) {}

    /**
     * A version that has served; whether it does now; and what would keep it from being brought back with its database,
     * null where nothing would. Where the configuration does not say how it is deployed nobody knows either.
     */
    record ReleaseShown(
            int number,
            Instant at,
            String commit,
            String image,
            String container,
            @Nullable List<String> migrations,
            @Nullable String backup,
            @Nullable Long broughtBack,
            @Nullable Boolean serves,
            @Nullable Boolean reachable,
            @Nullable Obstacle obstacle) {
        static ReleaseShown of(Release release) {
            return of(ReleaseView.of(release), null, null, null);
        }

        static ReleaseShown of(ReleaseStanding standing) {
            return of(
                    ReleaseView.of(standing.release()),
                    standing.serves(),
                    standing.obstacle().isEmpty(),
                    standing.obstacle().map(Obstacle::of).orElse(null));
        }

        private static ReleaseShown of(
                ReleaseView release,
                @Nullable Boolean serves,
                @Nullable Boolean reachable,
                @Nullable Obstacle obstacle) {
            return new ReleaseShown(
                    release.number(),
                    release.at(),
                    release.commit(),
                    release.image(),
                    release.container(),
                    release.migrations(),
                    release.backup(),
                    release.broughtBack(),
                    serves,
                    reachable,
                    obstacle);
        }
    }

    /** What is in the way, and what to do about it. */
    record Obstacle(String code, String reason, String hint) {
        static Obstacle of(GuardFailure failure) {
            return new Obstacle(failure.code().name(), failure.message(), Problem.said(failure.hint()));
        }
    }

    record OperationList(List<OperationView> operations) {}
}
