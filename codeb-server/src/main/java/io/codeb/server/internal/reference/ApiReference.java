package io.codeb.server.internal.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a description in OpenAPI says, in the words that it is told to people in.
 *
 * @param operations in the order of the description
 * @param records that are bodies and answers, or parts of them, by their names
 */
public record ApiReference(List<Operation> operations, List<Shape> records) {
    /**
     * One thing that can be asked.
     *
     * @param id tells it from the others
     * @param method of HTTP
     * @param path with the names of what stands in it, in braces
     * @param summary one line
     * @param who may ask it: {@code everybody}, {@code any token}, or the role that it takes with the project
     * @param parameters beside the body
     * @param body what is sent; empty where nothing is
     * @param answer what comes when all is well
     */
    public record Operation(
            String id,
            String method,
            String path,
            String summary,
            String who,
            List<Parameter> parameters,
            Optional<Content> body,
            Answer answer) {}

    /**
     * What is told beside the body.
     *
     * @param name its name
     * @param place {@code path}, {@code query} or {@code header}
     * @param type of its text
     * @param meaning empty where the name says it
     */
    public record Parameter(String name, String place, ValueType type, String meaning) {}

    /**
     * What is sent or answered.
     *
     * @param media its type
     * @param record what it is; empty where it is no record
     */
    public record Content(String media, Optional<String> record) {}

    /**
     * What comes when all is well.
     *
     * @param status of HTTP
     * @param content empty where nothing is sent
     */
    public record Answer(String status, Optional<Content> content) {}

    /**
     * A record.
     *
     * @param name of it
     * @param fields in their order
     */
    public record Shape(String name, List<Field> fields) {}

    /**
     * A part of a record.
     *
     * @param name of it
     * @param type what it is
     * @param needed whether it is always there
     * @param nullable whether it may be null
     */
    public record Field(String name, ValueType type, boolean needed, boolean nullable) {}

    /**
     * What a value is.
     *
     * @param words what it is called; of lists and the like, what is said before the record
     * @param record that it is, or is made of; empty where words say all
     */
    public record ValueType(String words, Optional<String> record) {
        private ValueType in(String container) {
            return new ValueType(words.isEmpty() ? container : container + " " + words, record);
        }
    }

    /** Copies the lists. */
    public ApiReference {
        operations = List.copyOf(operations);
        records = List.copyOf(records);
    }

    /**
     * Reads a description.
     *
     * @param openApi of this server
     * @return what it says
     */
    public static ApiReference of(JsonNode openApi) {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : openApi.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                operations.add(operation(path.getKey(), method.getKey(), method.getValue()));
            }
        }
        List<Shape> records = new ArrayList<>();
        for (Map.Entry<String, JsonNode> schema :
                openApi.at("/components/schemas").properties()) {
            records.add(new Shape(schema.getKey(), fields(schema.getValue())));
        }
        return new ApiReference(operations, records);
    }

    private static Operation operation(String path, String method, JsonNode described) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode each : described.path("parameters")) {
            parameters.add(new Parameter(
                    each.path("name").asText(),
                    each.path("in").asText(),
                    type(each.path("schema")),
                    each.path("description").asText("")));
        }
        Map.Entry<String, JsonNode> well =
                described.path("responses").properties().iterator().next();
        return new Operation(
                described.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                described.path("summary").asText(),
                who(described),
                parameters,
                content(described.path("requestBody")),
                new Answer(well.getKey(), content(well.getValue())));
    }

    private static String who(JsonNode described) {
        if (!described.has("security")) {
            return "everybody";
        }
        return described
                .path("x-role")
                .asText("any token")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    private static Optional<Content> content(JsonNode described) {
        return described.path("content").properties().stream()
                .findFirst()
                .map(media ->
                        new Content(media.getKey(), reference(media.getValue().path("schema"))));
    }

    private static Optional<String> reference(JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        return reference.isEmpty()
                ? Optional.empty()
                : Optional.of(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static List<Field> fields(JsonNode schema) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode either = property.getValue().path("anyOf");
            fields.add(new Field(
                    property.getKey(),
                    type(either.isMissingNode() ? property.getValue() : either.get(0)),
                    required.contains(property.getKey()),
                    !either.isMissingNode()));
        }
        return fields;
    }

    private static ValueType type(JsonNode schema) {
        Optional<String> record = reference(schema);
        if (record.isPresent()) {
            return new ValueType("", record);
        }
        if (schema.has("items")) {
            return type(schema.path("items")).in("list of");
        }
        if (schema.has("additionalProperties")) {
            return type(schema.path("additionalProperties")).in("by name:");
        }
        String name = schema.path("type").asText("");
        return new ValueType(
                switch (name) {
                    case "string" -> schema.has("enum") ? choice(schema.path("enum")) : text(schema);
                    case "integer" -> "whole number";
                    case "boolean" -> "true or false";
                    case "" -> "any value";
                    default -> throw new IllegalArgumentException("nothing is known of the type " + name);
                },
                Optional.empty());
    }

    private static String text(JsonNode schema) {
        return schema.path("format").asText("").equals("date-time") ? "time" : "text";
    }

    private static String choice(JsonNode values) {
        List<String> words = new ArrayList<>();
        values.forEach(value -> words.add(value.asText()));
        return String.join(" | ", words);
    }
}
