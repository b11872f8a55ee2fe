package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import java.util.Objects;
import java.util.Optional;

/**
 * Rehearses the migrations of a deployment: a backup of the database is restored into a container that is thrown away,
 * the pending migrations are run there, and it is told what they have done, how long they took, and whom they would
 * have kept waiting. Nothing of it touches the live database, but the backup. For PostgreSQL. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * RehearsalReport report = Rehearsal.of(codeb).run(RehearsalRequest.of("shop")
 *         .migrate(SqlMigration.in(Path.of("db/migrations")))
 *         .blockingAtMost(Duration.ofSeconds(2))
 *         .losingAtMost(0));
 * report.requireOk();
 * }</pre>
 */
@CheckReturnValue
public final class Rehearsal {
    private final CodeB codeb;

    private Rehearsal(CodeB codeb) {
        this.codeb = codeb;
    }

    /**
     * Rehearses for the projects of a CodeB.
     *
     * @param codeb stays open while the rehearsal is used
     * @return the rehearsal
     */
    public static Rehearsal of(CodeB codeb) {
        return new Rehearsal(Objects.requireNonNull(codeb, "codeb"));
    }

    /**
     * Rehearses. What the migrations would have failed by is in the report; thrown is what was in the way of the
     * rehearsal itself. When this returns or throws, its containers are gone; where its process is killed, they go as
     * those of drills do.
     *
     * @param request what
     * @param cancellation ends it early
     * @return what was found
     * @throws io.codeb.error.ConfigException when there is no such project or repository, or a migration cannot be
     *     rehearsed
     * @throws io.codeb.error.CodeBException when the backup cannot be made, or for what drills throw
     */
    public RehearsalReport run(RehearsalRequest request, Cancellation cancellation) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(cancellation, "cancellation");
        RehearsalRun run = new RehearsalRun(codeb, request, Optional.empty());
        BackupRef backup = request.backup()
                .orElseGet(() -> FreshBackup.of(codeb, codeb.project(request.project()), request.repository())
                        .within(request.backupAge(), "rehearsal", run.id(), cancellation));
        return run.run(backup, cancellation);
    }

    /**
     * Rehearses, as {@link #run(RehearsalRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what
     * @return what was found
     */
    public RehearsalReport run(RehearsalRequest request) {
        return run(request, new Cancellation());
    }
}
