package io.codeb.server.internal.api;

import io.codeb.CodeB;
import io.codeb.PruneReport;
import io.codeb.RetentionRequest;
import io.codeb.alert.AlertDelivery;
import io.codeb.json.FailureView;
import io.codeb.json.PrunedProject;
import io.codeb.server.ApiToken;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.AlertChannelView;
import io.codeb.server.internal.api.Answers.AlertList;
import io.codeb.server.internal.api.Answers.AuditPage;
import io.codeb.server.internal.api.Answers.TestedAlerts;
import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.operations.OperationView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What whoever administers looks at, and sets in motion: retention, alerts, and the log of what was done. */
final class DeskRoutes {
    private static final int PAGE = 50;
    private static final int LARGEST_PAGE = 500;

    private final CodeB codeb;
    private final Served served;
    private final OperationRoutes operations;
    private final AuditLog audit;

    DeskRoutes(Served served, OperationRoutes operations, AuditLog audit) {
        this.codeb = served.codeb();
        this.served = served;
        this.operations = operations;
        this.audit = audit;
    }

    List<Route> all() {
        return List.of(
                Route.post(
                                "/api/projects/{name}/retention",
                                Access.ADMINISTER,
                                "Deletes the backups that a policy does not keep.",
                                this::prune)
                        .with(OperationRoutes.KEY)
                        .answering(202, OperationView.class),
                Route.get(
                                "/api/alerts",
                                Access.TOKEN,
                                "Lists the channels of alerts, and what became of what was told.",
                                this::alerts)
                        .answering(200, AlertList.class),
                Route.post("/api/alerts/test", Access.TOKEN, "Tries each channel of alerts.", this::testAlerts)
                        .answering(200, TestedAlerts.class),
                Route.get("/api/audit", Access.TOKEN, "Tells what was done, the latest first.", this::audit)
                        .with(Parameter.query("project", Parameter.Type.STRING, "To which project; to all without it."))
                        .with(Parameter.query("limit", Parameter.Type.INTEGER, "How many; 50 without it."))
                        .with(Parameter.query("before", Parameter.Type.STRING, "What the page before has as next."))
                        .answering(200, AuditPage.class));
    }

    private Answer prune(Exchange exchange) {
        String project = served.backupOf(exchange.project()).project();
        RetentionRequest request = RetentionRequest.of(project).in(served.repository(project, Optional.empty()));
        return operations.begin(exchange, "prune", "", going -> {
            PruneReport report = codeb.retention().prune(request, going.cancellation());
            return PrunedProject.of(project, report);
        });
    }

    private Answer alerts(Exchange exchange) {
        exchange.require(Role.ADMINISTER, ApiToken.ALL_PROJECTS);
        return Answer.json(
                200,
                new AlertList(codeb.alerts().channels().stream()
                        .map(AlertChannelView::of)
                        .toList()));
    }

    private Answer testAlerts(Exchange exchange) {
        exchange.require(Role.ADMINISTER, ApiToken.ALL_PROJECTS);
        List<String> delivered = new ArrayList<>();
        List<FailureView> failures = new ArrayList<>();
        for (AlertDelivery delivery : codeb.alerts().test()) {
            delivery.failure()
                    .ifPresentOrElse(
                            failure -> failures.add(FailureView.of(delivery.channel(), failure)),
                            () -> delivered.add(delivery.channel()));
        }
        return Answer.json(200, new TestedAlerts(failures.isEmpty(), delivered, failures));
    }

    private Answer audit(Exchange exchange) throws IOException {
        String project = exchange.query("project").orElse(ApiToken.ALL_PROJECTS);
        exchange.require(Role.ADMINISTER, project);
        int limit = exchange.number("limit", PAGE, 1, LARGEST_PAGE);
        AuditLog.Page page = audit.read(
                line -> project.equals(ApiToken.ALL_PROJECTS) || project.equals(line.project()),
                exchange.query("before").orElse(""),
                limit);
        return Answer.json(200, new AuditPage(page.lines(), page.next().orElse(null)));
    }
}
