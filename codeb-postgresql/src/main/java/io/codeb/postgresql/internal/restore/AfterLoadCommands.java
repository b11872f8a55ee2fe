package io.codeb.postgresql.internal.restore;

import io.codeb.error.CancelledException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ConfigException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.ContainerCommand;
import io.codeb.model.Secret;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands that change what was restored before anybody sees it. */
final class AfterLoadCommands {
    /** How much of the end of a command's output is told, in bytes of either stream. */
    private static final int TOLD = 4 * 1024;

    private final DatabaseTarget target;
    private final List<ContainerCommand> commands;

    AfterLoadCommands(DatabaseTarget target, List<ContainerCommand> commands) {
        this.target = target;
        this.commands = commands;
    }

    /** What would fail after hours of loading is told before them. */
    void requireThatTheyCanBeRun() {
        for (ContainerCommand command : commands) {
            String container = container(command);
            if (!container.equals(target.container()) && command.host().isEmpty() && target.host() == null) {
                throw new ConfigException(
                        "nobody knows where the command " + command + " finds the server",
                        "say where the server is, as that container sees it, with reaching(host, port)");
            }
            requireRunning(command, container);
        }
    }

    private void requireRunning(ContainerCommand command, String container) {
        try {
            ContainerInfo info = target.runtime().inspect(container);
            if (info.state() != ContainerInfo.State.RUNNING) {
                throw new EngineException(
                        ErrorCode.CONTAINER_NOT_RUNNING,
                        "container " + container + " is not running, in which the command " + command + " is to run",
                        "start it first");
            }
        } catch (ContainerException e) {
            throw new EngineException(
                    e.code(), "the command " + command + " cannot be run: " + e.getMessage(), e.hint(), e);
        }
    }

    private String container(ContainerCommand command) {
        return command.container().orElse(target.container());
    }

    /**
     * Runs them. A session of our own waits beside them: it does not outlive a crash of the server, which could forget
     * what they have committed, and in the end it makes all of that durable.
     *
     * @param job whose they are
     * @param shadow what they change
     */
    void run(RestoreJob job, DatabaseTarget shadow) {
        if (commands.isEmpty()) {
            return;
        }
        try (PsqlLoad witness = new PsqlLoad(shadow, job.cancellation())) {
            witness.statement(OwnSession.sober(job.serverMajor()));
            LazyCommits commits = LazyCommits.begin(witness);
            for (ContainerCommand command : commands) {
                run(job, shadow, command);
            }
            commits.end();
            witness.finish();
        }
    }

    private void run(RestoreJob job, DatabaseTarget shadow, ContainerCommand command) {
        Tail output = new Tail();
        try (TimedCancellation time = new TimedCancellation(job.cancellation(), command.limit());
                ExecSession session =
                        shadow.runtime().exec(container(command), spec(shadow, command), time.cancellation())) {
            try {
                output.drain(session.stdout());
            } catch (CommandFailedException e) {
                throw failure(shadow, command, e.code(), "ended with status " + e.exitStatus(), output, session);
            } catch (CancelledException e) {
                job.cancellation().throwIfCancelled();
                throw failure(
                        shadow,
                        command,
                        ErrorCode.EXEC_TIMEOUT,
                        "was not done within " + TimedCancellation.text(command.limit()) + " and was killed",
                        output,
                        session);
            }
        }
    }

    private static EngineException failure(
            DatabaseTarget shadow,
            ContainerCommand command,
            ErrorCode code,
            String how,
            Tail output,
            ExecSession session) {
        List<Secret> secrets = Stream.concat(
                        command.environment().values().stream(), Stream.ofNullable(shadow.password()))
                .toList();
        String said = Stream.of(output.text(), session.stderrTail())
                .map(text -> Secret.redact(text, secrets).strip())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n"));
        return new EngineException(
                code,
                "the command " + command + ", after the load, " + how + (said.isEmpty() ? "" : ": " + said),
                "nothing was kept of this restore; correct the command of afterLoad(…)");
    }

    /** The last of a command's output. */
    private static final class Tail {
        private byte[] last = new byte[0];

        void drain(ByteSource source) {
            ByteBuffer piece = ByteBuffer.allocate(TOLD);
            while (source.read(piece.clear()) != ByteSource.END) {
                byte[] both = Arrays.copyOf(last, last.length + piece.flip().remaining());
                piece.get(both, last.length, piece.remaining());
                last = both.length > TOLD ? Arrays.copyOfRange(both, both.length - TOLD, both.length) : both;
            }
        }

        String text() {
            return new String(last, StandardCharsets.UTF_8);
        }
    }

    private static ExecSpec spec(DatabaseTarget shadow, ContainerCommand command) {
        ExecSpec spec = ExecSpec.of(command.words()).withStderrLimit(TOLD);
        for (Map.Entry<String, Secret> variable : command.environment().entrySet()) {
            spec = spec.withSecret(variable.getKey(), variable.getValue());
        }
        ServerTarget server = shadow.server();
        String run = server.tools().run();
        spec = run == null ? spec : spec.ofRun(run);
        ServerTarget seen = command.host()
                .map(host -> new ServerTarget(server.tools(), host, command.port(), server.user(), server.password()))
                .orElse(server);
        return LibpqEnvironment.coordinates(spec, seen.database(shadow.database()));
    }
}
