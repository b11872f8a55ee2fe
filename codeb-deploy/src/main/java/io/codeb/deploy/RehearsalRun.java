package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.DrilledServer;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.RestoreRequest;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One rehearsal. Used once, by one thread at a time. */
final class RehearsalRun {
    /** What the containers beside the server outlive a rehearsal by that was killed. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(RehearsalRun.class);
    private static final int TOLD = 20;
    private static final Set<String> ON_EVERY_SERVER = Set.of("postgres", "template0", "template1");

    /** What says that the server or the way to it is gone, and nothing of a migration. */
    private static final Set<ErrorCode> OF_THE_STAGE = Set.of(
            ErrorCode.SERVER_UNREACHABLE,
            ErrorCode.RUNTIME_UNAVAILABLE,
            ErrorCode.CONTAINER_NOT_FOUND,
            ErrorCode.CONTAINER_NOT_RUNNING,
            ErrorCode.CONTAINER_REFUSED,
            ErrorCode.IMAGE_NOT_FOUND,
            ErrorCode.EXEC_NOT_STARTED,
            ErrorCode.EXEC_LOST,
            ErrorCode.CONFIG_INVALID,
            ErrorCode.CLOSED);

    private final CodeB codeb;
    private final RehearsalRequest request;
    private final Optional<RestoreRequest> first;
    private final Project project;
    private final String id = UUID.randomUUID().toString();
    private final long began = System.nanoTime();
    private final List<RehearsedMigration> done = new ArrayList<>();
    private final List<GuardFailure> failures = new ArrayList<>();
    private @Nullable RehearsalReport report;

    /**
     * Looks at what can be looked at before a backup is made.
     *
     * @param first a dump that takes the place of the copy before the migrations
     */
    RehearsalRun(CodeB codeb, RehearsalRequest request, Optional<RestoreRequest> first) {
        this.codeb = codeb;
        this.request = request;
        this.first = first;
        this.project = codeb.project(request.project());
        if (request.migrations().isEmpty()) {
            throw new ConfigException(
                    "there is nothing to rehearse on the database of " + project.name(), "say migrate(…)");
        }
        if (!project.engine().id().equals("postgresql")) {
            throw new ConfigException(
                    "migrations of the engine " + project.engine().id() + " cannot be rehearsed", "");
        }
    }

    /** Names it among others. */
    String id() {
        return id;
    }

    RehearsalReport run(BackupRef backup, Cancellation cancellation) {
        DrillRequest drill = request.container().apply(DrillRequest.of(backup)).user(project.user());
        if (!ON_EVERY_SERVER.contains(project.database())) {
            drill = drill.database(project.database());
        }
        Duration life = drill.limit().plus(GRACE);
        DrillResult unused =
                codeb.drills().run(drill, (server, timed) -> report = rehearsed(server, life, timed), cancellation);
        if (report == null) {
            throw new IllegalStateException("a drill has ended without its work");
        }
        return report;
    }

    private RehearsalReport rehearsed(DrilledServer server, Duration life, Cancellation cancellation) {
        RehearsalStage stage = new RehearsalStage(codeb, project, server, life, cancellation);
        // What cannot be rehearsed is told before anything is.
        List<Migration> staged = request.migrations().stream()
                .map(migration -> migration.rehearsedOn(stage))
                .toList();
        Project copy = server.project();
        List<TableRows> before = first.map(dump -> codeb.restores()
                        .run(dump.onProject(copy.name()).replacing(Duration.ZERO), cancellation)
                        .tables())
                .orElseGet(server::tables);
        Map<Long, TableName> names = LockWatch.tables(codeb, copy, cancellation);
        long bytesBefore = size(copy, cancellation);
        LockWatch.Seen seen;
        try (LockWatch watch = LockWatch.start(codeb, copy, cancellation)) {
            migrate(staged, copy, cancellation);
            seen = watch.stop();
        }
        Map<TableName, TableLock> locks = new HashMap<>();
        seen.locks().forEach((oid, lock) -> {
            TableName table = names.get(oid);
            if (table != null) {
                locks.put(table, lock);
            }
        });
        List<RehearsedTable> tables = tables(copy, before, locks, cancellation);
        long bytesAfter = size(copy, cancellation);
        judgeRows(tables);
        judgeLocks(tables);
        return new RehearsalReport(
                project.name(),
                server.backup(),
                server.image(),
                done,
                tables,
                bytesBefore,
                bytesAfter,
                seen.precision(),
                failures,
                Duration.ofNanos(System.nanoTime() - began));
    }

    private void migrate(List<Migration> staged, Project copy, Cancellation cancellation) {
        Duration limit = request.migrationLimit();
        DeployTarget target = new DeployTarget(codeb, copy, id, limit, cancellation);
        for (Migration migration : staged) {
            long nanos = System.nanoTime();
            List<MigrationReport> reports = new ArrayList<>();
            GuardFailure failure = null;
            try {
                target.within(limit, ErrorCode.MIGRATION_FAILED, migration.name(), timed -> {
                    MigrationStatus before = migration.status(timed);
                    reports.add(new MigrationReport(migration.name(), before, MigrationStatus.UNKNOWN));
                    migration.apply(timed, before);
                    MigrationReport whole = new MigrationReport(migration.name(), before, migration.status(timed));
                    reports.set(0, whole);
                    whole.requireNonePending();
                });
            } catch (CancelledException e) {
                throw e;
            } catch (CodeBException e) {
                if (OF_THE_STAGE.contains(e.code())) {
                    throw e;
                }
                failure = GuardFailure.of(e);
            }
            MigrationReport report = reports.isEmpty()
                    ? new MigrationReport(migration.name(), MigrationStatus.UNKNOWN, MigrationStatus.UNKNOWN)
                    : reports.get(0);
            Duration took = Duration.ofNanos(System.nanoTime() - nanos);
            done.add(new RehearsedMigration(
                    report, took, versions(migration, report, target), Optional.ofNullable(failure)));
            if (failure != null) {
                failures.add(failure);
                return;
            }
        }
    }

    /** What the tool has noted of what it has applied here, also where it has failed at last. */
    private List<RehearsedVersion> versions(Migration migration, MigrationReport report, DeployTarget target) {
        Map<String, Duration> durations = new LinkedHashMap<>();
        try {
            target.within(
                    request.migrationLimit(),
                    ErrorCode.MIGRATION_FAILED,
                    "the times of " + migration.name(),
                    timed -> durations.putAll(migration.durations(timed)));
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            LOG.warn(
                    "how long each of {} took in the rehearsal of {} is not known",
                    migration.name(),
                    project.name(),
                    e);
        }
        durations.keySet().removeAll(report.before().applied());
        return durations.entrySet().stream()
                .map(each -> new RehearsedVersion(each.getKey(), each.getValue()))
                .toList();
    }

    private long size(Project copy, Cancellation cancellation) {
        Object size = codeb.databases()
                .query(QueryRequest.of(copy.name(), "SELECT pg_database_size(current_database())"), cancellation)
                .rows()
                .get(0)
                .get(0);
        return size instanceof Number bytes ? bytes.longValue() : -1;
    }

    private List<RehearsedTable> tables(
            Project copy, List<TableRows> rowsBefore, Map<TableName, TableLock> locks, Cancellation cancellation) {
        Map<TableName, Long> before =
                rowsBefore.stream().collect(Collectors.toMap(TableRows::table, TableRows::rows, (one, other) -> one));
        List<TableName> now = codeb.databases().tables(copy.name(), cancellation).stream()
                .filter(each -> each.kind() == TableInfo.Kind.TABLE)
                .map(TableInfo::table)
                .toList();
        Map<TableName, Long> after = RowCounts.of(codeb, copy.name(), now, cancellation);
        Set<TableName> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        all.addAll(locks.keySet());
        return all.stream()
                .map(table -> new RehearsedTable(
                        table,
                        before.getOrDefault(table, -1L),
                        after.getOrDefault(table, -1L),
                        Optional.ofNullable(locks.get(table))))
                .toList();
    }

    private void judgeRows(List<RehearsedTable> tables) {
        Set<String> bookkeeping = request.migrations().stream()
                .flatMap(migration -> migration.bookkeeping().stream())
                .collect(Collectors.toSet());
        List<RehearsedTable> less = tables.stream()
                .filter(each -> each.rowsLost() > 0
                        && !bookkeeping.contains(each.table().name()))
                .toList();
        long lost = less.stream().mapToLong(RehearsedTable::rowsLost).sum();
        if (lost > request.losingAtMost()) {
            failures.add(new GuardFailure(
                    ErrorCode.ROWS_MISSING,
                    lost + " rows are missing after the migrations, and may be " + request.losingAtMost() + ": "
                            + less.stream()
                                    .limit(TOLD)
                                    .map(each -> each.table() + " " + each.rowsLost())
                                    .collect(Collectors.joining(", ")),
                    "look whether they are meant to go, and say losingAtMost(…)"));
        }
    }

    private void judgeLocks(List<RehearsedTable> tables) {
        Duration most = request.blockingAtMost().orElse(null);
        if (most == null) {
            return;
        }
        String tooLong = tables.stream()
                .filter(each -> each.lock()
                        .filter(lock -> lock.writersBlocked().compareTo(most) > 0)
                        .isPresent())
                .limit(TOLD)
                .map(each -> each.table() + " "
                        + TimedCancellation.text(each.lock().orElseThrow().writersBlocked()))
                .collect(Collectors.joining(", "));
        if (!tooLong.isEmpty()) {
            failures.add(new GuardFailure(
                    ErrorCode.LOCKED_TOO_LONG,
                    "who writes to a table would wait for longer than " + TimedCancellation.text(most) + ": " + tooLong,
                    "split the migration, or use forms of its statements that lock less"));
        }
    }
}
