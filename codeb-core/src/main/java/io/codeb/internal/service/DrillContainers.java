package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.CodeBException;
import io.codeb.model.Leftover;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of drills. Each is labelled with its run, and with the time when its drill must be over: what is there
 * after that is nobody's any more, even if no record of its run is left. Thread-safe.
 */
final class DrillContainers {
    private static final Logger LOG = LoggerFactory.getLogger(DrillContainers.class);

    private static final String KIND = "io.codeb.kind";
    private static final String DRILL = "drill";
    private static final String PROJECT = "io.codeb.project";
    private static final String RUN = "io.codeb.run";
    private static final String UNTIL = "io.codeb.until";
    private static final String BESIDE = "io.codeb.beside";

    /** For what a drill does after its time, and for clocks that are not set to the same time. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Projects projects;
    private final Clock clock;

    DrillContainers(Projects projects, Clock clock) {
        this.projects = projects;
        this.clock = clock;
    }

    static String name(String run) {
        return "codeb-drill-" + run;
    }

    /** A container that whoever comes later knows for that of a drill. */
    ContainerSpec named(ContainerSpec spec, Project project, String run, Duration limit) {
        return spec.withName(name(run))
                .withLabel(KIND, DRILL)
                .withLabel(PROJECT, project.name())
                .withLabel(RUN, run)
                .withLabel(UNTIL, clock.instant().plus(limit).plus(GRACE).toString());
    }

    /** One beside that of a drill, whose network it has. */
    ContainerSpec beside(ContainerSpec spec, Project project, String run, Duration limit, int number) {
        return named(spec, project, run, limit)
                .withName(name(run) + "-" + number)
                .withLabel(BESIDE, name(run))
                .withNetworkOf(name(run));
    }

    /**
     * Ends the containers of dead drills of a project, and those whose time is over. Never throws: where nobody can
     * look for them, that is kept.
     *
     * @return what was found of drills of this project
     */
    List<Leftover> end(Project project, Set<String> dead) {
        List<Leftover> found = new ArrayList<>();
        try {
            ContainerManager manager = projects.drillRuntime(project)
                    .flatMap(runtime -> runtime.manager())
                    .orElse(null);
            if (manager == null) {
                return found;
            }
            List<ContainerInfo> all = new ArrayList<>(manager.find(Map.of(KIND, DRILL, PROJECT, project.name())));
            // Podman removes no container whose network another one has.
            all.sort(Comparator.comparing(each -> !each.labels().containsKey(BESIDE)));
            for (ContainerInfo container : all) {
                found.add(end(manager, container, dead));
            }
        } catch (CodeBException e) {
            LOG.warn("nobody knows whether drills of {} have left containers: {}", project.name(), e.toString());
            for (String run : dead) {
                found.add(new Leftover(Leftover.Kind.CONTAINER, name(run), run, "whether it is there is not known"));
            }
        }
        return found;
    }

    private Leftover end(ContainerManager manager, ContainerInfo container, Set<String> dead) {
        String run = container.labels().getOrDefault(RUN, "");
        Leftover left = Leftover.ended(Leftover.Kind.CONTAINER, container.name(), run);
        if (!dead.contains(run) && !isOver(container)) {
            return left.keptBecause("nobody has ended it");
        }
        try {
            manager.remove(container.id());
            return left;
        } catch (CodeBException e) {
            return left.keptBecause(String.valueOf(e.getMessage()));
        }
    }

    /** What has no such label was not made by a drill, whatever else it says. */
    private boolean isOver(ContainerInfo container) {
        try {
            return clock.instant().isAfter(Instant.parse(container.labels().getOrDefault(UNTIL, "")));
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
