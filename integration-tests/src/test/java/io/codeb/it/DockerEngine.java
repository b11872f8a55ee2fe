package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Docker engine of the run, of which there is one for all JVMs: the classes that only use it have it together, and
 * one that kills it has it alone. To be registered in a static field of each class that needs it.
 */
final class DockerEngine implements BeforeAllCallback, AfterAllCallback {
    private final boolean together;
    private @Nullable FileChannel lock;

    private DockerEngine(boolean together) {
        this.together = together;
    }

    /** For a class that others may run beside. */
    static DockerEngine shared() {
        return new DockerEngine(true);
    }

    /** For a class that kills it. */
    static DockerEngine alone() {
        return new DockerEngine(false);
    }

    /** The system takes the lock away with the JVM, whatever becomes of that. */
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        lock = FileChannel.open(
                socket().resolveSibling("tests.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        lock.lock(0, Long.MAX_VALUE, together);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    Path socket() {
        return Path.of(PostgresServer.environment("CODEB_TEST_DOCKER_SOCKET"));
    }

    RuntimeConfig runtime() {
        return RuntimeConfig.of("docker").withEndpoint(URI.create("unix://" + socket()));
    }

    /** Runs the docker command against it. */
    String docker(String... words) {
        List<String> command = new ArrayList<>(List.of(PostgresServer.environment("CODEB_TEST_DOCKER")));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("docker " + words[0] + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
