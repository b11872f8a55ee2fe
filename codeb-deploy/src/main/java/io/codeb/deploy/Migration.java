package io.codeb.deploy;

import io.codeb.error.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tool that brings a database from one version of its schema to the next. Immutable and thread-safe; all that it does
 * goes through the target, so that it works on whatever database the target is.
 *
 * <p>Methods throw {@link io.codeb.error.CodeBException}: {@link DeployException} {@code MIGRATION_FAILED} where the
 * tool fails, and let those of what they use pass.
 */
public interface Migration {
    /**
     * Names it in reports.
     *
     * @return for example {@code sql files in db/migrations}
     */
    String name();

    /**
     * Looks which migrations there are, without a change.
     *
     * @param target on which database
     * @return applied and pending ones; {@link MigrationStatus#UNKNOWN} where the tool cannot say
     */
    MigrationStatus status(DeployTarget target);

    /**
     * Looks which migrations the database has, without a change: {@link #status} where it does not matter which it
     * lacks, and quickly where the tool's notes in the database say it.
     *
     * @param target on which database
     * @return applied ones in their order; empty where the tool cannot say
     */
    default Optional<List<String>> applied(DeployTarget target) {
        MigrationStatus status = status(target);
        return status.known() ? Optional.of(status.applied()) : Optional.empty();
    }

    /**
     * Applies all that are pending. When this returns, none is, and the database is proven to have them; a failure that
     * is no {@link DeployException#untouched()} leaves it in any state between.
     *
     * @param target on which database
     * @param before what {@link #status} has told of it just now
     */
    void apply(DeployTarget target, MigrationStatus before);

    /**
     * The tables in which the tool notes what it has applied: their rows are nobody's data.
     *
     * @return names without schemas
     */
    default Set<String> bookkeeping() {
        return Set.of();
    }

    /**
     * How long those took that are applied, as the tool has noted it in the database.
     *
     * @param target on which database
     * @return by their names, in their order; those of which it has noted nothing are not there
     */
    default Map<String, Duration> durations(DeployTarget target) {
        return Map.of();
    }

    /**
     * The same migration for a rehearsal, where its commands must reach the rehearsal's server, and must not reach the
     * live one: they are moved with {@link RehearsalStage#command}, and told what to connect to. What does all through
     * the target's CodeB answers itself.
     *
     * @param stage where the rehearsal takes place
     * @return the migration there
     * @throws io.codeb.error.ConfigException when it cannot be rehearsed, as one that says nothing else
     */
    default Migration rehearsedOn(RehearsalStage stage) {
        throw new ConfigException(
                name() + " cannot be rehearsed: it does not say how",
                "leave the rehearsal out, or override rehearsedOn");
    }

    /**
     * Ends what an application of it has left that has died: its commands, so that none goes on behind a roll-back.
     *
     * @param target its {@link DeployTarget#run()} is the dead one's
     */
    default void endRun(DeployTarget target) {}
}
