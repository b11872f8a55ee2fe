package io.codeb.deploy;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a deployment has done.
 *
 * @param project whose
 * @param outcome what came of it
 * @param container the name of the new version's container
 * @param release what serves now; empty where it failed
 * @param guard what became of the database; empty where the deployment failed before, or its process has died since
 * @param failure what failed first; empty where nothing did
 * @param duration how long it took
 */
public record DeployReport(
        String project,
        Outcome outcome,
        String container,
        Optional<Release> release,
        Optional<GuardReport> guard,
        Optional<GuardFailure> failure,
        Duration duration) {
    /** What can come of a deployment. */
    public enum Outcome {
        /** The new version serves, and the old one has ended. */
        RELEASED,
        /** It failed, the old version serves, and the database is what it was before. */
        UNDONE,
        /**
         * It failed, and so has a part of what was to be done then. {@link DeployService#recover} tries again; until
         * then no other deployment begins.
         */
        UNFINISHED
    }

    /** Takes no null. */
    public DeployReport {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(guard, "guard");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(duration, "duration");
    }
}
