package io.codeb.internal.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.internal.config.Field.Many;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The JSON Schema of configurations, made of {@link Shapes}. docs/config.schema.json is a copy. */
final class ConfigSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Set<Class<? extends Record>> shapes = new LinkedHashSet<>();

    private ConfigSchema() {}

    static ObjectNode make() {
        return new ConfigSchema().document();
    }

    private ObjectNode document() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A configuration of CodeB");
        schema.setAll(object(Shapes.File.class));
        ObjectNode definitions = JSON.objectNode();
        // Each definition can name further ones.
        for (int done = 0; done < shapes.size(); done++) {
            Class<? extends Record> shape = List.copyOf(shapes).get(done);
            definitions.set(nameOf(shape), definition(shape));
        }
        schema.set("$defs", definitions);
        return schema;
    }

    private static String nameOf(Class<?> shape) {
        String name = shape.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private ObjectNode definition(Class<? extends Record> shape) {
        ObjectNode object = object(shape);
        return Binder.shorthand(shape)
                .map(name -> {
                    ObjectNode either = JSON.objectNode();
                    Field field = Field.of(shape, name);
                    either.putArray("anyOf").add(single(field)).add(object);
                    return either;
                })
                .orElse(object);
    }

    private ObjectNode object(Class<? extends Record> shape) {
        ObjectNode object = JSON.objectNode();
        object.put("type", "object");
        ObjectNode properties = object.putObject("properties");
        Field.of(shape).forEach(field -> properties.set(field.name(), property(field)));
        object.put("additionalProperties", false);
        if (shape.isAnnotationPresent(OneOf.class)) {
            object.put("minProperties", 1);
            object.put("maxProperties", 1);
        }
        List<String> needed = Field.of(shape).stream()
                .filter(field -> field.key().needed())
                .map(Field::name)
                .toList();
        if (!needed.isEmpty()) {
            ArrayNode required = object.putArray("required");
            needed.forEach(required::add);
        }
        return object;
    }

    private ObjectNode property(Field field) {
        ObjectNode property =
                switch (field.many()) {
                    case ONE -> single(field);
                    case LIST -> list(field);
                    case MAP -> map(field);
                };
        ObjectNode described = JSON.objectNode();
        described.put("description", field.key().value());
        if (!field.key().otherwise().isEmpty()) {
            described.put("$comment", "Without it: " + field.key().otherwise() + ".");
        }
        described.setAll(property);
        if (!field.key().example().isEmpty()) {
            described.putArray("examples").add(parsed(field.key().example()));
        }
        return described;
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an example is no JSON: " + json, e);
        }
    }

    private ObjectNode list(Field field) {
        ObjectNode list = JSON.objectNode();
        list.put("type", "array");
        list.set("items", single(field));
        return list;
    }

    private ObjectNode map(Field field) {
        ObjectNode map = JSON.objectNode();
        map.put("type", "object");
        if (!field.key().names().isEmpty()) {
            map.putObject("propertyNames").put("pattern", "^" + field.key().names() + "$");
        }
        ObjectNode value = single(field);
        if (field.type() == String.class) {
            value = JSON.objectNode();
            value.putArray("type").add("string").add("number").add("boolean");
        }
        map.set("additionalProperties", value);
        return map;
    }

    private ObjectNode single(Field field) {
        ObjectNode single = JSON.objectNode();
        Class<?> type = field.type();
        if (type.isRecord()) {
            shapes.add(type.asSubclass(Record.class));
            single.put("$ref", "#/$defs/" + nameOf(type));
        } else if (type.isEnum()) {
            ArrayNode choices = single.putArray("enum");
            Arrays.stream(type.getEnumConstants()).forEach(choice -> choices.add(choice.toString()));
        } else if (type == Integer.class) {
            single.put("type", "integer");
            single.put("minimum", field.key().min());
            single.put("maximum", field.key().max());
        } else if (type == Boolean.class) {
            single.put("type", "boolean");
        } else {
            single.put("type", "string");
            single.put("minLength", 1);
            if (!field.key().pattern().isEmpty() && field.many() == Many.ONE) {
                single.put("pattern", "^" + field.key().pattern() + "$");
            }
        }
        return single;
    }
}
