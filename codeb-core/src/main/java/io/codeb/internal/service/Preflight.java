package io.codeb.internal.service;

import io.codeb.BackupRequest;
import io.codeb.PreflightReport;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.Finding;
import io.codeb.error.StorageException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checks before a backup: what the engine finds, and what is known without it. Thread-safe. */
record Preflight(Projects projects, Repositories repositories, Clock clock) {
    /** All of them without the backup; what fails keeps nothing else from being looked at. */
    PreflightReport report(BackupRequest request, Cancellation cancellation) {
        long begin = System.nanoTime();
        Project project = projects.get(request.project());
        BackupStore store = repositories.get(
                request.repository().orElse(repositories.first().name()));
        DatabaseTarget target = projects.target(project);
        List<Finding> findings = new ArrayList<>(tried(() -> ContainerCheck.of(project, target)));
        List<DumpCheck> checks = new ArrayList<>();
        findings.addAll(tried(() -> {
            checks.add(projects.engine(project).checkDump(target, specOf(request), cancellation));
            return checks.get(0).findings();
        }));
        DumpCheck check = checks.isEmpty() ? DumpCheck.of(List.of()) : checks.get(0);
        findings.addAll(tried(() -> StorageCheck.of(project, request.selection(), store, check, clock.instant())));
        cancellation.throwIfCancelled();
        return new PreflightReport(
                subject(request),
                lowered(request.lowered(), project, findings),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    /** What fails is found to be an error. */
    static List<Finding> tried(Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (CancelledException e) {
            throw e;
        } catch (CodeBException e) {
            return List.of(Finding.failure(e));
        }
    }

    static DumpSpec specOf(BackupRequest request) {
        DumpSpec spec = DumpSpec.of(request.selection()).withMode(request.mode());
        spec = request.globals() ? spec.withGlobals(request.passwordHashes()) : spec;
        return request.checksums() ? spec.withChecksums() : spec;
    }

    private static String subject(BackupRequest request) {
        return "backup of " + request.project();
    }

    /** Of a storage that cannot be read nothing is known; whether it can be written, the backup itself will see. */
    private List<Finding> findings(
            BackupRequest request, Project project, DatabaseTarget target, BackupStore store, DumpCheck check) {
        List<Finding> findings = new ArrayList<>(ContainerCheck.of(project, target));
        findings.addAll(check.findings());
        try {
            findings.addAll(StorageCheck.of(project, request.selection(), store, check, clock.instant()));
        } catch (StorageException e) {
            findings.add(new Finding(
                    "storage-unread",
                    Finding.Severity.WARNING,
                    "",
                    "",
                    "earlier backups could not be looked at: " + e.getMessage(),
                    e.hint()));
        }
        return lowered(request.lowered(), project, findings);
    }

    /** The word of a request goes before that of its project. */
    static List<Finding> lowered(Map<String, Finding.Severity> ofRequest, Project project, List<Finding> findings) {
        return findings.stream()
                .map(finding -> lowered(ofRequest, project, finding))
                .toList();
    }

    private static Finding lowered(Map<String, Finding.Severity> ofRequest, Project project, Finding finding) {
        Finding.Severity ofProject = project.lowered().getOrDefault(finding.id(), Finding.Severity.ERROR);
        Finding.Severity most = ofRequest.getOrDefault(finding.id(), ofProject);
        return finding.severity().compareTo(most) <= 0
                ? finding
                : new Finding(
                        finding.id(),
                        most,
                        finding.measured(),
                        finding.threshold(),
                        finding.message(),
                        finding.whatToDo());
    }

    /**
     * The same checks as a part of a backup: nothing gets through to its entries before they are made.
     *
     * @param run hears how much is expected
     * @param inner takes the entries
     */
    Gate before(
            BackupRequest request,
            Project project,
            DatabaseTarget target,
            BackupStore store,
            RunScope run,
            DumpOutput inner) {
        return new Gate(inner, run, check -> findings(request, project, target, store, check), subject(request));
    }

    /**
     * The checks before a dump that goes into no storage.
     *
     * @param run hears how much is expected
     * @param inner takes the entry
     */
    Gate withoutStorage(BackupRequest request, Project project, RunScope run, DumpOutput inner) {
        return new Gate(
                inner,
                run,
                check -> lowered(request.lowered(), project, check.findings()),
                "dump of " + project.name());
    }

    /** Lets a dump through when the checks have found no error. */
    static final class Gate implements DumpOutput {
        private interface Look {
            List<Finding> findings(DumpCheck check);
        }

        private final DumpOutput inner;
        private final RunScope run;
        private final Look look;
        private final String subject;
        private @Nullable List<Finding> found;

        private Gate(DumpOutput inner, RunScope run, Look look, String subject) {
            this.inner = inner;
            this.run = run;
            this.look = look;
            this.subject = subject;
        }

        @Override
        public synchronized void checked(DumpCheck check) {
            List<Finding> findings = look.findings(check);
            found = findings;
            requireNoError(subject, findings);
            run.expect(check.expectedBytes());
        }

        /** An engine that looks at nothing keeps nobody from looking at the rest. */
        private synchronized void requireChecked() {
            if (found == null) {
                checked(DumpCheck.of(List.of()));
            }
        }

        @Override
        public EntrySink open(EntrySpec entry) {
            requireChecked();
            return inner.open(entry);
        }

        @Override
        public void startOver() {
            run.startOver();
            inner.startOver();
        }

        /** What did not stop the dump. */
        synchronized List<Notice> notices() {
            return Preflight.notices(found == null ? List.of() : found);
        }
    }

    /** Refuses to begin where there are errors. */
    static void requireNoError(String subject, List<Finding> findings) {
        if (findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR)) {
            throw new CheckFailedException(subject, findings);
        }
    }

    /** What is told in the end of what did not stop a run. */
    static List<Notice> notices(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.WARNING)
                .map(finding -> new Notice(
                        finding.id(),
                        finding.message() + (finding.whatToDo().isEmpty() ? "" : "; " + finding.whatToDo())))
                .toList();
    }
}
