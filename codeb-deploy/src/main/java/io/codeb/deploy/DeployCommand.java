package io.codeb.deploy;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A command of a deployment, and where it runs. Immutable; each word answers a changed copy.
 *
 * <p>Without further words it runs in a container of the project's own runtime.
 */
@CheckReturnValue
public final class DeployCommand {
    /** How much of its output is kept. */
    static final int OUTPUT_LIMIT = 1024 * 1024;

    private static final int TOLD_LINES = 6;

    private final String container;
    private final @Nullable RuntimeConfig runtime;
    private final ExecSpec spec;
    private final @Nullable String rehearsalImage;

    private DeployCommand(
            String container, @Nullable RuntimeConfig runtime, ExecSpec spec, @Nullable String rehearsalImage) {
        this.container = container;
        this.runtime = runtime;
        this.spec = spec;
        this.rehearsalImage = rehearsalImage;
    }

    /**
     * Runs in a container.
     *
     * @param container its name or id, for example of the application; it must run
     * @param words the program and its arguments, which no shell reads; no secrets
     * @return the command
     * @throws IllegalArgumentException when there is no program
     */
    public static DeployCommand in(String container, String... words) {
        return new DeployCommand(
                Objects.requireNonNull(container, "container"),
                null,
                ExecSpec.of(List.of(Objects.requireNonNull(words, "words"))),
                null);
    }

    /**
     * Runs on this host.
     *
     * @param words the program and its arguments, which no shell reads; no secrets
     * @return the command
     * @throws IllegalArgumentException when there is no program
     */
    public static DeployCommand onHost(String... words) {
        return in("host", words).of(RuntimeConfig.of("host"));
    }

    /**
     * The container belongs to this runtime.
     *
     * @param config which, and where
     * @return a changed copy
     */
    public DeployCommand of(RuntimeConfig config) {
        return new DeployCommand(container, Objects.requireNonNull(config, "config"), spec, rehearsalImage);
    }

    /**
     * Sets a variable of its environment.
     *
     * @param name which
     * @param value no secret
     * @return a changed copy
     */
    public DeployCommand environment(String name, String value) {
        return new DeployCommand(container, runtime, spec.withEnvironment(name, value), rehearsalImage);
    }

    /**
     * Sets a variable of its environment to a secret. Where the command says its value, that is not told.
     *
     * @param name which
     * @param value where it comes from; read at each use
     * @return a changed copy
     */
    public DeployCommand secret(String name, Secret value) {
        return new DeployCommand(container, runtime, spec.withSecret(name, value), rehearsalImage);
    }

    /**
     * Names the image that it is rehearsed from, in the runtime where drills are made. Without this word it is that of
     * the container in which it runs; a command on the host needs one.
     *
     * @param image its name or id; it must be there, and have a program {@code sleep}
     * @return a changed copy
     */
    public DeployCommand rehearsedFrom(String image) {
        return new DeployCommand(container, runtime, spec, Objects.requireNonNull(image, "image"));
    }

    /**
     * Names it.
     *
     * @return where, and the program's name without its arguments
     */
    @Override
    public String toString() {
        return spec.command().get(0) + (isOnHost() ? " on this host" : " in " + container);
    }

    /** Whether it runs on this host. */
    boolean isOnHost() {
        return runtime != null && runtime.id().equals("host");
    }

    /** The same place and environment, other words. */
    DeployCommand words(String... words) {
        return of(ExecSpec.of(words), Map.of(), Map.of());
    }

    /** The same with other values of some variables. */
    DeployCommand with(Map<String, String> environment, Map<String, Secret> secrets) {
        return of(ExecSpec.of(spec.command()), environment, secrets);
    }

    private DeployCommand of(ExecSpec words, Map<String, String> environment, Map<String, Secret> secrets) {
        Map<String, String> plain = new LinkedHashMap<>(spec.environment());
        Map<String, Secret> secret = new LinkedHashMap<>(spec.secrets());
        secrets.keySet().forEach(plain::remove);
        environment.keySet().forEach(secret::remove);
        plain.putAll(environment);
        secret.putAll(secrets);
        ExecSpec other = words;
        for (Map.Entry<String, String> each : plain.entrySet()) {
            other = other.withEnvironment(each.getKey(), each.getValue());
        }
        for (Map.Entry<String, Secret> each : secret.entrySet()) {
            other = other.withSecret(each.getKey(), each.getValue());
        }
        return new DeployCommand(container, runtime, other, rehearsalImage);
    }

    /** The same in another container. */
    DeployCommand movedTo(String other, RuntimeConfig itsRuntime) {
        return new DeployCommand(other, itsRuntime, spec, rehearsalImage);
    }

    /** In which container it runs. */
    String container() {
        return container;
    }

    /** From which image it is rehearsed; empty for that of its container. */
    Optional<String> rehearsalImage() {
        return Optional.ofNullable(rehearsalImage);
    }

    /** The same with more words at its end. */
    DeployCommand plus(String... words) {
        String[] all = Arrays.copyOf(
                spec.command().toArray(String[]::new), spec.command().size() + words.length);
        System.arraycopy(words, 0, all, spec.command().size(), words.length);
        return words(all);
    }

    private ContainerRuntime runtime(DeployTarget target) {
        return runtime(target.codeb(), target.project());
    }

    /** What reaches its container. */
    ContainerRuntime runtime(CodeB codeb, Project project) {
        return codeb.runtime(runtime == null ? project.runtime() : runtime);
    }

    /**
     * How a command has ended.
     *
     * @param status 0 to 255
     * @param stdout the first of its output
     * @param stderr the last of what it has complained of
     */
    record Ended(int status, String stdout, String stderr) {
        /** What it has said, for people: the end of it, in lines. */
        String said() {
            String all = (stdout.strip() + "\n" + stderr.strip()).strip();
            return all.length() > 2_000 ? "…" + all.substring(all.length() - 2_000) : all;
        }
    }

    /** The first of what was said, as one line. */
    static String firstLines(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(TOLD_LINES)
                .collect(Collectors.joining(" "));
    }

    /** Runs it to its end, which is proven; killed when the target's time is over. */
    Ended run(DeployTarget target) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        int status = 0;
        String complaint;
        try (ExecSession session = runtime(target).exec(container, spec.ofRun(target.run()), target.cancellation())) {
            ByteSource output = session.stdout();
            ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
            try {
                while (output.read(buffer.clear()) != ByteSource.END) {
                    kept.write(buffer.array(), 0, Math.min(buffer.position(), Math.max(0, OUTPUT_LIMIT - kept.size())));
                }
            } catch (CommandFailedException e) {
                status = e.exitStatus();
            }
            complaint = session.stderrTail();
        }
        return new Ended(status, withoutSecrets(kept.toString(StandardCharsets.UTF_8)), withoutSecrets(complaint));
    }

    /** What a command says goes into messages, and tools like to tell what they connect with. */
    private String withoutSecrets(String said) {
        return Secret.redact(said, spec.secrets().values());
    }

    /** Runs it, and wants it to end well. */
    Ended requireDone(DeployTarget target, ErrorCode code) {
        Ended ended = run(target);
        if (ended.status() != 0) {
            throw new DeployException(
                    code, this + " ended with status " + ended.status() + ": " + ended.said(), "", null);
        }
        return ended;
    }

    /** Ends it where it has outlived its starter; in a container that is gone or has ended nothing has. */
    void endRun(DeployTarget target) {
        try {
            boolean unused = runtime(target).endRun(container, target.run());
        } catch (ContainerException e) {
            if (e.code() != ErrorCode.CONTAINER_NOT_FOUND && e.code() != ErrorCode.CONTAINER_NOT_RUNNING) {
                throw e;
            }
        }
    }
}
