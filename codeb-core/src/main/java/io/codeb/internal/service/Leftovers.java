package io.codeb.internal.service;

import io.codeb.CleanUpReport;
import io.codeb.Project;
import io.codeb.RecoveredRestore;
import io.codeb.RecoveredRestore.Outcome;
import io.codeb.RecoveryReport;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.internal.repository.RunRecord;
import io.codeb.internal.repository.RunRecords;
import io.codeb.internal.repository.RunRecords.Dead;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.spi.engine.StepOutcome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record of each run that works on a database, and ends what dead ones have left there. Never that of another
 * one: who has no record, or a living one, is let alone. Thread-safe.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final Projects projects;
    private final Repositories repositories;
    private final DrillContainers drills;
    private final Clock clock;

    Leftovers(Projects projects, Repositories repositories, DrillContainers drills, Clock clock) {
        this.projects = projects;
        this.drills = drills;
        this.repositories = repositories;
        this.clock = clock;
    }

    /** A run, as whoever comes later will know it. */
    final class Trace implements AutoCloseable {
        private final @Nullable RunRecord record;
        private final Project project;
        private final String run;
        private final BooleanSupplier harmless;
        private boolean clean;

        private Trace(@Nullable RunRecord record, Project project, String run, BooleanSupplier harmless) {
            this.record = record;
            this.project = project;
            this.run = run;
            this.harmless = harmless;
        }

        /** Notes the step after which a restore is done, right before it is taken. Where it throws it is not taken. */
        void deciding(String step) {
            if (record != null) {
                record.deciding(step);
            }
        }

        /** Says that the run has ended as it should, and all that it had opened with it. */
        void clean() {
            clean = true;
        }

        /** What has failed may have left something: it is looked for now, and where that cannot be, later. */
        @Override
        public void close() {
            if (record == null) {
                return;
            }
            try (record) {
                if (clean || harmless.getAsBoolean() || !leaves(run, end(project, Set.of(run), new Cancellation()))) {
                    record.nothingIsLeft();
                }
            } catch (RuntimeException e) {
                LOG.warn("nobody knows whether run {} of {} has left something", run, project.name(), e);
            }
        }
    }

    /**
     * Begins the trace of a run, and ends first what dead runs of the same project have left in its way. Where there
     * can be no record, the run goes on without.
     *
     * @param store where the record lies
     * @param project whose database the run works on
     * @param run its id
     * @param restored the database that it restores; null where it restores none
     * @param harmless asked at the end: whether it can have left nothing, though it failed
     * @return the trace, to be closed when the run has ended
     */
    Trace begin(
            BackupStore store,
            Project project,
            String run,
            @Nullable String restored,
            BooleanSupplier harmless,
            Cancellation cancellation) {
        RunRecords records = store.runs(clock);
        try {
            List<Dead> dead = records.know(project.name()).dead();
            if (!dead.isEmpty()) {
                bury(project, dead, List.of(records), cancellation);
            }
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("what dead runs of {} have left could not be ended: {}", project.name(), e.toString());
        }
        return new Trace(record(records, project, run, restored), project, run, harmless);
    }

    private static @Nullable RunRecord record(
            RunRecords records, Project project, String run, @Nullable String restored) {
        RunRecord record;
        try {
            record = records.begin(run, project.name());
        } catch (RuntimeException e) {
            LOG.warn(
                    "run {} of {} has no record, so what it leaves when it dies will be nobody's: {}",
                    run,
                    project.name(),
                    e.toString());
            return null;
        }
        if (restored != null) {
            restoring(record, restored);
        }
        return record;
    }

    private static void restoring(RunRecord record, String restored) {
        try {
            record.restoring(restored);
        } catch (RuntimeException e) {
            try (record) {
                record.nothingIsLeft();
            }
            throw e;
        }
    }

    /** Ends what runs have left, and tells the log. Answers what was found, of whichever run. */
    private List<Leftover> end(Project project, Set<String> runs, Cancellation cancellation) {
        // The drills first, because they do not need the project's server, which may be away.
        List<Leftover> found = new ArrayList<>(drills.end(project, runs));
        found.addAll(projects.engine(project).cleanUp(projects.target(project).server(), runs, cancellation));
        found.stream().filter(left -> runs.contains(left.run())).forEach(left -> {
            if (left.isEnded()) {
                LOG.info("ended what run {} had left: {} {}", left.run(), left.kind(), left.name());
            } else {
                LOG.warn("run {} has left {} {}: {}", left.run(), left.kind(), left.name(), left.keptBecause());
            }
        });
        return found;
    }

    private static boolean leaves(String run, List<Leftover> found) {
        return found.stream().anyMatch(left -> left.run().equals(run) && !left.isEnded());
    }

    /** Ends what dead runs have left, tells what became of their restores, and forgets whom nothing is left of. */
    private CleanUpReport bury(Project project, List<Dead> dead, List<RunRecords> records, Cancellation cancellation) {
        Set<String> runs = dead.stream().map(Dead::run).collect(Collectors.toSet());
        List<Leftover> found = end(project, runs, cancellation);
        List<RecoveredRestore> restores = new ArrayList<>();
        for (Dead each : dead) {
            Optional<RecoveredRestore> restore =
                    each.restored().map(database -> recovered(project, each, database, cancellation));
            restore.ifPresent(restores::add);
            boolean undecided = restore.filter(known -> known.outcome() == Outcome.UNDECIDED)
                    .isPresent();
            if (!undecided && !leaves(each.run(), found)) {
                records.forEach(known -> known.forget(each.run()));
            }
        }
        return new CleanUpReport(found, restores);
    }

    /** Asked when what was left is ended: nobody can take the last step any more. */
    private RecoveredRestore recovered(Project project, Dead dead, String database, Cancellation cancellation) {
        StepOutcome outcome = dead.step()
                .map(step -> projects.engine(project)
                        .outcome(projects.target(project).server(), step, cancellation))
                .orElse(StepOutcome.NOT_DONE);
        RecoveredRestore restore = new RecoveredRestore(
                dead.run(),
                project.name(),
                database,
                switch (outcome) {
                    case DONE -> Outcome.FINISHED;
                    case NOT_DONE -> Outcome.UNDONE;
                    case GOES_ON -> Outcome.UNDECIDED;
                    case UNKNOWN -> Outcome.UNKNOWN;
                });
        LOG.info("the restore of {} by run {}, which died, is {}", database, dead.run(), restore.outcome());
        return restore;
    }

    /** Ends what dead runs have left where a project's database lives, and tells what else runs have there. */
    CleanUpReport cleanUp(Project project, Cancellation cancellation) {
        Set<String> alive = new HashSet<>();
        List<Dead> dead = new ArrayList<>();
        List<RunRecords> records = records();
        for (RunRecords each : records) {
            RunRecords.Known known = each.know(project.name());
            alive.addAll(known.alive());
            dead.addAll(known.dead());
        }
        CleanUpReport report = bury(project, dead, records, cancellation);
        Set<String> buried = dead.stream().map(Dead::run).collect(Collectors.toSet());
        List<Leftover> leftovers = report.leftovers().stream()
                .map(left -> left.isEnded() || buried.contains(left.run())
                        ? left
                        : left.keptBecause(why(alive.contains(left.run()))))
                .toList();
        return new CleanUpReport(leftovers, report.restores());
    }

    /** Does so for all projects. One that cannot be reached keeps no other one from it. */
    RecoveryReport recover(Cancellation cancellation) {
        Map<String, CleanUpReport> reports = new LinkedHashMap<>();
        List<RecoveryReport.Failure> failures = new ArrayList<>();
        for (Project project : projects.all()) {
            try {
                reports.put(project.name(), cleanUp(project, cancellation));
            } catch (CancelledException e) {
                throw e;
            } catch (CodeBException e) {
                LOG.warn("project {} could not be looked at: {}", project.name(), e.toString());
                failures.add(new RecoveryReport.Failure(project.name(), e.code(), String.valueOf(e.getMessage())));
            }
        }
        return new RecoveryReport(reports, failures);
    }

    private List<RunRecords> records() {
        return repositories.names().stream()
                .map(name -> repositories.get(name).runs(clock))
                .toList();
    }

    /** Whether a repository here has a record of a run that goes on, whichever project it works on. */
    boolean goesOn(String run) {
        return records().stream().anyMatch(each -> each.goesOn(run));
    }

    private static String why(boolean goesOn) {
        return goesOn
                ? "its run goes on"
                : "no repository here has a record of its run, which may go on: end it by hand if you know better,"
                        + " a database with databases().drop(…)";
    }
}
