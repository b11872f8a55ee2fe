package io.codeb.internal.service;

import static java.util.Objects.requireNonNull;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.BackupService;
import io.codeb.CatalogService;
import io.codeb.CleanUpReport;
import io.codeb.CreateRequest;
import io.codeb.DatabaseService;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.DrillService;
import io.codeb.DrillWork;
import io.codeb.DropRequest;
import io.codeb.DumpRequest;
import io.codeb.DumpResult;
import io.codeb.ExportRequest;
import io.codeb.JobRun;
import io.codeb.JobStatus;
import io.codeb.Journal;
import io.codeb.KeyReport;
import io.codeb.MirrorStatus;
import io.codeb.Pin;
import io.codeb.PruneReport;
import io.codeb.QueryRequest;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RestoreService;
import io.codeb.RetentionRequest;
import io.codeb.RetentionService;
import io.codeb.RollbackPreview;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.ScheduleService;
import io.codeb.ScheduledJob;
import io.codeb.StatusService;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.alert.AlertChannelStatus;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertDelivery;
import io.codeb.alert.AlertService;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.Manifest;
import io.codeb.model.QueryResult;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.ServerDatabase;
import io.codeb.model.TableInfo;
import io.codeb.retention.RetentionPlan;
import io.codeb.spi.alert.Alert;
import io.codeb.status.ProjectStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The services as applications get them: outermost, so that closing knows of every call and awaits its wrappers too,
 * and an argument that is missing is named where it is missing.
 */
final class Guarded {
    private Guarded() {}

    record Alerting(AlertService inner, Runs runs) implements AlertService {
        @Override
        public List<Alert> check(Cancellation cancellation) {
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, inner::check);
        }

        @Override
        public void watch(Duration every) {
            requireNonNull(every, "every");
            runs.call(new Cancellation(), unused -> {
                inner.watch(every);
                return true;
            });
        }

        @Override
        public List<AlertDelivery> test() {
            return runs.call(new Cancellation(), unused -> inner.test());
        }

        @Override
        public List<AlertCounts> counts() {
            return runs.call(new Cancellation(), unused -> inner.counts());
        }

        @Override
        public List<AlertChannelStatus> channels() {
            return runs.call(new Cancellation(), unused -> inner.channels());
        }
    }

    record Schedules(ScheduleService inner, Runs runs) implements ScheduleService {
        @Override
        public List<ScheduledJob> configured() {
            runs.requireOpen();
            return inner.configured();
        }

        @Override
        public List<JobStatus> jobs(Cancellation cancellation) {
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, inner::jobs);
        }

        @Override
        public void start() {
            runs.call(new Cancellation(), unused -> {
                inner.start();
                return true;
            });
        }

        @Override
        public boolean stop(Duration grace) {
            requireNonNull(grace, "grace");
            return runs.call(new Cancellation(), unused -> inner.stop(grace));
        }

        @Override
        public JobRun run(String job, Cancellation cancellation) {
            requireNonNull(job, "job");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.run(job, linked));
        }

        @Override
        public Optional<JobRun> run(String job, Instant due, Cancellation cancellation) {
            requireNonNull(job, "job");
            requireNonNull(due, "due");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.run(job, due, linked));
        }

        @Override
        public List<Done> runDue(Cancellation cancellation) {
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, inner::runDue);
        }
    }

    record Noting(Journal inner, Runs runs) implements Journal {
        @Override
        public Map<String, String> left() {
            return inner.left();
        }

        @Override
        public void note(Map<String, String> state) {
            requireNonNull(state, "state");
            runs.call(new Cancellation(), unused -> {
                inner.note(state);
                return true;
            });
        }

        @Override
        public void clear() {
            runs.call(new Cancellation(), unused -> {
                inner.clear();
                return true;
            });
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    record Backups(BackupService inner, Runs runs) implements BackupService {
        @Override
        public BackupResult run(BackupRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.run(request, linked));
        }
    }

    record Restores(RestoreService inner, Runs runs) implements RestoreService {
        @Override
        public RestoreResult run(RestoreRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.run(request, linked));
        }

        @Override
        public RollbackResult rollback(RollbackRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.rollback(request, linked));
        }

        @Override
        public RollbackPreview preview(RollbackRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.preview(request, linked));
        }

        @Override
        public List<ReplacedDatabase> replaced(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.replaced(project, linked));
        }

        @Override
        public RecoveryReport recover(Cancellation cancellation) {
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, inner::recover);
        }
    }

    record Drills(DrillService inner, Runs runs) implements DrillService {
        @Override
        public DrillResult run(DrillRequest request, DrillWork work, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(work, "work");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.run(request, work, linked));
        }
    }

    record Retention(RetentionService inner, Runs runs) implements RetentionService {
        @Override
        public RetentionPlan plan(RetentionRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.plan(request, linked));
        }

        @Override
        public PruneReport prune(RetentionRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.prune(request, linked));
        }
    }

    record Status(StatusService inner, Runs runs) implements StatusService {
        @Override
        public ProjectStatus of(String project, String repository, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(repository, "repository");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.of(project, repository, linked));
        }

        @Override
        public List<ProjectStatus> all(Cancellation cancellation) {
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, inner::all);
        }
    }

    record Databases(DatabaseService inner, Runs runs) implements DatabaseService {
        @Override
        public DumpResult dump(DumpRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.dump(request, linked));
        }

        @Override
        public DatabaseInfo inspect(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.inspect(project, linked));
        }

        @Override
        public List<TableInfo> tables(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.tables(project, linked));
        }

        @Override
        public QueryResult query(QueryRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.query(request, linked));
        }

        @Override
        public List<ServerDatabase> list(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.list(project, linked));
        }

        @Override
        public ServerDatabase create(CreateRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.create(request, linked));
        }

        @Override
        public ServerDatabase drop(DropRequest request, Cancellation cancellation) {
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.drop(request, linked));
        }

        @Override
        public CleanUpReport cleanUp(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.cleanUp(project, linked));
        }
    }

    record Catalog(CatalogService inner, Runs runs) implements CatalogService {
        private <T> T call(Supplier<T> work) {
            return runs.call(new Cancellation(), unused -> work.get());
        }

        @Override
        public CatalogService in(String repository) {
            requireNonNull(repository, "repository");
            runs.requireOpen();
            return new Catalog(inner.in(repository), runs);
        }

        @Override
        public List<String> repositories() {
            runs.requireOpen();
            return inner.repositories();
        }

        @Override
        public BackupListing list(BackupQuery query) {
            requireNonNull(query, "query");
            return call(() -> inner.list(query));
        }

        @Override
        public List<String> projects() {
            return call(inner::projects);
        }

        @Override
        public BackupRef resolve(BackupId id) {
            requireNonNull(id, "id");
            return call(() -> inner.resolve(id));
        }

        @Override
        public Manifest read(BackupRef backup) {
            requireNonNull(backup, "backup");
            return call(() -> inner.read(backup));
        }

        @Override
        public Optional<Backup> latest(String project) {
            requireNonNull(project, "project");
            return call(() -> inner.latest(project));
        }

        @Override
        public VerifyReport verify(BackupRef backup, Cancellation cancellation) {
            requireNonNull(backup, "backup");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.verify(backup, linked));
        }

        @Override
        public BackupRef copy(BackupRef backup, String repository, Cancellation cancellation) {
            requireNonNull(backup, "backup");
            requireNonNull(repository, "repository");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.copy(backup, repository, linked));
        }

        @Override
        public List<MirrorStatus> mirrors(String project) {
            requireNonNull(project, "project");
            return call(() -> inner.mirrors(project));
        }

        @Override
        public List<MirrorStatus> catchUp(String project, Cancellation cancellation) {
            requireNonNull(project, "project");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.catchUp(project, linked));
        }

        @Override
        public KeyReport checkKeys(BackupQuery query, Cancellation cancellation) {
            requireNonNull(query, "query");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.checkKeys(query, linked));
        }

        @Override
        public KeyReport rewrap(BackupQuery query, Cancellation cancellation) {
            requireNonNull(query, "query");
            requireNonNull(cancellation, "cancellation");
            return runs.call(cancellation, linked -> inner.rewrap(query, linked));
        }

        @Override
        public Pin pin(BackupRef backup, String reason) {
            requireNonNull(backup, "backup");
            requireNonNull(reason, "reason");
            return call(() -> inner.pin(backup, reason));
        }

        @Override
        public void unpin(BackupRef backup) {
            requireNonNull(backup, "backup");
            call(() -> {
                inner.unpin(backup);
                return backup;
            });
        }

        @Override
        public void delete(BackupRef backup) {
            requireNonNull(backup, "backup");
            call(() -> {
                inner.delete(backup);
                return backup;
            });
        }

        @Override
        public SweepReport sweep(Duration olderThan) {
            requireNonNull(olderThan, "olderThan");
            return call(() -> inner.sweep(olderThan));
        }

        @Override
        public void export(BackupRef backup, Path file, Cancellation cancellation) {
            requireNonNull(backup, "backup");
            requireNonNull(file, "file");
            requireNonNull(cancellation, "cancellation");
            runs.call(cancellation, linked -> {
                inner.export(backup, file, linked);
                return backup;
            });
        }

        @Override
        public void export(BackupRef backup, ExportRequest request, Cancellation cancellation) {
            requireNonNull(backup, "backup");
            requireNonNull(request, "request");
            requireNonNull(cancellation, "cancellation");
            runs.call(cancellation, linked -> {
                inner.export(backup, request, linked);
                return backup;
            });
        }
    }
}
