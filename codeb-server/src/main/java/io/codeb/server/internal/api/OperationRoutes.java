package io.codeb.server.internal.api;

import io.codeb.server.Role;
import io.codeb.server.internal.api.Answers.OperationList;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Parameter;
import io.codeb.server.internal.http.Refusal;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.operations.Operation;
import io.codeb.server.internal.operations.OperationView;
import io.codeb.server.internal.operations.Operations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Operations: how they are, what they do, and their end. */
final class OperationRoutes {
    static final Parameter KEY = Parameter.header(
            "Idempotency-Key", "Names the request: sent again, it finds the operation that it has begun.");
    private static final int LONGEST_WAIT = 60;
    private static final int LONGEST_KEY = 200;

    private final Operations operations;

    OperationRoutes(Operations operations) {
        this.operations = operations;
    }

    List<Route> all() {
        String operation = "/api/operations/{id}";
        return List.of(
                Route.get("/api/operations", Access.TOKEN, "Lists operations, the newest first.", this::list)
                        .with(Parameter.query("project", Parameter.Type.STRING, "Of which project; of all without it."))
                        .answering(200, OperationList.class),
                Route.get(operation, Access.TOKEN, "Tells how an operation is.", this::show)
                        .with(Parameter.query(
                                "wait", Parameter.Type.INTEGER, "Waits for its end, at most so many seconds."))
                        .answering(200, OperationView.class),
                Route.delete(operation, Access.TOKEN, "Asks an operation to end early.", this::cancel)
                        .answering(202, OperationView.class),
                Route.get(operation + "/events", Access.TOKEN, "Sends what happens, until its end.", this::events)
                        .with(Parameter.header("Last-Event-ID", "The last one that was seen."))
                        .answering("text/event-stream"));
    }

    private Answer list(Exchange exchange) {
        Optional<String> project = exchange.query("project");
        return Answer.json(
                200,
                new OperationList(operations.list().stream()
                        .filter(operation -> exchange.caller().may(Role.LOOK, operation.project()))
                        .filter(operation -> project.isEmpty() || project.get().equals(operation.project()))
                        .map(Operation::view)
                        .toList()));
    }

    /** What somebody may not see is not there. */
    private Operation find(Exchange exchange) {
        return operations
                .find(exchange.path("id"))
                .filter(operation -> exchange.caller().may(Role.LOOK, operation.project()))
                .orElseThrow(() -> Refusal.NOT_FOUND.because("operation-unknown"));
    }

    private Answer show(Exchange exchange) {
        int wait = exchange.number("wait", 0, 0, LONGEST_WAIT);
        return find(exchange).answer(200, Duration.ofSeconds(wait));
    }

    private Answer cancel(Exchange exchange) {
        Operation operation = find(exchange);
        exchange.require(roleOf(operation), operation.project());
        operation.cancel(exchange.caller().token().name() + " has ended it");
        return operation.answer(202, Duration.ZERO);
    }

    /** Whoever may begin it may end it. */
    private static Role roleOf(Operation operation) {
        return switch (operation.view().kind()) {
            case "backup", "verify" -> Role.BACK_UP;
            case "restore", "drill" -> Role.RESTORE;
            case "deploy", "rollback" -> Role.DEPLOY;
            default -> Role.ADMINISTER;
        };
    }

    private Answer events(Exchange exchange) {
        return find(exchange)
                .follow(exchange.header("Last-Event-ID")
                        .map(OperationRoutes::number)
                        .orElse(0L));
    }

    private static long number(String text) {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw Refusal.REQUEST_INVALID.because("event-number");
        }
    }

    /** Begins an operation on the project in the path. */
    Answer begin(Exchange exchange, String kind, String details, Operations.Work work) {
        return begin(exchange, kind, details, Optional.empty(), work);
    }

    /** Begins one that has something of the project alone as long as it goes on. */
    Answer beginAlone(Exchange exchange, String kind, String details, String alone, Operations.Work work) {
        return begin(exchange, kind, details, Optional.of(alone), work);
    }

    private Answer begin(Exchange exchange, String kind, String details, Optional<String> alone, Operations.Work work) {
        Optional<String> key = exchange.header("Idempotency-Key");
        Operation operation = operations.start(order(exchange, kind, details, key, alone), work);
        exchange.began(operation.id());
        return operation.answer(202, Duration.ZERO);
    }

    /** Does one while its request waits, and has something of the project alone. */
    Operation doNowAlone(Exchange exchange, String kind, String alone, Operations.Work work) {
        Operation operation = operations.doNow(order(exchange, kind, "", Optional.empty(), Optional.of(alone)), work);
        exchange.began(operation.id());
        return operation;
    }

    private static Operations.Order order(
            Exchange exchange, String kind, String details, Optional<String> key, Optional<String> alone) {
        if (key.isPresent() && (key.get().isBlank() || key.get().length() > LONGEST_KEY)) {
            throw Refusal.REQUEST_INVALID.because("key-length", LONGEST_KEY);
        }
        return new Operations.Order(
                kind,
                exchange.project(),
                exchange.caller(),
                key,
                exchange.line() + "?" + exchange.queryText() + "\n" + details,
                alone);
    }
}
