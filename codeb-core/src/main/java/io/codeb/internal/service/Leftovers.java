package io.codeb.internal.service;

import io.codeb.CleanUpReport;
import io.codeb.Project;
import io.codeb.RecoveredRestore;
import io.codeb.RecoveredRestore.Outcome;
import io.codeb.RecoveryReport;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.internal.repository.RunRecord;
import io.codeb.internal.repository.RunRecords;
import io.codeb.internal.repository.RunRecords.Dead;
import io.codeb.internal.repository.SideRecord;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.StepOutcome;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    /**
     * What a run restores.
     *
     * @param database which database
     * @param containers where its commands are besides the database's own container
     */
    record Restored(String database, List<String> containers) {
        Restored {
            containers = List.copyOf(containers);
        }
    }

    /** A run, as whoever comes later will know it. */
    abstract class Trace implements AutoCloseable {
        private final Project project;
        private final String run;
        private final List<String> containers;
        private boolean clean;

        private Trace(Project project, String run, List<String> containers) {
            this.project = project;
            this.run = run;
            this.containers = containers;
        }

        /** Says that the run has ended as it should, and all that it had opened with it. */
        void clean() {
            clean = true;
        }

        /** What has failed may have left something: it is looked for now, and where that cannot be, later. */
        final boolean nothingIsLeft() {
            if (clean) {
                return true;
            }
            try (Undertaker undertaker = new Undertaker(project)) {
                return !leaves(run, undertaker.end(Map.of(run, containers), new Cancellation()));
            } catch (RuntimeException e) {
                LOG.warn("nobody knows whether run {} of {} has left something", run, project.name(), e);
                return false;
            }
        }

        @Override
        public abstract void close();
    }

    /** That of a run whose record is in the storage that it works with. */
    final class Recorded extends Trace {
        private final @Nullable RunRecord record;
        private final BooleanSupplier harmless;

        private Recorded(
                @Nullable RunRecord record,
                Project project,
                String run,
                List<String> containers,
                BooleanSupplier harmless) {
            super(project, run, containers);
            this.record = record;
            this.harmless = harmless;
        }

        /** Notes the step after which a restore is done, right before it is taken. Where it throws it is not taken. */
        void deciding(String step) {
            if (record != null) {
                record.deciding(step);
            }
        }

        @Override
        public void close() {
            if (record == null) {
                return;
            }
            try (record) {
                if (harmless.getAsBoolean() || nothingIsLeft()) {
                    record.nothingIsLeft();
                }
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
     * @param restores what it restores; null where it restores nothing
     * @param harmless asked at the end: whether it can have left nothing, though it failed
     * @return the trace, to be closed when the run has ended
     */
    Recorded begin(
            BackupStore store,
            Project project,
            String run,
            @Nullable Restored restores,
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
        return new Recorded(
                record(records, project, run, restores),
                project,
                run,
                restores == null ? List.of() : restores.containers(),
                harmless);
    }

    /**
     * Begins the trace of a run that needs no storage: it is not held up by one that is slow or gone, and brings no
     * order before. What it leaves is ended behind it also where it has no record.
     *
     * @param project whose database the run works on
     * @param run its id
     * @return the trace, to be closed when the run has ended
     */
    Trace beginAside(Project project, String run) {
        return beginAside(project, run, () -> false);
    }

    /**
     * The same.
     *
     * @param project with whose programs the run works
     * @param run its id
     * @param harmless asked at the end: whether it can have left nothing, though it failed
     * @return the trace, to be closed when the run has ended
     */
    Trace beginAside(Project project, String run, BooleanSupplier harmless) {
        SideRecord record = repositories.first().runs(clock).beginAside(run, project.name());
        return new Trace(project, run, List.of()) {
            @Override
            public void close() {
                record.end(harmless.getAsBoolean() || nothingIsLeft());
            }
        };
    }

    private static @Nullable RunRecord record(
            RunRecords records, Project project, String run, @Nullable Restored restores) {
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
        if (restores != null) {
            restoring(record, restores);
        }
        return record;
    }

    private static void restoring(RunRecord record, Restored restores) {
        try {
            record.restoring(restores.database(), restores.containers());
        } catch (RuntimeException e) {
            try (record) {
                record.nothingIsLeft();
            }
            throw e;
        }
    }

    private static boolean leaves(String run, List<Leftover> found) {
        return found.stream().anyMatch(left -> left.run().equals(run) && !left.isEnded());
    }

    /** Ends what dead runs have left, tells what became of their restores, and forgets whom nothing is left of. */
    private CleanUpReport bury(Project project, List<Dead> dead, List<RunRecords> records, Cancellation cancellation) {
        Map<String, List<String>> runs = new HashMap<>();
        dead.forEach(each -> runs.put(each.run(), each.containers()));
        try (Undertaker undertaker = new Undertaker(project)) {
            List<Leftover> found = undertaker.end(runs, cancellation);
            List<RecoveredRestore> restores = new ArrayList<>();
            for (Dead each : dead) {
                Optional<RecoveredRestore> restore =
                        each.restored().map(database -> undertaker.recovered(each, database, cancellation));
                restore.ifPresent(restores::add);
                boolean undecided = restore.filter(known -> known.outcome() == Outcome.UNDECIDED)
                        .isPresent();
                if (!undecided && !leaves(each.run(), found)) {
                    records.forEach(known -> known.forget(each.run()));
                }
            }
            return new CleanUpReport(found, restores);
        }
    }

    /**
     * Ends what runs of one project have left. It works on their server as they did, and may die there as well: so it
     * is a run of its own, with a record on the side, and what it leaves is ended by the next one.
     */
    private final class Undertaker implements AutoCloseable {
        private final Project project;
        private final String run = UUID.randomUUID().toString();
        private final ProgramWatch watch = new ProgramWatch();
        private final ServerTarget server;
        private final SideRecord record;

        Undertaker(Project project) {
            this.project = project;
            this.server = projects.target(project, run, watch).server();
            this.record = repositories.first().runs(clock).beginAside(run, project.name());
        }

        /**
         * Ends what runs have left, and tells the log.
         *
         * @param containersOf where the commands of each run are besides the database's own container
         * @return what was found, of whichever run
         */
        List<Leftover> end(Map<String, List<String>> containersOf, Cancellation cancellation) {
            Set<String> runs = containersOf.keySet();
            // The drills first, because they do not need the project's server, which may be away.
            List<Leftover> found = new ArrayList<>(drills.end(project, runs));
            containersOf.forEach(
                    (dead, containers) -> containers.forEach(container -> found.addAll(endCommands(dead, container))));
            found.addAll(projects.engine(project).cleanUp(server, runs, cancellation));
            found.removeIf(left -> left.run().equals(run));
            found.stream().filter(left -> runs.contains(left.run())).forEach(left -> {
                if (left.isEnded()) {
                    LOG.info("ended what run {} had left: {} {}", left.run(), left.kind(), left.name());
                } else {
                    LOG.warn("run {} has left {} {}: {}", left.run(), left.kind(), left.name(), left.keptBecause());
                }
            });
            return found;
        }

        /** In a container that is not there, or does not run, there are none. */
        private List<Leftover> endCommands(String dead, String container) {
            ContainerRuntime runtime = projects.runtime(project);
            try {
                return runtime.inspect(container).state() == ContainerInfo.State.RUNNING
                        ? ToolHost.of(runtime, container).endRuns(Set.of(dead))
                        : List.of();
            } catch (ContainerException e) {
                if (e.code() == ErrorCode.CONTAINER_NOT_FOUND) {
                    return List.of();
                }
                throw e;
            }
        }

        /** Asked when what was left is ended: nobody can take the last step any more. */
        RecoveredRestore recovered(Dead dead, String database, Cancellation cancellation) {
            StepOutcome outcome = dead.step()
                    .map(step -> projects.engine(project).outcome(server, step, cancellation))
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

        /** It opens nothing but programs: where all of them have ended, nothing of it is there. */
        @Override
        public void close() {
            record.end(watch.allHaveEnded());
        }
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
