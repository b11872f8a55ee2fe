package io.codeb.deploy;

import io.codeb.Backup;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.Project;
import io.codeb.RecoveredRestore;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.RollbackRequest;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.GuardState.Step;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Manifest;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RestoreMode;
import io.codeb.model.RowDifference;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One deployment, or what is left of one. Used once, by one thread. */
final class GuardRun {
    private static final Logger LOG = LoggerFactory.getLogger(GuardRun.class);

    /** For how long what a failed deployment has made of the database is kept. */
    private static final Duration KEEP = Duration.ofDays(1);

    private static final Duration SHORTEST_KEEP = Duration.ofHours(1);
    private static final int TOLD_TABLES = 5;

    /** Tables that tools and extensions make, which many applications have. */
    private static final Set<String> NOBODYS = Set.of(
            "codeb_migrations",
            "_prisma_migrations",
            "flyway_schema_history",
            "databasechangelog",
            "databasechangeloglock",
            "schema_migrations",
            "ar_internal_metadata",
            "alembic_version",
            "django_migrations",
            "knex_migrations",
            "knex_migrations_lock",
            "__EFMigrationsHistory",
            "spatial_ref_sys");

    private final CodeB codeb;
    private final List<GuardListener> listeners;
    private final GuardRequest request;
    private final Project project;
    private final Set<String> bookkeeping;
    private final long began = System.nanoTime();
    private final List<GuardStep> steps = new ArrayList<>();
    private final List<MigrationReport> migrations = new ArrayList<>();
    private GuardState state;
    private List<RowDifference> differences = List.of();
    private boolean counted;

    /** Whether a migration has changed anything, or may have. */
    private boolean migrated;

    private @Nullable ReplacedDatabase kept;
    private @Nullable RehearsalReport rehearsal;

    GuardRun(CodeB codeb, List<GuardListener> listeners, GuardRequest request, String id) {
        this.codeb = codeb;
        this.listeners = listeners;
        this.request = request;
        this.project = codeb.project(request.project());
        this.bookkeeping = request.migrations().stream()
                .flatMap(migration -> migration.bookkeeping().stream())
                .collect(Collectors.toSet());
        this.state = GuardState.begin(id, Instant.now(), request.probes());
    }

    GuardReport run(Journal journal, Cancellation cancellation) {
        BackupSource source = request.source().orElse(null);
        if (source == null) {
            return run(restore(), journal, cancellation);
        }
        try (BackupSource.Ready ready =
                step(GuardStep.Kind.FETCH, source.toString(), () -> source.ready(cancellation))) {
            return run(Optional.of(ready.request().replacing()), journal, cancellation);
        }
    }

    private GuardReport run(Optional<RestoreRequest> restore, Journal journal, Cancellation cancellation) {
        requireThatItCanBeUndone(restore);
        requireThatItCanBeRehearsed(restore);
        try {
            journal.note(state.toMap());
            backUp(restore.isPresent(), cancellation);
            rehearse(restore, cancellation);
            if (restore.isPresent()) {
                restore(restore.get(), journal, cancellation);
            }
            if (!request.migrations().isEmpty()) {
                boolean restored = state.changed();
                note(journal, state.to(Step.MIGRATE, Instant.now()).changed(true));
                try {
                    migrate(cancellation);
                } finally {
                    state = state.changed(restored || migrated);
                }
            }
            if (!request.migrations().isEmpty() || request.losingAtMost() != Long.MAX_VALUE) {
                requireRows(cancellation);
            }
            note(journal, state.to(Step.PROBE, Instant.now()));
            probe(cancellation);
            journal.clear();
        } catch (RuntimeException | Error e) {
            throw new GuardFailedException(undone(journal, e), e);
        }
        return report(Outcome.KEPT, null);
    }

    GuardReport recover(Journal journal, GuardState left, Cancellation cancellation) {
        state = left;
        RuntimeException failure = new DeployException(
                ErrorCode.DEPLOY_UNFINISHED, "the deployment has died in its step " + left.step(), "", null);
        DeployTarget target = target(TimedProbe.LIMIT, cancellation);
        request.migrations().forEach(migration -> migration.endRun(target));
        if (left.step() == Step.PROBE
                && !request.probes().isEmpty()
                && left.probes().equals(GuardState.names(request.probes()))) {
            try {
                probe(cancellation);
                journal.clear();
                return report(Outcome.KEPT, null);
            } catch (CodeBException e) {
                cancellation.throwIfCancelled();
                failure = e;
            }
        }
        GuardReport report = undone(journal, failure);
        if (report.outcome() == Outcome.LEFT) {
            throw new GuardFailedException(report, failure);
        }
        return report;
    }

    private Optional<RestoreRequest> restore() {
        if (!request.isRestoringLatest()) {
            return request.restore();
        }
        Optional<Backup> latest = codeb.catalog().in(repository()).latest(project.name());
        return Optional.of(RestoreRequest.of(latest.orElseThrow(() -> new ConfigException(
                                project.name() + " has no backup in " + repository() + " that could be restored",
                                "make one, or leave the restore out"))
                        .ref())
                .replacing());
    }

    private String repository() {
        return request.repository()
                .orElseGet(() -> codeb.catalog().repositories().get(0));
    }

    private void requireThatItCanBeUndone(Optional<RestoreRequest> restore) {
        if (restore.isPresent()) {
            requireOurs(restore.get());
        } else if (!request.migrations().isEmpty() && request.backupAge().isEmpty()) {
            throw new ConfigException(
                    "nothing could undo the migrations of " + project.name() + ", as no backup is made before",
                    "say backup(), or backupOnDeploy in the configuration");
        }
    }

    private void requireOurs(RestoreRequest restore) {
        boolean elsewhere = !restore.database().orElse(project.database()).equals(project.database())
                || !restore.project().orElse(project.name()).equals(project.name());
        boolean others = restore.project().isEmpty()
                && !restore.ref().map(BackupRef::project).orElse(project.name()).equals(project.name());
        if (elsewhere || others) {
            throw new ConfigException(
                    "the restore is not one of the database of project " + project.name(),
                    others
                            ? "say onProject(\"" + project.name() + "\") where another project's backup is meant"
                            : "leave into(…) out, and name no other project");
        }
        if (restore.mode() != RestoreMode.REPLACING || restore.keep().compareTo(SHORTEST_KEEP) < 0) {
            throw new ConfigException(
                    "nothing could undo the restore of " + project.name() + ", as it does not keep what it replaces",
                    "say replacing(), which keeps it for a day");
        }
    }

    // ---- forward

    private void backUp(boolean restoring, Cancellation cancellation) {
        if (request.backupAge().isEmpty()) {
            return;
        }
        Duration age = request.backupAge().get();
        BackupRef ref = step(GuardStep.Kind.BACKUP, project.name() + " to " + repository(), () -> FreshBackup.of(
                        codeb, project, Optional.of(repository()))
                .within(age, "guard", state.id(), cancellation));
        state = state.backedUp(ref);
        tell(new GuardEvent.BackedUp(state.id(), ref));
        if (!restoring && !request.migrations().isEmpty()) {
            step(GuardStep.Kind.CHECK, "whether " + ref + " could be restored", () -> {
                codeb.check(RestoreRequest.of(ref).replacing(KEEP), cancellation)
                        .requireOk();
                return ref;
            });
        }
    }

    /** On what the migrations will work on: what is restored before them, else the database as it is now. */
    private void rehearse(Optional<RestoreRequest> restore, Cancellation cancellation) {
        RehearsalRequest asked = request.rehearsal().orElse(null);
        if (asked == null || request.migrations().isEmpty()) {
            return;
        }
        BackupRef ref = rehearsed(restore).orElseGet(() -> Objects.requireNonNull(state.backup()));
        Optional<RestoreRequest> dump = restore.filter(first -> first.foreign().isPresent());
        RehearsalRequest whole = asked.backup(ref);
        for (Migration migration : request.migrations()) {
            whole = whole.migrate(migration);
        }
        RehearsalRun run = new RehearsalRun(codeb, whole, dump);
        String on = dump.flatMap(RestoreRequest::foreign)
                .map(RestoreRequest.ForeignDump::name)
                .orElse(ref.toString());
        rehearsal = step(GuardStep.Kind.REHEARSE, "on " + on, () -> {
            RehearsalReport report = run.run(ref, cancellation);
            rehearsal = report;
            report.requireOk();
            return report;
        });
    }

    private static Optional<BackupRef> rehearsed(Optional<RestoreRequest> restore) {
        return restore.flatMap(RestoreRequest::ref);
    }

    private void requireThatItCanBeRehearsed(Optional<RestoreRequest> restore) {
        RehearsalRequest asked = request.rehearsal().orElse(null);
        if (asked == null) {
            return;
        }
        if (!asked.project().equals(project.name())
                || !asked.migrations().isEmpty()
                || asked.backup().isPresent()) {
            throw new ConfigException(
                    "the rehearsal of a deployment is of its own project, migrations and backup",
                    "say rehearsing(…) with limits alone");
        }
        boolean isOfBackup = restore.filter(first -> first.foreign().isEmpty()).isPresent();
        boolean hasBackup = isOfBackup
                ? rehearsed(restore).isPresent()
                : request.backupAge().isPresent();
        if (!request.migrations().isEmpty() && !hasBackup) {
            throw new ConfigException(
                    "there is no backup to rehearse the migrations of " + project.name() + " on",
                    "say backup(), or restore a backup that is named with its repository");
        }
    }

    private void restore(RestoreRequest restore, Journal journal, Cancellation cancellation) {
        Set<TableName> before =
                restore.foreign().isPresent() && !request.isAllowingUnrelatedDump() ? tables(cancellation) : Set.of();
        note(journal, state.replacing(Step.RESTORE, Instant.now(), keptNames(), restore.keep()));
        RestoreRequest here = restore.foreign().isPresent() ? restore.onProject(project.name()) : restore;
        RestoreResult result = step(
                GuardStep.Kind.RESTORE,
                restore.ref()
                        .map(BackupRef::toString)
                        .or(() -> restore.backup().map(Object::toString))
                        .or(() -> restore.foreign().map(RestoreRequest.ForeignDump::name))
                        .orElse(""),
                () -> codeb.restores().run(here, cancellation));
        kept = result.replaced()
                .orElseThrow(() -> new ConfigException(
                        "project " + project.name() + " had no database that a restore could replace",
                        "restore it without a guard first"));
        state = state.restored(kept.keptAs());
        if (!before.isEmpty()) {
            requireRelated(before, tables(cancellation));
        }
    }

    /** Those whose rows are somebody's data. */
    private Set<TableName> tables(Cancellation cancellation) {
        return codeb.databases().tables(project.name(), cancellation).stream()
                .filter(each -> each.kind() == TableInfo.Kind.TABLE && !isNobodys(each.table()))
                .map(TableInfo::table)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isNobodys(TableName table) {
        return bookkeeping.contains(table.name()) || NOBODYS.contains(table.name());
    }

    /** One table of the same name is enough: a dump may be much older, or much newer, than the database. */
    private void requireRelated(Set<TableName> before, Set<TableName> restored) {
        if (restored.stream().anyMatch(before::contains)) {
            return;
        }
        throw new DeployException(
                ErrorCode.DUMP_UNRELATED,
                "the dump has none of the tables that the database of " + project.name() + " had: it has "
                        + some(restored) + ", and there were " + some(before),
                "name the dump of this application, or say allowingUnrelatedDump() where it is meant",
                null);
    }

    private static String some(Collection<TableName> tables) {
        return tables.isEmpty()
                ? "none"
                : tables.stream().limit(TOLD_TABLES).map(TableName::toString).collect(Collectors.joining(", "))
                        + (tables.size() > TOLD_TABLES ? " and others" : "");
    }

    private void migrate(Cancellation cancellation) {
        Duration limit = request.migrationLimit();
        for (Migration migration : request.migrations()) {
            step(GuardStep.Kind.MIGRATE, migration.name(), () -> {
                target(limit, cancellation)
                        .within(
                                limit,
                                ErrorCode.MIGRATION_FAILED,
                                migration.name(),
                                target -> migrate(migration, target));
                return migration;
            });
        }
    }

    private void migrate(Migration migration, DeployTarget target) {
        MigrationStatus before = migration.status(target);
        try {
            migration.apply(target, before);
        } catch (RuntimeException | Error e) {
            migrated |= !(e instanceof DeployException known && known.untouched());
            migrations.add(new MigrationReport(migration.name(), before, statusAfterFailure(migration, e)));
            throw e;
        }
        migrated |= !before.known() || !before.pending().isEmpty();
        MigrationReport report = new MigrationReport(migration.name(), before, migration.status(target));
        migrations.add(report);
        report.requireNonePending();
    }

    private MigrationStatus statusAfterFailure(Migration migration, Throwable failure) {
        boolean interrupted = Thread.interrupted();
        try (TimedCancellation timed = new TimedCancellation(new Cancellation(), MigrationStatus.LIMIT)) {
            return migration.status(target(MigrationStatus.LIMIT, timed.cancellation()));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            return MigrationStatus.UNKNOWN;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireRows(Cancellation cancellation) {
        count(cancellation);
        long taken = GuardReport.takenOut(differences);
        if (taken > request.losingAtMost()) {
            throw new DeployException(
                    ErrorCode.ROWS_MISSING,
                    taken + " rows are missing after the deployment, and may be " + request.losingAtMost() + ": "
                            + differences.stream()
                                    .filter(each -> each.kept() > each.live())
                                    .limit(20)
                                    .map(each -> each.schema() + "." + each.name() + " "
                                            + (each.kept() - Math.max(0, each.live())))
                                    .collect(Collectors.joining(", ")),
                    "look whether they are meant to go, and say losingAtMost(…)",
                    null);
        }
    }

    private void probe(Cancellation cancellation) {
        DeployTarget target = target(TimedProbe.LIMIT, cancellation);
        for (Probe probe : request.probes()) {
            step(GuardStep.Kind.PROBE, probe.name(), () -> {
                TimedProbe.ask(probe, target);
                return probe;
            });
        }
    }

    private DeployTarget target(Duration limit, Cancellation cancellation) {
        return new DeployTarget(codeb, project, state.id(), limit, cancellation);
    }

    // ---- back

    /** Undoes what was done, as far as the journal says that anything was; not cancelled, by nobody. */
    private GuardReport undone(Journal journal, Throwable failure) {
        boolean interrupted = Thread.interrupted();
        try {
            return report(undo(journal), failure);
        } catch (RuntimeException e) {
            LOG.warn("the database of {} could not be rolled back, and is as the deployment has left it", project, e);
            failure.addSuppressed(e);
            return report(Outcome.LEFT, failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Outcome undo(Journal journal) {
        Cancellation none = new Cancellation();
        if (state.step() == Step.RESTORE || state.step() == Step.ROLL_BACK) {
            requireDecided(none);
        }
        Optional<ReplacedDatabase> done = replacedByThis();
        if (state.step() == Step.ROLL_BACK && done.isPresent()) {
            kept = done.get();
            settle(journal);
            return Outcome.ROLLED_BACK;
        }
        if (state.step() == Step.RESTORE && done.isPresent()) {
            state = state.restored(done.get().keptAs());
        }
        if (!state.changed()) {
            settle(journal);
            return Outcome.UNTOUCHED;
        }
        if (!mayRollBack()) {
            return Outcome.LEFT;
        }
        tell(new GuardEvent.RollingBack(state.id(), differences, counted));
        note(journal, state.replacing(Step.ROLL_BACK, Instant.now(), keptNames(), KEEP));
        rollBack(none);
        settle(journal);
        return Outcome.ROLLED_BACK;
    }

    /** What is done is done, also where that cannot be noted: then a recovery finds the same. */
    private void settle(Journal journal) {
        try {
            journal.clear();
        } catch (RuntimeException e) {
            LOG.warn("the journal of the deployment of {} could not be cleared", project.name(), e);
        }
    }

    /** What a dead restore has left is ended first, so that it cannot come to its end behind this. */
    private void requireDecided(Cancellation cancellation) {
        boolean undecided = codeb.databases().cleanUp(project.name(), cancellation).restores().stream()
                .filter(restore -> restore.database().equals(project.database()))
                .anyMatch(restore -> restore.outcome() == RecoveredRestore.Outcome.UNDECIDED);
        if (undecided || Instant.now().isAfter(state.at().plus(state.keep()))) {
            throw new DeployException(
                    ErrorCode.DEPLOY_UNFINISHED,
                    undecided
                            ? "what replaces the database still goes on"
                            : "what was replaced is kept no more, so that nobody can tell whether it was",
                    undecided
                            ? "recover again later"
                            : "look at the database: restore the backup, or accept(…) it as it is",
                    null);
        }
    }

    /** What the step has replaced; empty where it was not done, and for a step that replaces nothing. */
    private Optional<ReplacedDatabase> replacedByThis() {
        if (state.step() != Step.RESTORE && state.step() != Step.ROLL_BACK) {
            return Optional.empty();
        }
        return replaced().stream()
                .filter(each -> !state.keptBefore().contains(each.keptAs()))
                .findFirst();
    }

    private List<ReplacedDatabase> replaced() {
        return codeb.restores().replaced(project.name()).stream()
                .filter(each -> each.database().equals(project.database()))
                .toList();
    }

    private List<String> keptNames() {
        return replaced().stream().map(ReplacedDatabase::keptAs).toList();
    }

    private boolean mayRollBack() {
        boolean limited = request.rollingBackAtMost() != Long.MAX_VALUE;
        try {
            count(new Cancellation());
        } catch (RuntimeException e) {
            LOG.warn("what a roll-back of {} takes out could not be counted: {}", project.name(), e.toString());
            return !limited;
        }
        return !limited || (counted && GuardReport.writtenSince(differences) <= request.rollingBackAtMost());
    }

    private void count(Cancellation cancellation) {
        String keptAs = state.replaced();
        BackupRef backup = state.backup();
        if (keptAs == null && backup == null) {
            return;
        }
        counted = false;
        differences = step(GuardStep.Kind.COUNT, "rows of " + project.name(), () -> {
            if (keptAs != null) {
                return codeb
                        .restores()
                        .preview(RollbackRequest.of(project.name()).to(keptAs), cancellation)
                        .differences()
                        .stream()
                        .filter(each -> !bookkeeping.contains(each.name()))
                        .toList();
            }
            Manifest manifest = codeb.catalog().read(Objects.requireNonNull(backup));
            return RowComparison.of(codeb, project, manifest.tables(), bookkeeping, cancellation);
        });
        counted = true;
    }

    private void rollBack(Cancellation cancellation) {
        String keptAs = state.replaced();
        BackupRef backup = state.backup();
        if (keptAs != null) {
            kept = step(GuardStep.Kind.ROLL_BACK, "to " + keptAs, () -> codeb.restores()
                            .rollback(
                                    RollbackRequest.of(project.name())
                                            .to(keptAs)
                                            .keeping(KEEP),
                                    cancellation)
                            .replaced())
                    .orElse(null);
        } else if (backup != null) {
            kept = step(GuardStep.Kind.ROLL_BACK, "to " + backup, () -> codeb.restores()
                            .run(RestoreRequest.of(backup).replacing(KEEP), cancellation)
                            .replaced())
                    .orElse(null);
        } else {
            throw new DeployException(
                    ErrorCode.DEPLOY_UNFINISHED, "there is nothing to roll back to", "look at the database", null);
        }
    }

    // ---- what is told

    private void note(Journal journal, GuardState next) {
        journal.note(next.toMap());
        state = next;
    }

    private interface Work<T> {
        T run();
    }

    private <T> T step(GuardStep.Kind kind, String detail, Work<T> work) {
        Instant at = Instant.now();
        long nanos = System.nanoTime();
        tell(new GuardEvent.StepBegan(state.id(), kind, detail, at));
        Optional<GuardFailure> failure = Optional.empty();
        try {
            return work.run();
        } catch (RuntimeException | Error e) {
            failure = Optional.of(GuardFailure.of(e));
            throw e;
        } finally {
            GuardStep step = new GuardStep(kind, detail, at, Duration.ofNanos(System.nanoTime() - nanos), failure);
            steps.add(step);
            tell(new GuardEvent.StepEnded(state.id(), step));
        }
    }

    private void tell(GuardEvent event) {
        Consumer<GuardListener> telling = listener -> {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.warn("a listener of the deployment of {} has failed", project.name(), e);
            }
        };
        listeners.forEach(telling);
    }

    private GuardReport report(Outcome outcome, @Nullable Throwable failure) {
        return new GuardReport(
                state.id(),
                project.name(),
                outcome,
                steps,
                Optional.ofNullable(state.backup()),
                Optional.ofNullable(rehearsal),
                migrations,
                differences,
                counted,
                Optional.ofNullable(kept),
                Optional.ofNullable(failure).map(GuardFailure::of),
                Duration.ofNanos(System.nanoTime() - began));
    }
}
