package io.codeb.internal.service;

import io.codeb.PreflightReport;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.VerifyReport;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.Finding;
import io.codeb.event.Operation;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.RestoreCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The checks before a restore: what the engine finds, and what is known without it. Thread-safe. */
record RestorePreflight(Projects projects, RestoreSources sources, RunScopes scopes) {
    /** All of them without the restore; what fails keeps nothing else from being looked at. */
    PreflightReport report(RestoreRequest request, Cancellation cancellation) {
        long begin = System.nanoTime();
        RestoreSources.Source source;
        try {
            source = sources.find(request);
        } catch (ConfigException | CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return new PreflightReport(
                    "restore", List.of(Finding.failure(e)), Duration.ofNanos(System.nanoTime() - begin));
        }
        Project project = source.project();
        DatabaseTarget target = projects.target(project).withDatabase(source.database(request));
        List<Finding> findings = new ArrayList<>(distrust(source));
        findings.addAll(Preflight.tried(() -> ContainerCheck.of(project, target)));
        findings.addAll(Preflight.tried(() -> {
            RestoreSources.requireSameEngine(source);
            SafetyBackup.requireThatItCanBeMade(request, project, source.database(request));
            CountedInput input = sources.input(source, request, (entry, bytes, storedBytes, totalBytes, rows) -> {});
            return projects.engine(project)
                    .checkRestore(target, RestoreSources.spec(source, request), input, cancellation)
                    .findings();
        }));
        findings.addAll(Preflight.tried(() -> damage(request, source, cancellation)));
        cancellation.throwIfCancelled();
        return new PreflightReport(
                subject(source, request),
                Preflight.lowered(request.lowered(), project, findings),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private static String subject(RestoreSources.Source source, RestoreRequest request) {
        String what = source.backup()
                .map(stored -> stored.ref().toString())
                .or(() -> request.foreign().map(RestoreRequest.ForeignDump::name))
                .orElseThrow();
        return "restore of " + what + " to database " + source.database(request) + " of "
                + source.project().name();
    }

    private static List<Finding> distrust(RestoreSources.Source source) {
        return source.distrust().stream()
                .map(Finding::failure)
                .map(problem -> new Finding(
                        problem.id(),
                        Finding.Severity.WARNING,
                        problem.measured(),
                        problem.threshold(),
                        problem.message(),
                        problem.whatToDo()))
                .toList();
    }

    /** What a backup's own bytes say, where that is wanted before they are loaded. */
    private List<Finding> damage(RestoreRequest request, RestoreSources.Source source, Cancellation cancellation) {
        Optional<BackupRef> backup = source.backup().map(RestoreSources.Stored::ref);
        if (backup.isEmpty()) {
            return List.of();
        }
        if (!request.isVerifyingFirst()) {
            return List.of(new Finding(
                    "digests-unread",
                    Finding.Severity.INFO,
                    "",
                    "",
                    "the digests of " + backup.get() + " are proven while it is loaded, and nothing is kept where one"
                            + " does not hold",
                    "verifyingFirst() proves them before"));
        }
        VerifyReport report = verified(source, backup.get(), cancellation);
        return report.problems().stream()
                .filter(problem -> source.distrust().stream().noneMatch(named -> problem.equals(named.getMessage())))
                .map(problem -> new Finding(
                        "backup-damaged",
                        Finding.Severity.ERROR,
                        "",
                        "",
                        backup.get() + ": " + problem,
                        "restore another backup, or a copy of this one"))
                .toList();
    }

    private VerifyReport verified(RestoreSources.Source source, BackupRef backup, Cancellation cancellation) {
        try (RunScope run = scopes.open(Operation.VERIFY, backup.repository(), backup.project(), null, backup.id())) {
            try {
                return new Verification(source.backup().orElseThrow().store(), backup, run, cancellation).run();
            } catch (RuntimeException | Error e) {
                run.failed(e);
                throw e;
            }
        }
    }

    /** The same checks as a part of a restore. */
    Gate before(
            RestoreRequest request,
            RestoreSources.Source source,
            DatabaseTarget target,
            RunScope run,
            Cancellation cancellation) {
        return new Gate(request, source, target, run, cancellation);
    }

    /** Lets a restore through when the checks have found no error. Used by one thread at a time. */
    final class Gate implements Consumer<RestoreCheck> {
        private final RestoreRequest request;
        private final RestoreSources.Source source;
        private final DatabaseTarget target;
        private final RunScope run;
        private final Cancellation cancellation;
        private @Nullable List<Finding> own;
        private List<Finding> found = List.of();

        private Gate(
                RestoreRequest request,
                RestoreSources.Source source,
                DatabaseTarget target,
                RunScope run,
                Cancellation cancellation) {
            this.request = request;
            this.source = source;
            this.target = target;
            this.run = run;
            this.cancellation = cancellation;
        }

        /** What the engine finds is asked more than once; what is known without it does not change for that. */
        @Override
        public void accept(RestoreCheck check) {
            List<Finding> findings = new ArrayList<>(own());
            findings.addAll(check.findings());
            found = Preflight.lowered(request.lowered(), source.project(), findings);
            Preflight.requireNoError(subject(source, request), found);
        }

        private List<Finding> own() {
            if (own == null) {
                List<Finding> findings = new ArrayList<>(distrust(source));
                findings.addAll(ContainerCheck.of(source.project(), target));
                if (request.isVerifyingFirst()) {
                    run.stage("verify");
                }
                findings.addAll(damage(request, source, cancellation));
                own = findings;
            }
            return own;
        }

        /** What did not stop the restore. */
        List<Notice> notices() {
            return Preflight.notices(found);
        }
    }
}
