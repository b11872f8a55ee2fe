package io.codeb.server.internal.api;

import io.codeb.Backup;
import io.codeb.CodeB;
import io.codeb.PreflightReport;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.json.BackupView;
import io.codeb.json.FindingView;
import io.codeb.json.Restored;
import io.codeb.model.BackupRef;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.RestorePlan;
import io.codeb.server.internal.api.Bodies.RestoreOrder;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;
import io.codeb.server.internal.http.Problem;
import io.codeb.server.internal.http.ProblemException;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.http.Upload;
import io.codeb.server.internal.operations.OperationView;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Restores, of backups and of dumps that are sent. */
final class RestoreRoutes {
    private static final String[] MODES = {"new", "replacing", "emptying"};

    private final CodeB codeb;
    private final Served served;
    private final OperationRoutes operations;
    private final Routes.Limits limits;
    private final Turnstile uploads = new Turnstile("uploads");

    RestoreRoutes(Served served, OperationRoutes operations, Routes.Limits limits) {
        this.codeb = served.codeb();
        this.served = served;
        this.operations = operations;
        this.limits = limits;
    }

    List<Route> all() {
        String project = "/api/projects/{name}";
        return List.of(
                Route.post(project + "/restores", Access.RESTORE, "Restores a backup.", this::ofOrder)
                        .with(OperationRoutes.KEY)
                        .reading(RestoreOrder.class)
                        .answering(202, OperationView.class),
                Route.post(
                                project + "/restores/check",
                                Access.RESTORE,
                                "Makes the checks before a restore, and no restore.",
                                this::check)
                        .reading(RestoreOrder.class)
                        .answering(200, RestorePlan.class),
                Route.post(
                                project + "/db/restore",
                                Access.RESTORE,
                                "Restores a backup, and answers at once; or the body, and answers at its end.",
                                this::ofQuery)
                        .with(Parameter.query(
                                "backup",
                                Parameter.Type.STRING,
                                "A backup's id, or repository/project/id; without it, the body is restored."))
                        .with(Parameter.query(
                                "into", Parameter.Type.STRING, "Into which database; the project's own without it."))
                        .with(Parameter.oneOf(
                                "mode",
                                "new: into one that does not exist; replacing: in the place of one; emptying: into"
                                        + " one, emptied.",
                                MODES))
                        .with(Parameter.query("withoutOwners", Parameter.Type.BOOLEAN, "Leaves owners out."))
                        .with(Parameter.query(
                                "confirm",
                                Parameter.Type.STRING,
                                "The project's name, typed, where data may be replaced."))
                        .with(OperationRoutes.KEY)
                        .readingBytes()
                        .answering(202, OperationView.class));
    }

    /** How a restore is wanted, wherever that was said. */
    private record Wish(Optional<String> into, String mode, boolean withoutOwners, Optional<String> confirm) {
        static Wish of(RestoreOrder order) {
            String mode = Objects.requireNonNullElse(order.mode(), MODES[0]);
            if (!List.of(MODES).contains(mode)) {
                throw Refusal.REQUEST_INVALID.because("parameter-value", "mode", List.of(MODES));
            }
            return new Wish(
                    Optional.ofNullable(order.into()).filter(into -> !into.isEmpty()),
                    mode,
                    Boolean.TRUE.equals(order.withoutOwners()),
                    Optional.ofNullable(order.confirm()));
        }

        static Wish of(Exchange exchange) {
            return new Wish(
                    exchange.query("into"),
                    exchange.query("mode").orElse(MODES[0]),
                    exchange.flag("withoutOwners"),
                    exchange.query("confirm"));
        }

        boolean replaces() {
            return !mode.equals(MODES[0]);
        }

        RestoreRequest worded(RestoreRequest of) {
            RestoreRequest request = into.map(of::into).orElse(of);
            request = switch (mode) {
                case "replacing" -> request.replacing();
                case "emptying" -> request.emptying();
                default -> request;
            };
            return withoutOwners ? request.withoutOwners() : request;
        }
    }

    private Answer ofOrder(Exchange exchange) throws IOException {
        String project = served.backupOf(exchange.project()).project();
        RestoreOrder order = exchange.body(RestoreOrder.class);
        return ofBackup(exchange, project, order.backup(), Wish.of(order));
    }

    private Answer ofQuery(Exchange exchange) throws Exception {
        String project = served.backupOf(exchange.project()).project();
        Wish wish = Wish.of(exchange);
        Optional<String> backup = exchange.query("backup");
        if (backup.isPresent() && exchange.length() > 0) {
            throw Refusal.REQUEST_INVALID.because("restore-two");
        }
        return backup.isPresent() ? ofBackup(exchange, project, backup.get(), wish) : ofBody(exchange, project, wish);
    }

    private Answer check(Exchange exchange) throws IOException {
        String project = served.backupOf(exchange.project()).project();
        RestoreOrder order = exchange.body(RestoreOrder.class);
        Wish wish = Wish.of(order);
        requireRight(exchange, project, wish);
        BackupRef ref = served.readable(exchange, project, order.backup());
        String database = wish.into().orElseGet(() -> codeb.project(project).database());
        PreflightReport report = codeb.check(wish.worded(RestoreRequest.of(ref).onProject(project)));
        return Answer.json(
                200,
                new RestorePlan(
                        ref.toString(),
                        BackupView.of(Backup.of(ref, codeb.catalog().read(ref))),
                        project,
                        database,
                        exists(project, database),
                        wish.mode(),
                        report.ok(),
                        report.findings().stream().map(FindingView::of).toList()));
    }

    /** Null where the engine cannot tell. */
    private @Nullable Boolean exists(String project, String database) {
        try {
            return codeb.databases().list(project).stream()
                    .anyMatch(each -> each.name().equals(database));
        } catch (ConfigException e) {
            return null;
        }
    }

    /** Another database of the server may be that of another project. */
    private void requireRight(Exchange exchange, String project, Wish wish) {
        if (wish.replaces() && isBeside(project, wish)) {
            exchange.require(Role.ADMINISTER, project);
        }
    }

    /** What two restores at once cannot both have. */
    private String databaseOf(String project, Wish wish) {
        return "the database "
                + wish.into().orElseGet(() -> codeb.project(project).database());
    }

    private boolean isBeside(String project, Wish wish) {
        String own = codeb.project(project).database();
        return wish.into().filter(into -> !into.equals(own)).isPresent();
    }

    /** What takes the place of a database has to be meant; a new one beside it harms nobody. */
    private void requireConfirmation(Exchange exchange, String project, Wish wish) {
        requireRight(exchange, project, wish);
        if (wish.replaces() || !isBeside(project, wish)) {
            served.requireConfirmation(project, wish.confirm().orElse(null));
        }
    }

    private Answer ofBackup(Exchange exchange, String project, String text, Wish wish) {
        requireConfirmation(exchange, project, wish);
        BackupRef ref = served.readable(exchange, project, text);
        RestoreRequest request = wish.worded(RestoreRequest.of(ref).onProject(project));
        return operations.beginAlone(
                exchange,
                "restore",
                ref + " " + wish,
                databaseOf(project, wish),
                going -> Restored.of(going.follow(() -> codeb.start(request))));
    }

    /** The body is read as the restore asks for it: whoever sends it waits for its end. */
    private Answer ofBody(Exchange exchange, String project, Wish wish) throws Exception {
        requireConfirmation(exchange, project, wish);
        if (exchange.header("Idempotency-Key").isPresent()) {
            throw Refusal.REQUEST_INVALID.because("key-body");
        }
        if (exchange.length() > limits.body()) {
            throw Refusal.BODY_TOO_LARGE.because("body-long", limits.body());
        }
        return uploads.pass(() -> loaded(exchange, project, wish));
    }

    private Answer loaded(Exchange exchange, String project, Wish wish) throws IOException {
        try (Upload body = new Upload(exchange.stream(), limits.body(), limits.nanos())) {
            RestoreRequest request = wish.worded(RestoreRequest.ofStream("the body of the request", () -> body)
                    .onProject(project)
                    .unpackingAtMost(limits.dump()));
            OperationView done = operations
                    .doNowAlone(exchange, "restore", databaseOf(project, wish), going -> {
                        try {
                            return Restored.of(going.follow(() -> codeb.start(request)));
                        } catch (CodeBException e) {
                            throw body.failure()
                                    .<RuntimeException>map(known -> known)
                                    .orElse(e);
                        }
                    })
                    .view();
            Problem problem = done.problem();
            if (problem != null) {
                throw new ProblemException(problem);
            }
            return Answer.json(200, done);
        }
    }
}
