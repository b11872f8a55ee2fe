package io.codeb.it.faults;

import static io.codeb.it.PostgresServer.environment;

import io.codeb.it.HostPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server in a container of Podman's, which the library reaches through a service of its own that can be killed. */
final class PodmanSite implements Site {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORT = 5432;

    /** Names each program of an operation's that runs in the container. */
    private static final String FIND = "for p in /proc/[0-9]*; do read -r name <$p/comm || continue; case $name in"
            + " psql|pg_dump|pg_dumpall|pg_restore) echo ${p#/proc/} $name;; esac; done 2>/dev/null; true";

    private final Path directory;
    private final Path programs = Path.of(environment("CODEB_TEST_PG_BIN"));
    private final Thread atExit = new Thread(this::end);
    private final String container;
    private Process service;
    private Eyes eyes;

    /**
     * Starts both.
     *
     * @param directory for the socket; a short path
     */
    PodmanSite(Path directory) {
        this.directory = directory;
        container = podman(
                        "run",
                        "--detach",
                        "--publish=127.0.0.1::" + PORT,
                        "--env=POSTGRES_USER=" + HostPostgres.USER,
                        "--env=POSTGRES_PASSWORD=" + HostPostgres.PASSWORD,
                        "--env=POSTGRES_DB=postgres",
                        "--env=POSTGRES_INITDB_ARGS=--auth-host=scram-sha-256 --auth-local=scram-sha-256",
                        environment("CODEB_TEST_IMAGES") + "/postgres:15",
                        "postgres",
                        "-c",
                        "fsync=off")
                .strip();
        Runtime.getRuntime().addShutdownHook(atExit);
        startService();
        look();
    }

    private static String podman(String... words) {
        return Commands.run(command(words));
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(environment("CODEB_TEST_PODMAN")));
        command.addAll(List.of(words));
        return command;
    }

    private String inContainer(String script) {
        return podman("exec", container, "sh", "-c", script);
    }

    /** The port may be another one than before. */
    private void look() {
        String published = podman("port", container, PORT + "/tcp").strip();
        eyes = new Eyes(programs, Integer.parseInt(published.substring(published.lastIndexOf(':') + 1)));
        // The entrypoint's own server, which is there first, listens on no address.
        eyes.awaitServer();
    }

    private Path socket() {
        return directory.resolve("podman.sock");
    }

    private void startService() {
        try {
            Files.deleteIfExists(socket());
            service = new ProcessBuilder(
                            environment("CODEB_TEST_PODMAN"), "system", "service", "--time=0", "unix://" + socket())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Podman's service does not start");
            }
        }
    }

    private boolean listens() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            Thread.onSpinWait();
            return false;
        }
    }

    @Override
    public Place place() {
        return Place.PODMAN;
    }

    @Override
    public Access access() {
        return new Access("podman", container, socket().toString(), PORT, "");
    }

    @Override
    public Eyes eyes() {
        return eyes;
    }

    @Override
    public boolean killPrograms() {
        List<String> found = programs();
        found.forEach(program -> inContainer("kill -9 " + program.split(" ", 2)[0] + " || true"));
        return !found.isEmpty();
    }

    @Override
    public List<String> programs() {
        return inContainer(FIND).lines().toList();
    }

    @Override
    public List<String> files() {
        return inContainer("ls /tmp | grep codeb || true").lines().toList();
    }

    @Override
    public void killBackend(String pid) {
        inContainer("kill -9 " + pid + " || true");
    }

    /** It is the container's first process, which nobody inside of it can kill: with it the container ends. */
    @Override
    public void killServer() {
        ProcessHandle first = ProcessHandle.of(Long.parseLong(podman("inspect", "--format", "{{.State.Pid}}", container)
                        .strip()))
                .orElseThrow();
        first.destroyForcibly();
    }

    /** Podman may wait for the end, which does not come before the operation goes on. */
    @Override
    public void killContainer() {
        Commands.start(command("kill", "--signal=KILL", container));
    }

    @Override
    public void startAgain() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (isRunning()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the container does not end");
            }
        }
        // What does not run any more may still be ending.
        podman("wait", container);
        podman("start", container);
        look();
    }

    private boolean isRunning() {
        return podman("inspect", "--format", "{{.State.Running}}", container).startsWith("true");
    }

    @Override
    public void killService() {
        service.destroyForcibly();
        service.onExit().join();
        startService();
    }

    @Override
    public void fillDisk() {
        throw new UnsupportedOperationException();
    }

    /** It was not filled. */
    @Override
    public void emptyDisk() {}

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        service.destroyForcibly();
        podman("rm", "--force", "--time=0", "--volumes", container);
    }
}
