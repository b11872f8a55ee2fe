package io.codeb.it.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.codeb.it.HostPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A server on this machine, whose data lie on a small disk. */
final class HostSite implements Site {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> PROGRAMS = Set.of("psql", "pg_dump", "pg_dumpall", "pg_restore");

    private final HostPostgres server = HostPostgres.startOnDisk("400m");
    private final Eyes eyes = new Eyes(server.programs(), server.port());

    @Override
    public Place place() {
        return Place.HOST;
    }

    @Override
    public Access access() {
        return new Access("host", "host", "", server.port(), server.programs().toString());
    }

    @Override
    public Eyes eyes() {
        return eyes;
    }

    @Override
    public boolean killPrograms() {
        List<ProcessHandle> found = processes();
        found.forEach(ProcessHandle::destroyForcibly);
        return !found.isEmpty();
    }

    @Override
    public List<String> programs() {
        return processes().stream()
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse("?"))
                .toList();
    }

    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::isProgram).toList();
    }

    /** Whether it is a client of this server. */
    private boolean isProgram(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return PROGRAMS.contains(Files.readString(proc.resolve("comm")).strip())
                    && Files.readString(proc.resolve("environ"), ISO_8859_1).contains("PGPORT=" + server.port() + "\0");
        } catch (IOException e) {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    /** Those of an operation are in a directory of its own. */
    @Override
    public List<String> files() {
        return List.of();
    }

    @Override
    public void killBackend(String pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid));
        process.ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public void killServer() {
        server.kill();
    }

    @Override
    public void killContainer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void startAgain() {
        server.startAgain();
    }

    @Override
    public void killService() {
        throw new UnsupportedOperationException();
    }

    /** The server writes meanwhile: what is asked for may be more than there is by then. */
    @Override
    public void fillDisk() {
        try {
            long room = Files.getFileStore(server.data()).getUsableSpace();
            while (room > 0 && !Commands.succeeds(fill(room))) {
                room = Files.getFileStore(server.data()).getUsableSpace();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> fill(long bytes) {
        return List.of("fallocate", "--length", Long.toString(bytes), filler().toString());
    }

    @Override
    public void emptyDisk() {
        try {
            if (Files.deleteIfExists(filler())) {
                comeBack();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A server that finds no room when it recovers from a crash gives up, and waits for somebody to start it. */
    private void comeBack() {
        List<String> asked = List.of(
                server.programs().resolve("pg_isready").toString(),
                "--quiet",
                "--host=" + HostPostgres.HOST,
                "--port=" + server.port());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Commands.succeeds(asked)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the server does not come back where there is room again");
            }
            if (!server.isRunning()) {
                server.startAgain();
            }
        }
    }

    private Path filler() {
        return server.data().resolve("filler");
    }

    @Override
    public void close() {
        server.close();
    }
}
