package io.codeb.deploy;

import io.codeb.model.BackupRef;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a guard has done.
 *
 * @param id names it; the journal and its commands carry it
 * @param project whose database it was
 * @param outcome what became of the database
 * @param steps what was done, in its order
 * @param backup the backup to roll back to; empty where none was wanted, or it failed before
 * @param rehearsal what came of the rehearsal; empty where there was none
 * @param migrations what each migration has done, as far as they were begun
 * @param differences the tables of the backup, or of the database that was replaced, that have other numbers of rows
 *     now: {@link RowDifference#live()} after the migrations, before any roll-back; {@link RowDifference#kept()} in
 *     what is or would be rolled back to. Empty where none differs, and where {@code counted} is false
 * @param counted whether they could be counted
 * @param kept what is kept on the server: after a roll-back the database as the deployment had left it, with all that
 *     was written meanwhile; otherwise the one that a restore has replaced
 * @param failure what failed first; empty where the deployment is kept
 * @param duration how long it took
 */
public record GuardReport(
        String id,
        String project,
        Outcome outcome,
        List<GuardStep> steps,
        Optional<BackupRef> backup,
        Optional<RehearsalReport> rehearsal,
        List<MigrationReport> migrations,
        List<RowDifference> differences,
        boolean counted,
        Optional<ReplacedDatabase> kept,
        Optional<GuardFailure> failure,
        Duration duration) {
    /** What can become of a database. */
    public enum Outcome {
        /** It is what the deployment has made of it, and all probes have passed. */
        KEPT,
        /** The deployment failed before anything of it was changed. */
        UNTOUCHED,
        /** The deployment failed, and it is again what it was before. */
        ROLLED_BACK,
        /**
         * The deployment failed, and it is still what that has left: the roll-back would have taken out more rows than
         * it may, or has failed. {@link DeployGuard#recover} tries again, {@link DeployGuard#accept} takes it as it is;
         * until then no other deployment begins.
         */
        LEFT
    }

    /** Copies the lists. */
    public GuardReport {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(outcome, "outcome");
        steps = List.copyOf(steps);
        Objects.requireNonNull(backup, "backup");
        Objects.requireNonNull(rehearsal, "rehearsal");
        migrations = List.copyOf(migrations);
        differences = List.copyOf(differences);
        Objects.requireNonNull(kept, "kept");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(duration, "duration");
    }

    /**
     * How many rows the deployment has taken out, by count: of tables that it has dropped, emptied or thinned.
     *
     * @return the sum over all tables
     */
    public long rowsTakenOut() {
        return takenOut(differences);
    }

    /**
     * How many rows were written since the backup, or since the restore, by count, those of the migrations among them:
     * what a roll-back takes out of the live database, and what is in {@link #kept()} then.
     *
     * @return the sum over all tables
     */
    public long rowsWrittenSince() {
        return writtenSince(differences);
    }

    static long takenOut(List<RowDifference> differences) {
        return differences.stream()
                .mapToLong(each -> Math.max(0, Math.max(0, each.kept()) - Math.max(0, each.live())))
                .sum();
    }

    static long writtenSince(List<RowDifference> differences) {
        return differences.stream().mapToLong(RowDifference::missing).sum();
    }
}
