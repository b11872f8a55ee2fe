package io.codeb.server.internal.http;

import io.codeb.json.JsonSchemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes as OpenAPI 3.1 has them. Made of the very list that requests are held against. */
public final class OpenApi {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([a-z]+)}");

    private OpenApi() {}

    /**
     * Describes routes.
     *
     * @param routes all of them
     * @return what JSON has
     */
    public static Map<String, Object> of(List<Route> routes) {
        Set<Class<?>> answers = new LinkedHashSet<>(List.of(Problem.class));
        Set<Class<?>> bodies = new LinkedHashSet<>();
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            route.bodyRecord().ifPresent(bodies::add);
            if (route.answers().body() != null) {
                answers.add(route.answers().body());
            }
            paths.computeIfAbsent(route.template(), unused -> new LinkedHashMap<>())
                    .put(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        SortedMap<String, Object> schemas = new TreeMap<>(JsonSchemas.of(answers, SCHEMAS));
        JsonSchemas.of(bodies, SCHEMAS).forEach((name, schema) -> schemas.put(name, optional(schema)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "CodeB", "version", "1"));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "schemas",
                        schemas,
                        "securitySchemes",
                        Map.of("token", Map.of("type", "http", "scheme", "bearer"))));
        return document;
    }

    /** What may be null in a body may also be left out. */
    private static Object optional(Object schema) {
        Map<String, Object> changed = new LinkedHashMap<>();
        ((Map<?, ?>) schema).forEach((name, value) -> changed.put((String) name, value));
        List<Object> required = new ArrayList<>();
        ((Map<?, ?>) Objects.requireNonNull(changed.get("properties"))).forEach((name, type) -> {
            if (!((Map<?, ?>) type).containsKey("anyOf")) {
                required.add(name);
            }
        });
        changed.put("required", required);
        changed.put("additionalProperties", false);
        return changed;
    }

    private static Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", route.summary());
        operation.put("operationId", id(route));
        List<Object> parameters = new ArrayList<>();
        Matcher inPath = PATH_PARAMETER.matcher(route.template());
        while (inPath.find()) {
            parameters.add(described(Parameter.path(inPath.group(1), "")));
        }
        route.parameters().forEach(parameter -> parameters.add(described(parameter)));
        if (isTagged(route)) {
            parameters.add(described(Parameter.header(
                    "If-None-Match", "The ETag of the last answer: where it is still the same, 304 says so alone.")));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (!route.type().isEmpty()) {
            Map<String, Object> media = route.bodyRecord()
                    .<Map<String, Object>>map(body -> Map.of("schema", reference(body)))
                    .orElse(Map.of());
            operation.put("requestBody", Map.of("content", Map.of(route.type(), media)));
        }
        operation.put("responses", responses(route));
        if (route.access() != Access.EVERYBODY) {
            operation.put("security", List.of(Map.of("token", List.of())));
            route.access().role().ifPresent(role -> operation.put("x-role", role.name()));
        }
        return operation;
    }

    private static String id(Route route) {
        return (route.method().toLowerCase(Locale.ROOT) + route.template().replaceFirst("^/api", ""))
                .replaceAll("[{}.]", "")
                .replace('/', '-');
    }

    private static Map<String, Object> described(Parameter parameter) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", parameter.type().name().toLowerCase(Locale.ROOT));
        if (!parameter.values().isEmpty()) {
            schema.put("enum", parameter.values());
        }
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", parameter.name());
        described.put("in", parameter.place().name().toLowerCase(Locale.ROOT));
        if (!parameter.description().isEmpty()) {
            described.put("description", parameter.description());
        }
        if (parameter.place() == Parameter.Place.PATH) {
            described.put("required", true);
        }
        described.put("schema", schema);
        return described;
    }

    private static boolean isTagged(Route route) {
        return !route.isChanging() && route.answers().type().equals(Route.JSON);
    }

    private static Map<String, Object> responses(Route route) {
        Route.Answers answers = route.answers();
        Map<String, Object> well = new LinkedHashMap<>();
        well.put("description", "All is well.");
        if (!answers.type().isEmpty()) {
            Class<?> body = answers.body();
            well.put("content", Map.of(answers.type(), body == null ? Map.of() : Map.of("schema", reference(body))));
        }
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put(Integer.toString(answers.status()), well);
        if (isTagged(route)) {
            responses.put("304", Map.of("description", "It is what it was."));
        }
        responses.put(
                "default",
                Map.of(
                        "description",
                        "What went wrong.",
                        "content",
                        Map.of("application/problem+json", Map.of("schema", reference(Problem.class)))));
        return responses;
    }

    private static Map<String, Object> reference(Class<?> record) {
        return Map.of("$ref", SCHEMAS + record.getSimpleName());
    }
}
