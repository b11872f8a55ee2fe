package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Deploys applications: a commit is built, its container started beside that of the old version, the database guarded,
 * the new version asked whether it is well, and the requests sent to it; or all of it is undone. Immutable and
 * thread-safe; one deployment of a project at a time, wherever.
 *
 * <pre>{@code
 * DeployReport report = DeployService.of(codeb).deploy(
 *         shop,
 *         ImageRequest.of("shop", GitSource.at("https://git.example.org/shop.git").branch("main")),
 *         cancellation);
 * }</pre>
 *
 * <p>The old version serves until the requests go to the new one, and what was begun with it comes to its end.
 * docs/deploy.md has the steps, and what each crash leaves.
 */
@CheckReturnValue
public final class DeployService {
    /** The label of an application's containers that names the project. */
    public static final String APPLICATION_LABEL = "io.codeb.application";

    /** The label of an application's containers that has the number of the release. */
    public static final String RELEASE_LABEL = "io.codeb.release";

    private static final String JOURNAL = "deploy";

    private final CodeB codeb;
    private final List<DeployListener> listeners;

    private DeployService(CodeB codeb, List<DeployListener> listeners) {
        this.codeb = codeb;
        this.listeners = List.copyOf(listeners);
    }

    /** What becomes of the database when a release is brought back. */
    public enum ReleaseDatabase {
        /**
         * It is what it was when it last had the migrations of that release. Where it has them now it is not touched;
         * otherwise the backup is restored in its place that was made before they changed, and what was written since
         * is kept on the server for a day.
         */
        TOGETHER,
        /** It stays as it is: the old version must get along with it. */
        STAYS
    }

    /**
     * Deploys the projects of a CodeB.
     *
     * @param codeb stays open while the service is used
     * @return the service
     */
    public static DeployService of(CodeB codeb) {
        return new DeployService(Objects.requireNonNull(codeb, "codeb"), List.of());
    }

    /**
     * Adds who hears what goes on.
     *
     * @param listener hears it before it goes on
     * @return a changed copy
     */
    public DeployService listener(DeployListener listener) {
        List<DeployListener> all = new ArrayList<>(listeners);
        all.add(Objects.requireNonNull(listener, "listener"));
        return new DeployService(codeb, all);
    }

    /**
     * Deploys, and returns when the new version serves and the old one has ended.
     *
     * @param application how it runs
     * @param image what is deployed; built by the application's runtime
     * @param cancellation ends it early; what was done is undone then, which is not cancelled. Once the new version is
     *     kept, it only ends the time that the old one has to drain
     * @return what was done
     * @throws DeployFailedException when it failed; its report says what came of it
     * @throws DeployException {@code DEPLOY_UNFINISHED} when a deployment before has died; {@code SWITCH_FAILED} when
     *     nobody can tell where the requests go
     * @throws io.codeb.error.LockedException while another deployment of the project goes on
     * @throws ConfigException when there is no such project, its runtime makes no containers, or the image is another
     *     project's; nothing was done then
     */
    public DeployReport deploy(Application application, ImageRequest image, Cancellation cancellation) {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(cancellation, "cancellation");
        if (!image.project().equals(application.project())) {
            throw new ConfigException(
                    "the image is one of project " + image.project() + ", and the application of "
                            + application.project(),
                    "name the same project for both");
        }
        try (Journal journal = openIdle(application)) {
            return new DeployRun(codeb, listeners, application, journal).deploy(image, cancellation);
        }
    }

    /**
     * Deploys, as {@link #deploy(Application, ImageRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param application how it runs
     * @param image what is deployed
     * @return what was done
     */
    public DeployReport deploy(Application application, ImageRequest image) {
        return deploy(application, image, new Cancellation());
    }

    /**
     * Brings a release back, as a new one: its image, and the database as it was with it. It is guarded, asked and
     * switched as a deployment is, and undone like one.
     *
     * @param application how it runs
     * @param release its number
     * @param database what becomes of the database
     * @param cancellation as for {@link #deploy(Application, ImageRequest, Cancellation)}
     * @return what was done
     * @throws DeployFailedException when it failed: {@code IMAGE_NOT_FOUND} when its image is gone,
     *     {@code RELEASE_UNREACHABLE} when no backup of its database was made, or what is restored has other migrations
     * @throws DeployException {@code RELEASE_UNREACHABLE} when there is no such release, or none that can be read, and
     *     as {@link #deploy(Application, ImageRequest, Cancellation)} does
     */
    public DeployReport rollback(
            Application application, int release, ReleaseDatabase database, Cancellation cancellation) {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(cancellation, "cancellation");
        try (Journal journal = openIdle(application)) {
            Release back = new Releases(codeb, application.project()).find(release);
            return new DeployRun(codeb, listeners, application, journal).bringBack(back, database, cancellation);
        }
    }

    /**
     * Lists what has served.
     *
     * @param project whose
     * @return the last 20 releases; those that cannot be read keep nobody from the others
     */
    public ReleaseListing releases(String project) {
        return new Releases(codeb, BackupRef.checkName("project", Objects.requireNonNull(project, "project"))).list();
    }

    /**
     * Looks how what has served stands: which release the requests go to, and what would keep each from being brought
     * back. Asks the runtime for each image, and the repositories for backups.
     *
     * @param application how it runs
     * @param listing its releases, as {@link #releases} has them
     * @return those that can be read, the newest last
     * @throws DeployException {@code SWITCH_FAILED} when nobody can tell where the requests go
     * @throws ConfigException when there is no such project, or its runtime makes no containers
     */
    public List<ReleaseStanding> standings(Application application, ReleaseListing listing) {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(listing, "listing");
        return new Standings(codeb, DeployRun.manager(DeployRun.runtime(codeb, application)), listing)
                .with(application.traffic().current());
    }

    /**
     * Brings order where a deployment has died or was not undone: it is finished, if the requests go to the new version
     * and it is well, or else undone. Where the container to which the requests go has ended, as after a start of the
     * host, it is started. To be called when the host or what deploys is started.
     *
     * @param application as it was
     * @param cancellation ends it early, as long as nothing is undone
     * @return what was done; empty where nothing was left
     * @throws DeployFailedException when it could be neither finished nor undone
     * @throws io.codeb.error.LockedException while a deployment goes on, and for up to 60 seconds after one has died of
     *     which nobody here can tell
     */
    public Optional<DeployReport> recover(Application application, Cancellation cancellation) {
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(cancellation, "cancellation");
        try (Journal journal = open(application)) {
            DeployRun run = new DeployRun(codeb, listeners, application, journal);
            Optional<DeployReport> report = journal.left().isEmpty()
                    ? Optional.empty()
                    : Optional.of(run.recover(DeployState.of(application.project(), journal.left()), cancellation));
            run.revive();
            return report;
        }
    }

    private Journal open(Application application) {
        return codeb.openJournal(application.project(), JOURNAL);
    }

    private Journal openIdle(Application application) {
        Journal journal = open(application);
        if (journal.left().isEmpty()) {
            return journal;
        }
        try (journal) {
            throw new DeployException(
                    ErrorCode.DEPLOY_UNFINISHED,
                    "a deployment of " + application.project() + " has died in its step "
                            + DeployState.of(application.project(), journal.left())
                                    .step()
                            + ", or was not undone",
                    "recover(…) finishes or undoes it",
                    null);
        }
    }
}
