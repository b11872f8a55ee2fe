package io.codeb.server.internal.api;

import io.codeb.server.internal.http.Access;
import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.OpenApi;
import io.codeb.server.internal.http.Route;
import io.codeb.server.internal.json.Json;
import io.codeb.server.internal.reference.ApiReference;
import io.codeb.server.internal.reference.ReferencePage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What describes all that can be asked, itself included: for programs, and for people. */
final class DocumentRoutes {
    private final List<Route> all;
    private final Map<String, Object> openApi;
    private final ReferencePage page;

    /** Describes these, and its own. */
    DocumentRoutes(List<Route> others) {
        List<Route> known = new ArrayList<>(others);
        known.add(Route.get("/api/openapi.json", Access.EVERYBODY, "Describes all of this.", this::describe)
                .answering(Route.JSON));
        known.add(Route.get("/api/docs", Access.EVERYBODY, "Tells people the same, as a page.", this::tell)
                .answering("text/html"));
        all = List.copyOf(known);
        openApi = OpenApi.of(all);
        page = ReferencePage.of(ApiReference.of(Json.tree(openApi)));
    }

    /** The others first. */
    List<Route> all() {
        return all;
    }

    private Answer describe(Exchange exchange) {
        return Answer.json(200, openApi);
    }

    private Answer tell(Exchange exchange) {
        return new Answer.Whole(
                200, "text/html; charset=utf-8", page.html(), Map.of("Content-Security-Policy", page.policy()), null);
    }
}
