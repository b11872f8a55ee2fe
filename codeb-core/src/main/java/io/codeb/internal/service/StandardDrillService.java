package io.codeb.internal.service;

import io.codeb.DrillHistory;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.DrillService;
import io.codeb.DrillWork;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Operation;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes drills, and notes beside the backups what they have found. */
final class StandardDrillService implements DrillService {
    private static final Logger LOG = LoggerFactory.getLogger(StandardDrillService.class);

    /** There is no backup to note it beside, or nobody has tried. */
    private static final Set<ErrorCode> NOT_NOTED = Set.of(
            ErrorCode.BACKUP_NOT_FOUND,
            ErrorCode.CANCELLED,
            ErrorCode.CLOSED,
            ErrorCode.CONFIG_INVALID,
            ErrorCode.MODULE_MISSING);

    private final Projects projects;
    private final Repositories repositories;
    private final RunScopes scopes;
    private final Leftovers leftovers;
    private final DrillContainers containers;

    StandardDrillService(
            Projects projects,
            Repositories repositories,
            RunScopes scopes,
            Leftovers leftovers,
            DrillContainers containers) {
        this.projects = projects;
        this.repositories = repositories;
        this.scopes = scopes;
        this.leftovers = leftovers;
        this.containers = containers;
    }

    @Override
    public DrillResult run(DrillRequest request, DrillWork work, Cancellation cancellation) {
        BackupRef ref = request.ref().orElseGet(() -> resolved(request));
        try (RunScope run = scopes.open(Operation.DRILL, ref)) {
            try {
                BackupStore store = repositories.get(ref.repository());
                Drill.Outcome outcome;
                try {
                    outcome = new Drill(projects, leftovers, containers, store, ref, request, run)
                            .run(work, cancellation);
                } catch (CodeBException e) {
                    note(store, ref, run, e);
                    throw e;
                }
                DrillResult result = noted(store, outcome.result());
                RuntimeException failure = outcome.workFailure();
                if (failure != null) {
                    throw failure;
                }
                run.finished(outcome.bytes(), -1, result.totalRows());
                return result;
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** Whoever hears of runs hears of one that fails here, too. */
    private BackupRef resolved(DrillRequest request) {
        try {
            return repositories.resolve(request.backup());
        } catch (RuntimeException | Error e) {
            try (RunScope run = scopes.open(Operation.DRILL, null, "", null, request.backup())) {
                run.failed(e);
                throw e;
            }
        }
    }

    private static void note(BackupStore store, BackupRef ref, RunScope run, CodeBException failure) {
        if (NOT_NOTED.contains(failure.code())) {
            return;
        }
        try {
            store.drills()
                    .failed(ref.project(), ref.id(), new DrillHistory.Failure(run.now(), run.stage(), failure.code()));
        } catch (CodeBException e) {
            LOG.warn("that a drill of {} has failed could not be noted: {}", ref, e.toString());
            failure.addSuppressed(e);
        }
    }

    /** A storage that is only read may be one to make drills from. */
    private static DrillResult noted(BackupStore store, DrillResult result) {
        BackupRef ref = result.backup();
        DrillHistory.Pass pass = new DrillHistory.Pass(
                result.finishedAt(),
                result.duration(),
                result.image(),
                result.imageId(),
                result.server().text(),
                result.tables().size(),
                result.checksums(),
                result.totalRows());
        try {
            store.drills().passed(ref.project(), ref.id(), pass);
            return result;
        } catch (CodeBException e) {
            List<Notice> notices = new ArrayList<>(result.notices());
            notices.add(new Notice(
                    "drill-not-noted",
                    "backup " + ref + " was proven, and that could not be noted beside it: " + e.getMessage()));
            return new DrillResult(
                    ref,
                    result.finishedAt(),
                    result.image(),
                    result.imageId(),
                    result.server(),
                    result.tables(),
                    result.checksums(),
                    notices,
                    result.duration());
        }
    }
}
