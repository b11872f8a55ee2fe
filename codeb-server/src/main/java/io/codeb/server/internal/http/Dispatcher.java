package io.codeb.server.internal.http;

import io.codeb.error.CodeBException;
import io.codeb.server.Role;
import io.codeb.server.internal.auth.AuditLog;
import io.codeb.server.internal.auth.Caller;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the route of a request, refuses who may not, and writes what its handler answers, or what went wrong. All of it
 * is noted that changes something, needs more than a look, or was refused for who asked.
 */
public final class Dispatcher extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");

    private final PathMappings<Map<String, Route>> routes = new PathMappings<>();
    private final Dashboard dashboard;
    private final Doorkeeper doorkeeper;
    private final AuditLog audit;
    private final Clock clock;
    private final Tally tally;

    /** What is known of a request so far. */
    private static final class Turn {
        private @Nullable Route route;
        private @Nullable String project;
        private @Nullable Caller caller;
        private @Nullable Exchange exchange;
        private @Nullable String code;
        private boolean isPage;

        /** The template of its path; what somebody has made up is not repeated. */
        String label() {
            return route != null ? route.template() : isPage ? "dashboard" : "none";
        }
    }

    /**
     * Makes it.
     *
     * @param all what can be asked
     * @param dashboard the page for people
     * @param doorkeeper who asks
     * @param audit where it is noted
     * @param clock tells the time
     * @param tally counts answers
     */
    public Dispatcher(
            List<Route> all, Dashboard dashboard, Doorkeeper doorkeeper, AuditLog audit, Clock clock, Tally tally) {
        this.dashboard = dashboard;
        this.doorkeeper = doorkeeper;
        this.audit = audit;
        this.clock = clock;
        this.tally = tally;
        Map<String, Map<String, Route>> byTemplate = new LinkedHashMap<>();
        for (Route route : all) {
            Route other = byTemplate
                    .computeIfAbsent(route.template(), unused -> new TreeMap<>())
                    .put(route.method(), route);
            if (other != null) {
                throw new IllegalArgumentException("two routes of " + route.method() + " " + route.template());
            }
        }
        byTemplate.forEach((template, methods) -> routes.put(new UriTemplatePathSpec(template), methods));
    }

    @Override
    public boolean handle(Request request, Response response, Callback outer) {
        protect(response.getHeaders());
        Turn turn = new Turn();
        Callback callback = counting(request, response, turn, outer);
        Answer answer;
        try {
            answer = answer(request, turn);
        } catch (Exception e) {
            answer = problem(e, request, turn);
        }
        note(request, turn, answer.status(), answer.code());
        Answer written = answer;
        try {
            Callback ended = Callback.from(callback::succeeded, cut -> {
                note(request, turn, written.status(), "ANSWER_CUT");
                callback.failed(cut);
            });
            answer.write(request, response, answer.code() == null ? ended : Linger.before(request, ended));
        } catch (Exception e) {
            fail(e, request, response, callback, turn);
        }
        return true;
    }

    private Callback counting(Request request, Response response, Turn turn, Callback callback) {
        long began = System.nanoTime();
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER";
        Runnable count = () -> tally.answered(
                method, turn.label(), response.getStatus(), turn.code, Duration.ofNanos(System.nanoTime() - began));
        return Callback.from(
                () -> {
                    count.run();
                    callback.succeeded();
                },
                cut -> {
                    count.run();
                    callback.failed(cut);
                });
    }

    /** What fails before its first byte is told as a problem; behind it, the connection is cut. */
    private void fail(Exception e, Request request, Response response, Callback callback, Turn turn) {
        if (response.isCommitted()) {
            note(request, turn, response.getStatus(), "ANSWER_CUT");
            LOG.info("an answer was cut: {}", e.toString());
            callback.failed(e);
            return;
        }
        response.reset();
        protect(response.getHeaders());
        Answer problem = problem(e, request, turn);
        note(request, turn, problem.status(), problem.code());
        try {
            problem.write(request, response, Linger.before(request, callback));
        } catch (Exception failed) {
            callback.failed(failed);
        }
    }

    /**
     * Sets what each answer tells browsers.
     *
     * @param headers of the answer
     */
    public static void protect(HttpFields.Mutable headers) {
        headers.put("Cache-Control", "no-store");
        headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
    }

    private Answer answer(Request request, Turn turn) throws Exception {
        String path = Request.getPathInContext(request);
        Optional<Answer> page = path == null ? Optional.empty() : dashboard.answer(request.getMethod(), path);
        if (page.isPresent()) {
            turn.isPage = true;
            return page.get();
        }
        MatchedResource<Map<String, Route>> matched = path == null ? null : routes.getMatched(path);
        if (matched == null || !(matched.getPathSpec() instanceof UriTemplatePathSpec template)) {
            throw Refusal.NOT_FOUND.because("path-unknown");
        }
        Route route = matched.getResource().get(request.getMethod());
        if (route == null) {
            String allowed = String.join(", ", matched.getResource().keySet());
            Language language = Language.of(request.getHeaders());
            return Answer.problem(
                    Refusal.METHOD_NOT_ALLOWED.because("method-other", allowed).problem(language),
                    language,
                    Map.of("Allow", allowed));
        }
        turn.route = route;
        Doorkeeper.requireOwnOrigin(request);
        Map<String, String> parts = Objects.requireNonNullElse(template.getPathParams(path), Map.of());
        if (route.access() != Access.EVERYBODY) {
            String project = parts.get("name");
            turn.caller = doorkeeper.caller(request, route.isChanging());
            route.access().role().ifPresent(role -> {
                turn.project = project;
                requireRole(turn, role);
            });
        }
        Exchange exchange = new Exchange(route, request, parts, turn.caller);
        turn.exchange = exchange;
        return route.handler().handle(exchange);
    }

    private static void requireRole(Turn turn, Role role) {
        String project = Objects.requireNonNull(turn.project, "project");
        if (!Objects.requireNonNull(turn.caller, "caller").may(role, project)) {
            throw forbidden(role, project);
        }
    }

    static ProblemException forbidden(Role role, String project) {
        return Refusal.FORBIDDEN.because("role-missing", role);
    }

    private Answer problem(Exception e, Request request, Turn turn) {
        Language language = Language.of(request.getHeaders());
        return Answer.problem(problem(e, turn).problem(language), language, headers(e));
    }

    private static Map<String, String> headers(Exception e) {
        if (e instanceof Doorkeeper.LockedOutException locked) {
            return Map.of("Retry-After", Long.toString(locked.seconds()));
        }
        return e instanceof ProblemException known && known.problem().code().equals(Refusal.UNAUTHENTICATED.name())
                ? Map.of("WWW-Authenticate", "Bearer")
                : Map.of();
    }

    private static ProblemException problem(Exception e, Turn turn) {
        if (e instanceof ProblemException known) {
            return known;
        }
        if (e instanceof Doorkeeper.LockedOutException) {
            return Refusal.TOO_MANY_REQUESTS.because("tokens-wrong");
        }
        if (e instanceof CodeBException failure) {
            return new ProblemException(Problem.of(failure));
        }
        if (e instanceof IllegalArgumentException) {
            // A name that cannot be one, told where it is handed over.
            return new ProblemException(Problem.of(Refusal.REQUEST_INVALID, String.valueOf(e.getMessage()), ""));
        }
        if (e instanceof HttpException bad && bad.getCode() < 500) {
            return Refusal.REQUEST_INVALID.because("request-none");
        }
        if (e instanceof IOException || e.getCause() instanceof EofException) {
            return Refusal.REQUEST_INVALID.because("body-ended");
        }
        LOG.error("{} failed", turn.route == null ? "a request" : turn.route.method() + " " + turn.route.template(), e);
        return Refusal.INTERNAL.because("internal");
    }

    private void note(Request request, Turn turn, int status, @Nullable String code) {
        turn.code = code;
        Route route = turn.route;
        boolean refused = status == 401 || status == 403 || status == 429;
        if (route == null || !(refused || route.isChanging() || route.access().compareTo(Access.LOOK) > 0)) {
            return;
        }
        Caller caller = turn.exchange == null
                ? turn.caller
                : turn.exchange.knownCaller().orElse(null);
        audit.add(new AuditLog.Line(
                clock.instant(),
                caller == null ? null : caller.token().id(),
                caller == null ? null : caller.token().name(),
                Request.getRemoteAddr(request),
                route.method(),
                route.template(),
                turn.project,
                status,
                code,
                turn.exchange == null ? null : turn.exchange.operation()));
    }
}
