package io.codeb.server.internal.api;

import io.codeb.server.internal.api.Answers.TokenView;
import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Doorkeeper;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sessions of a page: logged in to with a token, which the page does not keep. */
final class SessionRoutes {
    private final Doorkeeper doorkeeper;

    SessionRoutes(Doorkeeper doorkeeper) {
        this.doorkeeper = doorkeeper;
    }

    List<Route> all() {
        return List.of(
                Route.get("/api/session", Access.TOKEN, "Tells what the token is worth.", this::show)
                        .answering(200, TokenView.class),
                Route.post("/api/session", Access.EVERYBODY, "Logs in with a token, for a page.", this::logIn)
                        .reading(Bodies.LogIn.class)
                        .answering(200, TokenView.class),
                Route.delete("/api/session", Access.TOKEN, "Logs out.", this::logOut));
    }

    private Answer show(Exchange exchange) {
        return Answer.json(200, TokenView.of(exchange.caller().token()));
    }

    private Answer logIn(Exchange exchange) throws IOException {
        String cookie =
                doorkeeper.logIn(exchange, exchange.body(Bodies.LogIn.class).token());
        return Answer.json(200, TokenView.of(exchange.caller().token()), Map.of("Set-Cookie", cookie));
    }

    private Answer logOut(Exchange exchange) {
        return Answer.nothing(Map.of("Set-Cookie", doorkeeper.logOut(exchange)));
    }
}
