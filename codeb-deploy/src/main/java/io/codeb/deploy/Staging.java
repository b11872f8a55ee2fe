package io.codeb.deploy;

import io.codeb.Backup;
import io.codeb.CatalogService;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.ConfigException;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives a staging system the data of production: production is backed up, the backup restored in the place of staging's
 * database, with other roles and without what is private, and tests are run there. Where one fails, staging has its
 * database of before again. Production is only read. Immutable and thread-safe.
 *
 * <pre>{@code
 * StagingReport report = Staging.of(codeb).run(StagingRequest.of("production", "staging")
 *         .restoring(restore -> restore.mapRole("production", "staging")
 *                 .afterLoad("UPDATE customers SET email = 'customer' || id || '@example.invalid'"))
 *         .test(Probe.sql("SELECT count(*) = 0 FROM customers WHERE email NOT LIKE '%@example.invalid'"))
 *         .test(Probe.command(DeployCommand.in("staging-app", "./smoke-test"))));
 * }</pre>
 */
@CheckReturnValue
public final class Staging {
    /** What the names of its runs begin with, by which it knows its own. */
    private static final String RUN = "staging-";

    /** As long as the name of a run may be. */
    private static final int RUN_LENGTH = 36;

    private final CodeB codeb;
    private final List<GuardListener> listeners;

    private Staging(CodeB codeb, List<GuardListener> listeners) {
        this.codeb = codeb;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * For the projects of a CodeB.
     *
     * @param codeb stays open while this is used
     * @return to be asked for runs
     */
    public static Staging of(CodeB codeb) {
        return new Staging(Objects.requireNonNull(codeb, "codeb"), List.of());
    }

    /**
     * Adds who hears what is done to staging.
     *
     * @param listener hears it before it goes on
     * @return a changed copy
     */
    public Staging listener(GuardListener listener) {
        List<GuardListener> all = new ArrayList<>(listeners);
        all.add(Objects.requireNonNull(listener, "listener"));
        return new Staging(codeb, all);
    }

    /**
     * Does it, and returns when staging has production's data and every test has passed. What a run before has left
     * that has died is undone first.
     *
     * @param request what
     * @param cancellation ends it early; what was done to staging is undone then, which is not cancelled
     * @return what was done
     * @throws GuardFailedException when the restore, a migration or a test failed; its report says what became of
     *     staging's database
     * @throws DeployException {@code DEPLOY_UNFINISHED} when a deployment of staging has died that was none of these
     *     runs: it is recovered by who has begun it
     * @throws io.codeb.error.LockedException while something else is done to staging's database
     * @throws io.codeb.error.CodeBException when the backup failed, or the request cannot be done; staging is as it was
     */
    public StagingReport run(StagingRequest request, Cancellation cancellation) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(cancellation, "cancellation");
        long began = System.nanoTime();
        requireSeparate(request);
        Project production = codeb.project(request.production());
        Project staging = codeb.project(request.staging());
        GuardRequest guarded =
                GuardRequest.of(staging.name()).withoutBackup().migratingWithin(request.migrationLimit());
        for (Migration migration : request.migrations()) {
            guarded = guarded.migrate(migration);
        }
        DeployGuard guard = guard();
        Optional<GuardState> left = DeployGuard.left(codeb, staging.name());
        if (left.isPresent()) {
            if (!left.get().id().startsWith(RUN)) {
                throw DeployGuard.unfinished(left.get(), staging.name());
            }
            Optional<GuardReport> unused = guard.recover(guarded, cancellation);
        }
        String id = (RUN + UUID.randomUUID().toString().replace("-", "")).substring(0, RUN_LENGTH);
        BackupRef backup = FreshBackup.of(codeb, production, request.repository())
                .within(request.backupAge(), "staging", id, cancellation);
        guarded = guarded.restore(restore(request, backup));
        for (Probe test : request.tests()) {
            guarded = guarded.probe(test);
        }
        GuardReport report = guard.run(guarded, id, cancellation);
        return new StagingReport(backup, report, Duration.ofNanos(System.nanoTime() - began));
    }

    /**
     * Looks how it would go, and changes nothing: the checks of the restore are made with the last backup of production
     * that there is.
     *
     * @param request what
     * @param cancellation ends it early
     * @return what was found
     * @throws io.codeb.error.CodeBException when the request cannot be done, or nobody can look
     */
    public StagingPlan plan(StagingRequest request, Cancellation cancellation) {
        requireSeparate(request);
        CatalogService catalog = codeb.catalog();
        Optional<BackupRef> last = request.repository()
                .map(catalog::in)
                .orElse(catalog)
                .latest(request.production())
                .map(Backup::ref);
        return new StagingPlan(last, last.map(ref -> codeb.check(restore(request, ref), cancellation)));
    }

    private static RestoreRequest restore(StagingRequest request, BackupRef backup) {
        return request.restoring()
                .apply(RestoreRequest.of(backup).onProject(request.staging()).replacing());
    }

    private void requireSeparate(StagingRequest request) {
        Project production = codeb.project(request.production());
        Project staging = codeb.project(request.staging());
        if (isSamePlace(production, staging)) {
            throw new ConfigException(
                    "the database of " + staging.name() + " is that of " + production.name(),
                    "name the project of a staging system with a database of its own");
        }
    }

    private DeployGuard guard() {
        DeployGuard guard = DeployGuard.of(codeb);
        for (GuardListener listener : listeners) {
            guard = guard.listener(listener);
        }
        return guard;
    }

    /**
     * Does it, as {@link #run(StagingRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what
     * @return what was done
     */
    public StagingReport run(StagingRequest request) {
        return run(request, new Cancellation());
    }

    /** As far as the configuration says it: a server can have several names. */
    private static boolean isSamePlace(Project one, Project other) {
        return one.name().equals(other.name())
                || (one.container().equals(other.container())
                        && one.host().equals(other.host())
                        && one.port() == other.port()
                        && one.runtime().id().equals(other.runtime().id())
                        && one.runtime().endpoint().equals(other.runtime().endpoint())
                        && one.database().equals(other.database()));
    }
}
