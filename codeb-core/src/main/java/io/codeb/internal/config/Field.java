package io.codeb.internal.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A key of a shape.
 *
 * @param name as it is written
 * @param key what is said of it
 * @param many whether there is one value, a list or a map of them
 * @param type of the value, or of each
 */
record Field(String name, Key key, Many many, Class<?> type) {
    enum Many {
        ONE,
        LIST,
        MAP
    }

    static List<Field> of(Class<? extends Record> shape) {
        return Arrays.stream(shape.getRecordComponents()).map(Field::of).toList();
    }

    static Field of(Class<? extends Record> shape, String name) {
        return of(shape).stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Field of(RecordComponent component) {
        Key key = Objects.requireNonNull(component.getAnnotation(Key.class), component::getName);
        String name = key.name().isEmpty() ? component.getName() : key.name();
        if (component.getGenericType() instanceof ParameterizedType type) {
            Type[] arguments = type.getActualTypeArguments();
            Many many = component.getType() == List.class ? Many.LIST : Many.MAP;
            return new Field(name, key, many, (Class<?>) arguments[arguments.length - 1]);
        }
        return new Field(name, key, Many.ONE, component.getType());
    }

    /** Its value where nothing is said. */
    Object nothing() {
        return many == Many.LIST ? List.of() : Map.of();
    }

    /** Makes a shape of the values of its keys, in their order. */
    static <T extends Record> T make(Class<T> shape, Object[] values) {
        Class<?>[] types = Arrays.stream(shape.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return shape.getDeclaredConstructor(types).newInstance(values);
        } catch (InstantiationException
                | IllegalAccessException
                | NoSuchMethodException
                | InvocationTargetException e) {
            throw new IllegalStateException("a shape takes what its components are", e);
        }
    }
}
