package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.TimedCancellation;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What a migration or a probe works on. Which database it is they need not know: it is the project's own, or one that
 * stands for it.
 *
 * @param codeb what reaches the database, its server and containers
 * @param project whose database it is, as {@code codeb} knows it
 * @param run the id of what goes on; commands are marked with it, so that they are found when their starter has died
 * @param limit how long it may take in all; whoever cannot be cancelled otherwise gives it to whom it asks
 * @param cancellation ends it early, and when the limit is over
 */
public record DeployTarget(CodeB codeb, Project project, String run, Duration limit, Cancellation cancellation) {
    /** Takes no null. */
    public DeployTarget {
        Objects.requireNonNull(codeb, "codeb");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Refuses a tool that is connected to another database.
     *
     * @param tool names it
     * @param found the name of the database that it says it works on
     * @param setting what it mostly has its connection from
     */
    void requireDatabase(String tool, String found, String setting) {
        if (!found.equals(project.database())) {
            throw DeployException.ofMigration(
                            tool + " works on database " + found + ", and the project's is " + project.database(),
                            "check its connection, mostly " + setting)
                    .beforeAnyChange();
        }
    }

    /**
     * Does a part of the work within a time of its own. That it is over is no cancellation of anybody's.
     *
     * @param time how long that may take
     * @param code what a part is that was not done
     * @param what names it
     * @param work is given the target with that limit
     */
    void within(Duration time, ErrorCode code, String what, Consumer<DeployTarget> work) {
        try (TimedCancellation timed = new TimedCancellation(cancellation, time)) {
            work.accept(new DeployTarget(codeb, project, run, time, timed.cancellation()));
        } catch (CancelledException e) {
            cancellation.throwIfCancelled();
            throw new DeployException(
                    code,
                    what + " was not done within " + TimedCancellation.text(time),
                    "look what it waited for, or give it more time",
                    e);
        }
    }
}
