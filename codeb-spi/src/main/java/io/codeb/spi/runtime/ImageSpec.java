package io.codeb.spi.runtime;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An image to build. Immutable; each {@code with…} answers a changed copy.
 *
 * <p>Without further words: {@code Containerfile} at the top of the context, no arguments, labels or secrets, an hour.
 */
@CheckReturnValue
public final class ImageSpec {
    private static final Pattern SECRET_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

    private final String name;
    private final String containerfile;
    private final Map<String, String> arguments;
    private final Map<String, String> labels;
    private final Map<String, Secret> secrets;
    private final Duration limit;

    private ImageSpec(
            String name,
            String containerfile,
            Map<String, String> arguments,
            Map<String, String> labels,
            Map<String, Secret> secrets,
            Duration limit) {
        this.name = name;
        this.containerfile = containerfile;
        this.arguments = arguments;
        this.labels = labels;
        this.secrets = secrets;
        this.limit = limit;
    }

    /**
     * An image.
     *
     * @param name its name, with a tag, for example {@code localhost/shop:42}
     * @return the image, with everything else at its default
     */
    public static ImageSpec of(String name) {
        return new ImageSpec(name, "Containerfile", Map.of(), Map.of(), Map.of(), Duration.ofHours(1));
    }

    /**
     * Names it otherwise.
     *
     * @param reference a name, with a tag
     * @return a changed copy
     */
    public ImageSpec withName(String reference) {
        return new ImageSpec(
                Objects.requireNonNull(reference, "reference"), containerfile, arguments, labels, secrets, limit);
    }

    /**
     * Says how it is built.
     *
     * @param path where in the context the instructions are
     * @return a changed copy
     */
    public ImageSpec withContainerfile(String path) {
        return new ImageSpec(name, path, arguments, labels, secrets, limit);
    }

    /**
     * Sets an argument of the build.
     *
     * @param argument its name
     * @param value no secret: what is built with it keeps it
     * @return a changed copy
     */
    public ImageSpec withArgument(String argument, String value) {
        return new ImageSpec(name, containerfile, plus(arguments, argument, value), labels, secrets, limit);
    }

    /**
     * Labels the image.
     *
     * @param label the label's name
     * @param value its value
     * @return a changed copy
     */
    public ImageSpec withLabel(String label, String value) {
        return new ImageSpec(name, containerfile, arguments, plus(labels, label, value), secrets, limit);
    }

    /**
     * Gives the build a secret, which an instruction reads with {@code RUN --mount=type=secret,id=…}. The image keeps
     * nothing of it but what that instruction writes. Podman 4 and newer; Docker's API has no such thing.
     *
     * @param id how the instructions name it: letters, digits, {@code _}, {@code .} and {@code -}, at most 100
     * @param value read when the image is built
     * @return a changed copy
     */
    public ImageSpec withSecret(String id, Secret value) {
        if (!SECRET_ID.matcher(id).matches()) {
            throw new IllegalArgumentException("no secret of a build can be named '" + id + "'");
        }
        return new ImageSpec(
                name, containerfile, arguments, labels, plus(secrets, id, Objects.requireNonNull(value)), limit);
    }

    /**
     * Limits how long the build may say nothing.
     *
     * @param silence more than zero
     * @return a changed copy
     */
    public ImageSpec withLimit(Duration silence) {
        return new ImageSpec(name, containerfile, arguments, labels, secrets, silence);
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
     * The secrets of the build.
     *
     * @return secrets by how the instructions name them
     */
    public Map<String, Secret> secrets() {
        return secrets;
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
