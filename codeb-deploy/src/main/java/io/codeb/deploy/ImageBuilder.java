package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.deploy.internal.source.GitFetch;
import io.codeb.deploy.internal.source.SourceCommit;
import io.codeb.error.ConfigException;
import io.codeb.model.Cancellation;
import io.codeb.model.CheckReturnValue;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ImageSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images of applications out of Git repositories. Immutable and thread-safe.
 *
 * <pre>{@code
 * BuiltImage image = ImageBuilder.of(codeb).build(
 *         ImageRequest.of("shop", GitSource.at("https://git.example.org/shop.git").branch("main")),
 *         cancellation);
 * }</pre>
 *
 * <p>What is built is the commit, file by file, without what its ignore file names, and nothing beside it. It goes from
 * Git's objects to the container service as a stream. What is fetched is in the directory for temporary files as long
 * as the build takes; what a killed process leaves of it is removed by the next build.
 */
@CheckReturnValue
public final class ImageBuilder {
    /** The label that names the project. */
    public static final String PROJECT_LABEL = "io.codeb.project";

    /** The label that names the commit. */
    public static final String COMMIT_LABEL = "io.codeb.commit";

    private static final Logger LOG = LoggerFactory.getLogger(ImageBuilder.class);
    private static final int SHORT_ID = 12;

    private final CodeB codeb;
    private final Consumer<String> output;

    private ImageBuilder(CodeB codeb, Consumer<String> output) {
        this.codeb = codeb;
        this.output = output;
    }

    /**
     * Builds images for the projects of a CodeB.
     *
     * @param codeb stays open while the builder is used
     * @return the builder, which keeps to itself what the builds say
     */
    public static ImageBuilder of(CodeB codeb) {
        return new ImageBuilder(Objects.requireNonNull(codeb, "codeb"), line -> LOG.debug("{}", line));
    }

    /**
     * Says who hears what builds say.
     *
     * @param listener takes a line, without control characters, on the thread that builds; what it throws ends the
     *     build
     * @return a changed copy
     */
    public ImageBuilder output(Consumer<String> listener) {
        return new ImageBuilder(codeb, Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Fetches a commit, and builds its image. An image that has the name keeps it until this one is built.
     *
     * @param request which
     * @param cancellation ends it early
     * @return the image
     * @throws DeployException when the commit cannot be fetched, its files are not whole, or its ignore file cannot be
     *     followed
     * @throws io.codeb.error.ContainerException {@code IMAGE_NOT_BUILT} with the last of what the build said
     * @throws ConfigException when there is no such project, or its runtime makes no images
     */
    public BuiltImage build(ImageRequest request, Cancellation cancellation) {
        Objects.requireNonNull(request, "request");
        long begin = System.nanoTime();
        ContainerManager manager = manager(request);
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (SourceCommit commit = GitFetch.of(request.source(), parent, cancellation)) {
            String name = request.name()
                    .orElseGet(() -> "localhost/codeb/" + request.project() + ":"
                            + commit.id().substring(0, SHORT_ID));
            ImageSpec spec = request.spec(name)
                    .withLabel(PROJECT_LABEL, request.project())
                    .withLabel(COMMIT_LABEL, commit.id());
            ByteSource files = commit.files(spec.containerfile(), cancellation);
            String id = manager.build(spec, files, output, cancellation);
            return new BuiltImage(
                    id,
                    name,
                    commit.id(),
                    commit.time(),
                    commit.subject(),
                    Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private ContainerManager manager(ImageRequest request) {
        ContainerRuntime runtime = codeb.runtime(request.runtime()
                .orElseGet(() -> codeb.project(request.project()).runtime()));
        return runtime.manager()
                .orElseThrow(() -> new ConfigException(
                        "the runtime " + runtime.id() + " builds no images",
                        "say on(…) with one that does: podman or docker"));
    }
}
