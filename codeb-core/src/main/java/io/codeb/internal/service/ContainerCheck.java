package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.error.Finding;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.runtime.ContainerInfo;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the runtime says of the container that a database lives in. */
final class ContainerCheck {
    private ContainerCheck() {}

    /** Looks, where there is a container. */
    static List<Finding> of(Project project, DatabaseTarget target) {
        Optional<String> container = project.container();
        if (container.isEmpty()) {
            return List.of();
        }
        return judged(container.get(), target.runtime().inspect(container.get()));
    }

    private static List<Finding> judged(String container, ContainerInfo info) {
        if (info.state() != ContainerInfo.State.RUNNING) {
            return List.of(new Finding(
                    "container-not-running",
                    Finding.Severity.ERROR,
                    word(info.state()),
                    word(ContainerInfo.State.RUNNING),
                    "container " + container + " does not run",
                    "start it, or let it go on where it is paused"));
        }
        return switch (info.health()) {
            case UNHEALTHY ->
                List.of(unhealthy(
                        info,
                        "the health check of container " + container + " fails",
                        "look at what its health check says"));
            case STARTING ->
                List.of(unhealthy(
                        info,
                        "the health check of container " + container + " has not passed yet",
                        "wait until it has started"));
            case HEALTHY, NONE -> List.of();
        };
    }

    private static Finding unhealthy(ContainerInfo info, String message, String whatToDo) {
        return new Finding(
                "container-unhealthy",
                Finding.Severity.WARNING,
                word(info.health()),
                word(ContainerInfo.Health.HEALTHY),
                message,
                whatToDo);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
