package io.codeb.internal.service;

import io.codeb.CleanUpReport;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Repositories;
import io.codeb.internal.repository.RunRecord;
import io.codeb.internal.repository.RunRecords;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
                if (clean || harmless.getAsBoolean() || endsAll(project, Set.of(run), new Cancellation())) {
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
     * @param harmless asked at the end: whether it can have left nothing, though it failed
     * @return the trace, to be closed when the run has ended
     */
    Trace begin(BackupStore store, Project project, String run, BooleanSupplier harmless, Cancellation cancellation) {
        RunRecords records = store.runs(clock);
        try {
            Set<String> dead = records.know(project.name()).dead();
            if (!dead.isEmpty() && endsAll(project, dead, cancellation)) {
                dead.forEach(records::forget);
            }
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("what dead runs of {} have left could not be ended: {}", project.name(), e.toString());
        }
        return new Trace(record(records, project, run), project, run, harmless);
    }

    private static @Nullable RunRecord record(RunRecords records, Project project, String run) {
        try {
            return records.begin(run, project.name());
        } catch (RuntimeException e) {
            LOG.warn(
                    "run {} of {} has no record, so what it leaves when it dies will be nobody's: {}",
                    run,
                    project.name(),
                    e.toString());
            return null;
        }
    }

    private boolean endsAll(Project project, Set<String> dead, Cancellation cancellation) {
        List<Leftover> found = find(project, dead, cancellation);
        found.stream().filter(left -> dead.contains(left.run())).forEach(left -> {
            if (left.isEnded()) {
                LOG.info("ended what run {} had left: {} {}", left.run(), left.kind(), left.name());
            } else {
                LOG.warn("run {} has left {} {}: {}", left.run(), left.kind(), left.name(), left.keptBecause());
            }
        });
        return found.stream().noneMatch(left -> dead.contains(left.run()) && !left.isEnded());
    }

    private List<Leftover> find(Project project, Set<String> dead, Cancellation cancellation) {
        // First, because this does not need the project's server, which may be away.
        List<Leftover> found = new ArrayList<>(drills.end(project, dead));
        found.addAll(projects.engine(project).cleanUp(projects.target(project).server(), dead, cancellation));
        return found;
    }

    /** Ends what dead runs have left where a project's database lives, and tells what else runs have there. */
    CleanUpReport cleanUp(Project project, Cancellation cancellation) {
        Set<String> alive = new HashSet<>();
        Set<String> dead = new HashSet<>();
        List<RunRecords> records = records();
        for (RunRecords each : records) {
            RunRecords.Known known = each.know(project.name());
            alive.addAll(known.alive());
            dead.addAll(known.dead());
        }
        List<Leftover> found = find(project, dead, cancellation).stream()
                .map(left -> left.isEnded() || dead.contains(left.run())
                        ? left
                        : left.keptBecause(why(alive.contains(left.run()))))
                .toList();
        Set<String> stillThere = found.stream()
                .filter(left -> !left.isEnded())
                .map(Leftover::run)
                .collect(Collectors.toSet());
        dead.removeAll(stillThere);
        records.forEach(each -> dead.forEach(each::forget));
        return new CleanUpReport(found);
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
