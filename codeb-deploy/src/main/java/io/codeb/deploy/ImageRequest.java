package io.codeb.deploy;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ImageSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What image of an application to build, and of which commit. Immutable; each word answers a changed copy.
 *
 * <p>Without further words: {@code Containerfile} at the top of the commit's files, no arguments and no secrets, built
 * by the runtime that the project's database is in, named {@code localhost/codeb/PROJECT:COMMIT}, and an hour of
 * silence.
 */
@CheckReturnValue
public final class ImageRequest {
    private static final ImageSpec PLAIN = ImageSpec.of("localhost/codeb/image");

    private final String project;
    private final GitSource source;
    private final @Nullable String name;
    private final @Nullable RuntimeConfig runtime;
    private final ImageSpec spec;

    private ImageRequest(
            String project, GitSource source, @Nullable String name, @Nullable RuntimeConfig runtime, ImageSpec spec) {
        this.project = project;
        this.source = source;
        this.name = name;
        this.runtime = runtime;
        this.spec = spec;
    }

    /**
     * An image of a project's application.
     *
     * @param project the project's name
     * @param source which commit
     * @return the request
     */
    public static ImageRequest of(String project, GitSource source) {
        return new ImageRequest(
                Objects.requireNonNull(project, "project"),
                Objects.requireNonNull(source, "source"),
                null,
                null,
                PLAIN);
    }

    /**
     * Names the image.
     *
     * @param reference a name in lower case, with a tag, for example {@code localhost/shop:42}
     * @return a changed copy
     */
    public ImageRequest named(String reference) {
        return new ImageRequest(project, source, Objects.requireNonNull(reference, "reference"), runtime, spec);
    }

    /**
     * Says what builds it.
     *
     * @param config a runtime that makes containers
     * @return a changed copy
     */
    public ImageRequest on(RuntimeConfig config) {
        return new ImageRequest(project, source, name, Objects.requireNonNull(config, "config"), spec);
    }

    /**
     * Says how it is built.
     *
     * @param path where among the commit's files the instructions are
     * @return a changed copy
     */
    public ImageRequest containerfile(String path) {
        return with(changed -> changed.withContainerfile(path));
    }

    /**
     * Sets an argument of the build.
     *
     * @param argument its name
     * @param value no secret: what is built with it keeps it
     * @return a changed copy
     */
    public ImageRequest argument(String argument, String value) {
        return with(changed -> changed.withArgument(argument, value));
    }

    /**
     * Gives the build a secret, as {@link ImageSpec#withSecret} does.
     *
     * @param id how the instructions name it
     * @param value read when the image is built
     * @return a changed copy
     */
    public ImageRequest secret(String id, Secret value) {
        return with(changed -> changed.withSecret(id, value));
    }

    /**
     * Limits how long the build may say nothing.
     *
     * @param longest more than zero
     * @return a changed copy
     */
    public ImageRequest silence(Duration longest) {
        return with(changed -> changed.withLimit(longest));
    }

    private ImageRequest with(UnaryOperator<ImageSpec> change) {
        return new ImageRequest(project, source, name, runtime, change.apply(spec));
    }

    /**
     * Whose application it is.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * What is built.
     *
     * @return which commit
     */
    public GitSource source() {
        return source;
    }

    /**
     * The image's name.
     *
     * @return empty where it is made of the project's name and the commit's id
     */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /**
     * What builds it.
     *
     * @return empty where that is the runtime of the project's database
     */
    public Optional<RuntimeConfig> runtime() {
        return Optional.ofNullable(runtime);
    }

    /** How it is built, under a name. */
    ImageSpec spec(String reference) {
        return spec.withName(reference);
    }
}
