package io.codeb.internal.config;

import io.codeb.internal.config.Field.Many;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes shapes of nodes, and tells all in which a node is not of its shape. */
final class Binder {
    private static final int LONGEST_TEXT = 4_000;

    private final Problems problems;

    Binder(Problems problems) {
        this.problems = problems;
    }

    /** The shape, as far as the node has it. */
    <T extends Record> T bind(Node node, Class<T> shape) {
        List<Field> fields = Field.of(shape);
        List<String> known = fields.stream().map(Field::name).toList();
        Optional<String> shorthand = shorthand(shape);
        boolean isShort = !(node.value() instanceof Map) && shorthand.isPresent();
        if (!(node.value() instanceof Map) && !isShort) {
            problems.add(node, refusal(node, shape));
        }
        node.fields().forEach((name, child) -> {
            if (!known.contains(name)) {
                problems.add(
                        child, "there is no key '" + Node.shortened(name) + "' here" + Suggestions.hint(name, known));
            }
        });
        if (shape.isAnnotationPresent(OneOf.class) && node.value() instanceof Map) {
            requireOne(node, known);
        }
        Object[] values = new Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = fields.get(i);
            Node child = isShort && field.name().equals(shorthand.orElseThrow())
                    ? node
                    : node.fields().get(field.name());
            values[i] = value(field, child);
        }
        return Field.make(shape, values);
    }

    static Optional<String> shorthand(Class<?> shape) {
        return Optional.ofNullable(shape.getAnnotation(Shorthand.class)).map(Shorthand::value);
    }

    private void requireOne(Node node, List<String> known) {
        if (node.fields().keySet().stream().filter(known::contains).count() != 1) {
            problems.add(node, "says one of " + String.join(" and ", known) + ", and not none or more of them");
        }
    }

    private static String refusal(Node node, Class<?> shape) {
        return shape == Shapes.Secret.class
                ? "a secret is not written into a configuration; say where it is: {\"env\": \"NAME\"} or"
                        + " {\"file\": \"/path\"}"
                : "must be an object and is " + node.kind();
    }

    private @Nullable Object value(Field field, @Nullable Node node) {
        if (node == null) {
            return field.many() == Many.ONE ? null : field.nothing();
        }
        if (node.value() == null) {
            problems.add(node, "null says nothing; leave the key out");
            return field.many() == Many.ONE ? null : field.nothing();
        }
        return switch (field.many()) {
            case ONE -> single(field, node, false);
            case LIST -> list(field, node);
            case MAP -> map(field, node);
        };
    }

    private List<Object> list(Field field, Node node) {
        if (!(node.value() instanceof List)) {
            problems.add(node, "must be a list and is " + node.kind());
        }
        List<Object> values = new ArrayList<>();
        node.items().forEach(item -> take(field, item, false, values::add));
        return List.copyOf(values);
    }

    private Map<String, Object> map(Field field, Node node) {
        if (!(node.value() instanceof Map)) {
            problems.add(node, "must be an object and is " + node.kind());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        node.fields().forEach((name, child) -> {
            if (!field.key().names().isEmpty() && !name.matches(field.key().names())) {
                problems.add(
                        child,
                        "nothing here can be named '" + Node.shortened(name) + "'; a name is "
                                + "made of a-z, 0-9, - and _, at most 63, and begins with a letter or digit");
                return;
            }
            take(field, child, true, value -> values.put(name, value));
        });
        return values;
    }

    private void take(Field field, Node node, boolean named, Consumer<Object> into) {
        if (node.value() == null) {
            problems.add(node, "null says nothing; leave it out");
            return;
        }
        Object value = single(field, node, named);
        if (value != null) {
            into.accept(value);
        }
    }

    private @Nullable Object single(Field field, Node node, boolean option) {
        Class<?> type = field.type();
        if (type.isRecord()) {
            return bind(node, type.asSubclass(Record.class));
        }
        if (type.isEnum()) {
            return choice(type, node);
        }
        if (type == Integer.class) {
            return integer(field.key(), node);
        }
        if (type == Boolean.class) {
            return truth(node);
        }
        if (option && node.value() instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (option && node.value() instanceof Boolean truth) {
            return truth.toString();
        }
        return text(field.key(), node);
    }

    private @Nullable Object truth(Node node) {
        if (!(node.value() instanceof Boolean)) {
            problems.add(node, "must be true or false and is " + node.kind());
            return null;
        }
        return node.value();
    }

    private @Nullable Object choice(Class<?> type, Node node) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equals(node.value())) {
                return constant;
            }
        }
        problems.add(node, "must be one of " + names.stream().collect(Collectors.joining(", ")));
        return null;
    }

    private @Nullable Integer integer(Key key, Node node) {
        if (!(node.value() instanceof BigDecimal number)) {
            problems.add(node, "must be a whole number and is " + node.kind());
            return null;
        }
        boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
        if (!whole
                || number.compareTo(BigDecimal.valueOf(key.min())) < 0
                || number.compareTo(BigDecimal.valueOf(key.max())) > 0) {
            problems.add(node, "must be a whole number from " + key.min() + " to " + key.max());
            return null;
        }
        return number.intValueExact();
    }

    private @Nullable String text(Key key, Node node) {
        if (!(node.value() instanceof String text)) {
            problems.add(node, "must be a text and is " + node.kind());
            return null;
        }
        if (text.isBlank()) {
            problems.add(node, "must not be empty; leave the key out");
            return null;
        }
        if (text.length() > LONGEST_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            problems.add(node, "must have at most " + LONGEST_TEXT + " characters, and no control characters");
            return null;
        }
        if (!key.pattern().isEmpty() && !text.matches(key.pattern())) {
            problems.add(node, "must be " + key.form());
            return null;
        }
        return text;
    }
}
