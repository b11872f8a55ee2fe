package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An image to build. Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words: {@code Containerfile} at the top of the context, no arguments, no labels, an hour.
 */
@CheckReturnValue
public final class ImageSpec {
    private final String name;
    private final String containerfile;
    private final Map<String, String> arguments;
    private final Map<String, String> labels;
    private final Duration limit;

    private ImageSpec(
            String name,
            String containerfile,
            Map<String, String> arguments,
            Map<String, String> labels,
            Duration limit) {
        this.name = name;
        this.containerfile = containerfile;
        this.arguments = arguments;
        this.labels = labels;
        this.limit = limit;
    }

    /**
     * An image.
     *
     * @param name its name, with a tag, for example {@code localhost/shop:42}
     * @return the image, with everything else at its default
     */
    public static ImageSpec of(String name) {
        return new ImageSpec(name, "Containerfile", Map.of(), Map.of(), Duration.ofHours(1));
    }

    /**
     * Says how it is built.
     *
     * @param path where in the context the instructions are
     * @return a changed copy
     */
    public ImageSpec withContainerfile(String path) {
        return new ImageSpec(name, path, arguments, labels, limit);
    }

    /**
     * Sets an argument of the build.
     *
     * @param argument its name
     * @param value no secret: what is built with it keeps it
     * @return a changed copy
     */
    public ImageSpec withArgument(String argument, String value) {
        return new ImageSpec(name, containerfile, plus(arguments, argument, value), labels, limit);
    }

    /**
     * Labels the image.
     *
     * @param label the label's name
     * @param value its value
     * @return a changed copy
     */
    public ImageSpec withLabel(String label, String value) {
        return new ImageSpec(name, containerfile, arguments, plus(labels, label, value), limit);
    }

    /**
     * Limits how long the build may say nothing.
     *
     * @param silence more than zero
     * @return a changed copy
     */
    public ImageSpec withLimit(Duration silence) {
        return new ImageSpec(name, containerfile, arguments, labels, silence);
    }

    /** A copy with one more value, or another one, for all the specifications in this package. */
    static <V> Map<String, V> plus(Map<String, V> map, String name, V value) {
        Map<String, V> changed = new LinkedHashMap<>(map);
        changed.put(name, value);
        return Map.copyOf(changed);
    }

    /**
     * The image's name.
     *
     * @return with its tag
     */
    public String name() {
        return name;
    }

    /**
     * Where the instructions are.
     *
     * @return a path in the context
     */
    public String containerfile() {
        return containerfile;
    }

    /**
     * The arguments of the build.
     *
     * @return values by name
     */
    public Map<String, String> arguments() {
        return arguments;
    }

    /**
     * The image's labels.
     *
     * @return values by name
     */
    public Map<String, String> labels() {
        return labels;
    }

    /**
     * How long the build may say nothing.
     *
     * @return more than zero
     */
    public Duration limit() {
        return limit;
    }
}
