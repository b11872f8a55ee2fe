package io.codeb.json;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON schemas (draft 2020-12, as OpenAPI 3.1 has them) of records, read off their components: so that what is said of
 * an answer cannot differ from it. A component that is {@link Nullable} may be null, and every one is always there.
 */
public final class JsonSchemas {
    private JsonSchemas() {}

    /**
     * Describes records, and those that they are made of.
     *
     * @param records those that are wanted; their components are texts, numbers, truth, instants, other records, and
     *     lists and maps by text of these
     * @param prefix what a reference to one begins with, as {@code #/$defs/}
     * @return a schema for each, by its simple name; of maps, lists, texts and truth alone
     * @throws IllegalArgumentException when a component is of another type, or two have one name
     */
    public static SortedMap<String, Object> of(Collection<Class<?>> records, String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        Map<String, Class<?>> known = new TreeMap<>();
        SortedMap<String, Object> schemas = new TreeMap<>();
        Deque<Class<?>> due = new ArrayDeque<>(records);
        while (!due.isEmpty()) {
            Class<?> next = due.remove();
            Class<?> named = known.putIfAbsent(next.getSimpleName(), next);
            if (named == null) {
                schemas.put(next.getSimpleName(), object(next, prefix, due));
            } else if (named != next) {
                throw new IllegalArgumentException(named + " and " + next + " have one name");
            }
        }
        return schemas;
    }

    private static Map<String, Object> object(Class<?> view, String prefix, Collection<Class<?>> met) {
        if (!view.isRecord()) {
            throw new IllegalArgumentException(view + " is no record");
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : view.getRecordComponents()) {
            Map<String, Object> type = type(component.getGenericType(), prefix, met);
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            properties.put(
                    component.getName(), nullable ? Map.of("anyOf", List.of(type, Map.of("type", "null"))) : type);
            required.add(component.getName());
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("properties", properties);
        object.put("required", required);
        return object;
    }

    private static Map<String, Object> type(Type type, String prefix, Collection<Class<?>> met) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Map<String, Object> of = type(arguments[arguments.length - 1], prefix, met);
            return generic.getRawType() == Map.class
                    ? pair("object", "additionalProperties", of)
                    : pair("array", "items", of);
        }
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type == Instant.class) {
            return pair("string", "format", "date-time");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type == Object.class) {
            return Map.of();
        }
        Class<?> other = (Class<?>) type;
        met.add(other);
        return Map.of("$ref", prefix + other.getSimpleName());
    }

    private static Map<String, Object> pair(String type, String name, Object value) {
        Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("type", type);
        pair.put(name, value);
        return pair;
    }
}
