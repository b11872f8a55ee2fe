package io.codeb.server.internal.api;

import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.server.ApiToken;
import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.Health;
import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Doorkeeper;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.operations.Operations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that can be asked of a server. */
public final class Routes {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private Routes() {}

    /**
     * Of a dump that is sent or taken.
     *
     * @param body bytes that one that is sent has as it comes, at the most
     * @param dump bytes that it has when it is decompressed, at the most
     * @param nanos tells how long somebody is waited for
     */
    public record Limits(long body, long dump, LongSupplier nanos) {}

    /**
     * What Prometheus is told, and whom else.
     *
     * @param text all of it, as of now
     * @param open whether it is everybody's
     */
    public record Metrics(Supplier<String> text, boolean open) {}

    /**
     * Makes the list.
     *
     * @param codeb does it
     * @param projects which are served, and how each is backed up where a request says nothing else
     * @param operations what takes long
     * @param doorkeeper logs in
     * @param audit what was done
     * @param deployments what is deployed; null where nobody deploys
     * @param metrics what Prometheus is told; null where nobody counts
     * @param limits of a dump
     * @param ready whether work is taken
     * @return each route once
     */
    public static List<Route> of(
            CodeB codeb,
            Collection<BackupRequest> projects,
            Operations operations,
            Doorkeeper doorkeeper,
            AuditLog audit,
            @Nullable Deployments deployments,
            @Nullable Metrics metrics,
            Limits limits,
            BooleanSupplier ready) {
        Served served = Served.of(codeb, projects);
        OperationRoutes begun = new OperationRoutes(operations);
        List<Route> all = new ArrayList<>();
        all.add(Route.get(
                        "/api/health/live",
                        Access.EVERYBODY,
                        "Tells that the server runs.",
                        exchange -> Answer.json(200, new Health("UP")))
                .answering(200, Health.class));
        all.add(Route.get("/api/health/ready", Access.EVERYBODY, "Tells whether the server takes work.", exchange -> {
                    if (!ready.getAsBoolean()) {
                        throw Refusal.STOPPING.because("not-ready");
                    }
                    return Answer.json(200, new Health("UP"));
                })
                .answering(200, Health.class));
        all.addAll(new SessionRoutes(doorkeeper).all());
        all.addAll(new ProjectRoutes(served).all());
        Downloads downloads = new Downloads(new Turnstile("downloads"), limits.nanos());
        all.addAll(new BackupRoutes(served, begun, downloads).all());
        all.addAll(new DumpRoutes(served, downloads).all());
        all.addAll(new RestoreRoutes(served, begun, limits).all());
        all.addAll(new DeskRoutes(served, begun, audit).all());
        if (deployments != null) {
            all.addAll(new DeployRoutes(served, begun, deployments).all());
        }
        if (metrics != null) {
            all.add(Route.get(
                            "/metrics",
                            metrics.open() ? Access.EVERYBODY : Access.TOKEN,
                            "Tells Prometheus what the server does, and how backups are.",
                            exchange -> metrics(exchange, metrics))
                    .answering(PROMETHEUS));
        }
        all.addAll(begun.all());
        return new DocumentRoutes(all).all();
    }

    private static Answer metrics(Exchange exchange, Metrics metrics) {
        if (!metrics.open()) {
            exchange.require(Role.LOOK, ApiToken.ALL_PROJECTS);
        }
        return Answer.text(PROMETHEUS, metrics.text().get());
    }
}
