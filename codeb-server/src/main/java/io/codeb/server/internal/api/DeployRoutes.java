package io.codeb.server.internal.api;

import io.codeb.RestoreRequest;
import io.codeb.deploy.BackupSource;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployListener;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.deploy.DeployStep;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.GuardEvent;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.ImageRequest;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.deploy.ReleaseListing;
import io.codeb.error.ConfigException;
import io.codeb.json.Deployed;
import io.codeb.json.UnreadableReleaseView;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.ReleaseList;
import io.codeb.server.internal.api.Answers.ReleaseShown;
import io.codeb.server.internal.api.Bodies.BringBackOrder;
import io.codeb.server.internal.api.Bodies.DeployOrder;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.operations.OperationView;
import io.codeb.server.internal.operations.Operations.Going;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deployments of applications. How they run and where their code is says the configuration alone; a request says which
 * commit of it, and what becomes of the database.
 */
final class DeployRoutes {
    /** The only thing that a request may say of a store: an endpoint or a proxy would be any host that we can reach. */
    private static final Pattern S3 = Pattern.compile("s3://[^?#]+(\\?region=[a-z0-9-]+)?");

    private static final Set<String> S3_SECRETS = Set.of("access-key", "secret-key");
    private static final Set<String> HTTPS_SECRETS = Set.of("token");

    private final Served served;
    private final OperationRoutes operations;
    private final Deployments deployments;

    DeployRoutes(Served served, OperationRoutes operations, Deployments deployments) {
        this.served = served;
        this.operations = operations;
        this.deployments = deployments;
    }

    List<Route> all() {
        String project = "/api/projects/{name}";
        return List.of(
                Route.get(
                                project + "/releases",
                                Access.LOOK,
                                "Lists the versions of the application that have served.",
                                this::list)
                        .answering(200, ReleaseList.class),
                Route.post(
                                project + "/deploy",
                                Access.DEPLOY,
                                "Builds a commit of the application, and lets it take the place of what serves;"
                                        + " one at a time.",
                                this::deploy)
                        .with(OperationRoutes.KEY)
                        .reading(DeployOrder.class)
                        .answering(202, OperationView.class),
                Route.post(
                                project + "/rollback",
                                Access.DEPLOY,
                                "Brings a release back; one at a time.",
                                this::bringBack)
                        .with(OperationRoutes.KEY)
                        .reading(BringBackOrder.class)
                        .answering(202, OperationView.class));
    }

    private String known(Exchange exchange) {
        return served.backupOf(exchange.project()).project();
    }

    private Answer list(Exchange exchange) {
        String project = known(exchange);
        ReleaseListing listing = deployments.service().releases(project);
        ConfiguredApplication application = deployments.applications().get(project);
        Stream<ReleaseShown> releases = application == null
                ? listing.releases().stream().map(ReleaseShown::of)
                : deployments.service().standings(application.application(request -> request), listing).stream()
                        .map(ReleaseShown::of);
        return Answer.json(
                200,
                new ReleaseList(
                        releases.toList(),
                        listing.unreadable().stream()
                                .map(UnreadableReleaseView::of)
                                .toList()));
    }

    private ConfiguredApplication application(String project) {
        ConfiguredApplication application = deployments.applications().get(project);
        if (application == null) {
            throw new ConfigException(
                    "the server's configuration does not say how " + project + " is deployed",
                    "say its port, its route and its repository under 'deployment'");
        }
        return application;
    }

    private Answer deploy(Exchange exchange) throws IOException {
        String project = known(exchange);
        DeployOrder order = exchange.body(DeployOrder.class);
        ConfiguredApplication application = application(project);
        GitSource repository = application
                .repository()
                .orElseThrow(() -> new ConfigException(
                        "the server's configuration does not say where the code of " + project + " is",
                        "say it by 'git' under 'deployment'"));
        GitSource source = chosen(repository, order);
        boolean restoring = order.dbBackup() != null || order.dbBackupUrl() != null;
        if (restoring) {
            exchange.require(Role.RESTORE, project);
        }
        if (restoring || application.isRestoring()) {
            served.requireConfirmation(project, order.confirm());
        }
        UnaryOperator<GuardRequest> words = words(exchange, project, order);
        GuardRequest unused = words.apply(GuardRequest.of(project).backup()); // what cannot be said is told now
        return begin(exchange, "deploy", order.toString(), (service, cancellation) -> {
            ImageRequest image = application.image(source);
            return service.deploy(application.application(words), image, cancellation);
        });
    }

    private static GitSource chosen(GitSource head, DeployOrder order) {
        long said = Stream.of(order.branch(), order.tag(), order.commit())
                .filter(Objects::nonNull)
                .count();
        if (said > 1) {
            throw Refusal.REQUEST_INVALID.because("deploy-commit");
        }
        if (order.branch() != null) {
            return head.branch(order.branch());
        }
        if (order.tag() != null) {
            return head.tag(order.tag());
        }
        return order.commit() == null ? head : head.commit(order.commit());
    }

    private UnaryOperator<GuardRequest> words(Exchange exchange, String project, DeployOrder order) {
        UnaryOperator<GuardRequest> restoring = restoring(exchange, project, order);
        RehearsalRequest rehearsal = rehearsal(project, order);
        boolean withoutBackup = Boolean.TRUE.equals(order.noBackup());
        return request -> {
            GuardRequest whole = restoring.apply(withoutBackup ? request.withoutBackup() : request);
            return rehearsal == null ? whole : whole.rehearsing(rehearsal);
        };
    }

    private static @Nullable RehearsalRequest rehearsal(String project, DeployOrder order) {
        if (!Boolean.TRUE.equals(order.rehearse())) {
            if (order.losingAtMost() != null || order.blockingAtMostMs() != null) {
                throw Refusal.REQUEST_INVALID.because("deploy-limits");
            }
            return null;
        }
        RehearsalRequest request = RehearsalRequest.of(project);
        request = order.losingAtMost() == null ? request : request.losingAtMost(order.losingAtMost());
        return order.blockingAtMostMs() == null
                ? request
                : request.blockingAtMost(Duration.ofMillis(order.blockingAtMostMs()));
    }

    private UnaryOperator<GuardRequest> restoring(Exchange exchange, String project, DeployOrder order) {
        boolean isAboutAUrl = order.dbBackupSha256() != null
                || order.dbBackupAtMostBytes() != null
                || order.dbBackupSecrets() != null;
        if (order.dbBackupUrl() == null && isAboutAUrl) {
            throw Refusal.REQUEST_INVALID.because("deploy-fetched");
        }
        if (order.dbBackupUrl() != null) {
            if (order.dbBackup() != null) {
                throw Refusal.REQUEST_INVALID.because("deploy-two");
            }
            BackupSource source = fetched(order.dbBackupUrl(), order);
            return request -> request.restoreFrom(source);
        }
        if (order.dbBackup() == null) {
            return UnaryOperator.identity();
        }
        BackupRef ref = served.readable(exchange, project, order.dbBackup());
        RestoreRequest plain = RestoreRequest.of(ref).replacing();
        RestoreRequest restore = ref.project().equals(project) ? plain : plain.onProject(project);
        return request -> request.restore(restore);
    }

    /** A URL is anybody's: it names no file of ours, and no host or bucket that only we can reach or read. */
    private static BackupSource fetched(String url, DeployOrder order) {
        String stripped = url.strip();
        String scheme =
                stripped.substring(0, Math.max(0, stripped.indexOf(':'))).toLowerCase(Locale.ROOT);
        Map<String, @Nullable String> secrets = Objects.requireNonNullElse(order.dbBackupSecrets(), Map.of());
        switch (scheme) {
            case "https" -> {
                if (!HTTPS_SECRETS.containsAll(secrets.keySet())) {
                    throw Refusal.REQUEST_INVALID.because("deploy-token");
                }
            }
            case "s3" -> {
                if (!S3.matcher(stripped).matches()) {
                    throw Refusal.REQUEST_INVALID.because("deploy-store");
                }
                if (!secrets.keySet().equals(S3_SECRETS)) {
                    throw Refusal.REQUEST_INVALID.because("deploy-keys");
                }
            }
            default -> throw Refusal.REQUEST_INVALID.because("deploy-scheme");
        }
        BackupSource source = BackupSource.parse(stripped);
        source = order.dbBackupSha256() == null ? source : source.sha256(order.dbBackupSha256());
        source = order.dbBackupAtMostBytes() == null ? source : source.atMost(order.dbBackupAtMostBytes());
        for (Map.Entry<String, @Nullable String> each : secrets.entrySet()) {
            if (each.getValue() == null) {
                throw Refusal.REQUEST_INVALID.because("deploy-secret", each.getKey());
            }
            source = source.secret(each.getKey(), Secret.of(each.getValue()));
        }
        return source;
    }

    private Answer bringBack(Exchange exchange) throws IOException {
        String project = known(exchange);
        BringBackOrder order = exchange.body(BringBackOrder.class);
        ConfiguredApplication application = application(project);
        boolean alone = Boolean.TRUE.equals(order.versionAlone());
        if (!alone) {
            served.requireConfirmation(project, order.confirm());
        }
        boolean known = deployments.service().releases(project).releases().stream()
                .anyMatch(each -> each.number() == order.release());
        if (!known) {
            throw Refusal.NOT_FOUND.because("release-unknown", order.release(), project);
        }
        ReleaseDatabase database = alone ? ReleaseDatabase.STAYS : ReleaseDatabase.TOGETHER;
        return begin(
                exchange,
                "rollback",
                order.toString(),
                (service, cancellation) -> service.rollback(
                        application.application(request -> request), order.release(), database, cancellation));
    }

    private Answer begin(
            Exchange exchange,
            String kind,
            String details,
            BiFunction<DeployService, Cancellation, DeployReport> deployment) {
        return operations.beginAlone(
                exchange,
                kind,
                details,
                "the deployments",
                going -> Deployed.of(
                        deployment.apply(deployments.service().listener(new Reporter(going)), going.cancellation())));
    }

    /** Tells who follows the operation how far it is. */
    private record Reporter(Going going) implements DeployListener {
        @Override
        public void step(DeployStep step) {
            going.at(step.name());
        }

        @Override
        public void build(String line) {
            going.say(line);
        }

        @Override
        public void guard(GuardEvent event) {
            if (event instanceof GuardEvent.StepBegan began) {
                going.at(began.kind().name());
            }
        }
    }
}
