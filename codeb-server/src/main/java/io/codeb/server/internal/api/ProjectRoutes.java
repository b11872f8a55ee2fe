package io.codeb.server.internal.api;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.RetentionRequest;
import io.codeb.json.CheckedSubject;
import io.codeb.json.DatabaseView;
import io.codeb.json.JobView;
import io.codeb.json.ProjectStatusView;
import io.codeb.json.PrunedProject;
import io.codeb.json.Queried;
import io.codeb.model.Cancellation;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.Databases;
import io.codeb.server.internal.api.Answers.Jobs;
import io.codeb.server.internal.api.Answers.ProjectShown;
import io.codeb.server.internal.api.Answers.Projects;
import io.codeb.server.internal.api.Answers.TableSize;
import io.codeb.server.internal.api.Answers.Tables;
import io.codeb.server.internal.api.Bodies.QueryOrder;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.status.ProjectStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Projects, and looks into their databases. */
final class ProjectRoutes {
    private static final int MOST_ROWS = 10_000;
    private static final int MOST_SECONDS = 300;

    private final CodeB codeb;
    private final Served served;

    ProjectRoutes(Served served) {
        this.codeb = served.codeb();
        this.served = served;
    }

    List<Route> all() {
        String project = "/api/projects/{name}";
        return List.of(
                Route.get("/api/projects", Access.TOKEN, "Lists the projects that the token lets see.", this::list)
                        .answering(200, Projects.class),
                Route.get(project, Access.LOOK, "Shows a project, and how its backups are.", this::show)
                        .answering(200, ProjectShown.class),
                Route.get(project + "/tables", Access.LOOK, "Lists the tables of the database.", this::tables)
                        .answering(200, Tables.class),
                Route.get(project + "/databases", Access.LOOK, "Lists the databases of the server.", this::databases)
                        .answering(200, Databases.class),
                Route.post(
                                project + "/query",
                                Access.LOOK,
                                "Runs one statement; who administers may write, and ask another database.",
                                this::query)
                        .reading(QueryOrder.class)
                        .answering(200, Queried.class),
                Route.get(project + "/checks", Access.LOOK, "Makes the checks before a backup.", this::check)
                        .answering(200, CheckedSubject.class),
                Route.get(project + "/schedule", Access.LOOK, "Lists what is done again and again.", this::schedules)
                        .answering(200, Jobs.class),
                Route.get(project + "/retention", Access.LOOK, "Tells which backups would stay.", this::retention)
                        .answering(200, PrunedProject.class));
    }

    private Answer list(Exchange exchange) {
        List<ProjectStatusView> seen = codeb.status().all(new Cancellation()).stream()
                .filter(status -> exchange.caller().may(Role.LOOK, status.project()))
                .map(this::inItsRepository)
                .map(ProjectStatusView::of)
                .toList();
        return Answer.json(200, new Projects(seen));
    }

    /** The list is of the first repository; a project may have another. */
    private ProjectStatus inItsRepository(ProjectStatus status) {
        String project = status.project();
        return served.requests().containsKey(project)
                        && !served.repository(project, Optional.empty()).equals(status.repository())
                ? statusOf(project)
                : status;
    }

    private ProjectStatus statusOf(String project) {
        return codeb.status().of(project, served.repository(project, Optional.empty()), new Cancellation());
    }

    private Answer show(Exchange exchange) {
        Project project = codeb.project(known(exchange));
        return Answer.json(
                200,
                new ProjectShown(
                        project.name(),
                        project.engine().id(),
                        project.database(),
                        project.container().orElse(null),
                        ProjectStatusView.of(statusOf(project.name()))));
    }

    private Answer tables(Exchange exchange) {
        return Answer.json(
                200,
                new Tables(codeb.databases().tables(known(exchange)).stream()
                        .map(TableSize::of)
                        .toList()));
    }

    private String known(Exchange exchange) {
        return served.backupOf(exchange.project()).project();
    }

    private Answer databases(Exchange exchange) {
        return Answer.json(
                200,
                new Databases(codeb.databases().list(known(exchange)).stream()
                        .map(DatabaseView::of)
                        .toList()));
    }

    private Answer query(Exchange exchange) throws IOException {
        String project = known(exchange);
        QueryOrder order = exchange.body(QueryOrder.class);
        boolean write = Boolean.TRUE.equals(order.write());
        if (write || order.database() != null) {
            exchange.require(Role.ADMINISTER, project);
        }
        int limit = Objects.requireNonNullElse(order.limit(), 1_000);
        int seconds = Objects.requireNonNullElse(order.timeoutSeconds(), 30);
        if (limit > MOST_ROWS || seconds > MOST_SECONDS) {
            throw Refusal.REQUEST_INVALID.because("query-limits", MOST_ROWS, MOST_SECONDS);
        }
        QueryRequest request =
                QueryRequest.of(project, order.sql()).limit(limit).timeout(Duration.ofSeconds(seconds));
        if (order.parameters() != null) {
            request = request.parameters(order.parameters().toArray());
        }
        request = order.database() == null ? request : request.database(order.database());
        return Answer.json(200, Queried.of(codeb.databases().query(write ? request.writing() : request)));
    }

    private Answer check(Exchange exchange) {
        return Answer.json(200, CheckedSubject.of(codeb.check(served.backupOf(exchange.project()))));
    }

    private Answer schedules(Exchange exchange) {
        List<JobView> jobs = codeb.schedules().jobs().stream()
                .filter(status -> status.job().project().equals(exchange.project()))
                .map(JobView::of)
                .toList();
        return Answer.json(200, new Jobs(jobs));
    }

    private Answer retention(Exchange exchange) {
        String project = known(exchange);
        RetentionRequest request = RetentionRequest.of(project).in(served.repository(project, Optional.empty()));
        return Answer.json(200, PrunedProject.of(project, codeb.retention().plan(request)));
    }
}
