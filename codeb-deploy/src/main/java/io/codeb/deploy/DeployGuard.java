package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Guards the database of an application that is deployed: a backup, then a restore or migrations or both, then probes;
 * and what does not pass is rolled back. Immutable and thread-safe; one deployment of a project at a time, wherever.
 *
 * <pre>{@code
 * GuardReport report = DeployGuard.of(codeb).run(GuardRequest.of("shop")
 *         .migrate(SqlMigration.in(Path.of("db/migrations")))
 *         .probe(Probe.sql("SELECT count(*) > 0 FROM users"))
 *         .probe(Probe.http(URI.create("http://127.0.0.1:8080/health")).within(Duration.ofMinutes(2))));
 * }</pre>
 *
 * <p>Migrations run on the live database, and not on a copy that then replaces it: what is written meanwhile would be
 * lost with the copy even where all goes well. docs/deploy.md has what each crash leaves.
 */
@CheckReturnValue
public final class DeployGuard {
    private static final String JOURNAL = "guard";

    private final CodeB codeb;
    private final List<GuardListener> listeners;

    private DeployGuard(CodeB codeb, List<GuardListener> listeners) {
        this.codeb = codeb;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Guards the projects of a CodeB.
     *
     * @param codeb stays open while the guard is used
     * @return the guard
     */
    public static DeployGuard of(CodeB codeb) {
        return new DeployGuard(Objects.requireNonNull(codeb, "codeb"), List.of());
    }

    /**
     * Adds who hears what goes on.
     *
     * @param listener hears it before it goes on
     * @return a changed copy
     */
    public DeployGuard listener(GuardListener listener) {
        List<GuardListener> all = new ArrayList<>(listeners);
        all.add(Objects.requireNonNull(listener, "listener"));
        return new DeployGuard(codeb, all);
    }

    /**
     * Deploys, and returns when the database is what the deployment has made of it and every probe has passed.
     *
     * @param request what to do
     * @param cancellation ends it early; what was done is rolled back then, which is not cancelled
     * @return what was done
     * @throws GuardFailedException when it failed; its report says what became of the database
     * @throws DeployException {@code DEPLOY_UNFINISHED} when a deployment before has died or was left to be decided
     * @throws io.codeb.error.LockedException while another deployment of the project goes on
     * @throws io.codeb.error.ConfigException when there is no such project or repository, or the request asks for what
     *     could not be undone; nothing was done then
     * @throws DeployException {@code SOURCE_…}, too, when the dump of {@link GuardRequest#restoreFrom} cannot be
     *     fetched; nothing was done then
     */
    public GuardReport run(GuardRequest request, Cancellation cancellation) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(cancellation, "cancellation");
        return run(request, UUID.randomUUID().toString(), cancellation);
    }

    /** Does it under a name by which its caller knows its own. */
    GuardReport run(GuardRequest request, String id, Cancellation cancellation) {
        GuardRun run = new GuardRun(codeb, listeners, request, id);
        try (Journal journal = codeb.openJournal(request.project(), JOURNAL)) {
            if (!journal.left().isEmpty()) {
                throw unfinished(GuardState.of(request.project(), journal.left()), request.project());
            }
            return run.run(journal, cancellation);
        }
    }

    /**
     * Deploys, as {@link #run(GuardRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request what to do
     * @return what was done
     */
    public GuardReport run(GuardRequest request) {
        return run(request, new Cancellation());
    }

    /**
     * Brings order where a deployment has died, or was left: its commands are ended, and it is finished or undone. It
     * is finished only where it had come to its probes, these are those of the request, at least one, and they pass
     * now; otherwise what it has changed is rolled back. To be called when an application starts.
     *
     * @param request as it was; of it the project, the migrations, the probes, and how many rows may be rolled back
     *     count
     * @param cancellation ends it early, as long as nothing is being rolled back
     * @return what was done; empty where nothing was left
     * @throws GuardFailedException when it could not be undone, or would take out more rows than it may; it is as it
     *     was then
     * @throws io.codeb.error.LockedException while the deployment goes on, and for up to 60 seconds after one has died
     *     of which nobody here can tell
     */
    public Optional<GuardReport> recover(GuardRequest request, Cancellation cancellation) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(cancellation, "cancellation");
        try (Journal journal = codeb.openJournal(request.project(), JOURNAL)) {
            if (journal.left().isEmpty()) {
                return Optional.empty();
            }
            GuardState state = GuardState.of(request.project(), journal.left());
            return Optional.of(
                    new GuardRun(codeb, listeners, request, state.id()).recover(journal, state, cancellation));
        }
    }

    /**
     * Brings order, as {@link #recover(GuardRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request as it was
     * @return what was done; empty where nothing was left
     */
    public Optional<GuardReport> recover(GuardRequest request) {
        return recover(request, new Cancellation());
    }

    /** What has died on a project, or was left to be decided; empty where nothing has. */
    static Optional<GuardState> left(CodeB codeb, String project) {
        Map<String, String> left = codeb.readJournal(project, JOURNAL);
        return left.isEmpty() ? Optional.empty() : Optional.of(GuardState.of(project, left));
    }

    static DeployException unfinished(GuardState left, String project) {
        return new DeployException(
                ErrorCode.DEPLOY_UNFINISHED,
                "a deployment of " + project + " has died in its step " + left.step()
                        + ", or was left for somebody to decide",
                "recover(…) finishes or undoes it, accept(…) takes the database as it is",
                null);
    }

    /**
     * Takes a database as a deployment has left it that has died or was left to be decided: nothing is looked at, and
     * nothing is rolled back any more.
     *
     * @param project whose
     * @return whether there was one
     * @throws io.codeb.error.LockedException while the deployment goes on
     */
    public boolean accept(String project) {
        try (Journal journal = codeb.openJournal(Objects.requireNonNull(project, "project"), JOURNAL)) {
            boolean left = !journal.left().isEmpty();
            journal.clear();
            return left;
        }
    }
}
