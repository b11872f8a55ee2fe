package io.codeb.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A process and all that it started. Children whose parent has died are no longer its descendants, so every member is
 * known by a mark in its environment, which children inherit.
 */
final class ProcessFamily {
    private static final String MARK = "CODEB_EXEC";
    private static final Path PROCESSES = Path.of("/proc");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Process parent;
    private final byte[] mark;

    private ProcessFamily(Process parent, String mark) {
        this.parent = parent;
        this.mark = mark.getBytes(StandardCharsets.US_ASCII);
    }

    /** Starts a process with a mark of its own. */
    static ProcessFamily start(ProcessBuilder builder) throws IOException {
        Map<String, String> environment = builder.environment();
        String id = UUID.randomUUID().toString();
        environment.put(MARK, id);
        return new ProcessFamily(builder.start(), MARK + "=" + id);
    }

    Process parent() {
        return parent;
    }

    /** Kills all members, and looks again for what a dying member started, until none is left. */
    void kill() {
        parent.descendants().forEach(ProcessHandle::destroyForcibly);
        parent.destroyForcibly();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<ProcessHandle> members = members();
        while (!members.isEmpty() && System.nanoTime() < deadline) {
            members.forEach(ProcessHandle::destroyForcibly);
            Thread.onSpinWait();
            members = members();
        }
    }

    private List<ProcessHandle> members() {
        return ProcessHandle.allProcesses()
                .filter(process -> isMarked(process.pid()))
                .toList();
    }

    /** A process that is dead but not yet reaped has no environment any more. */
    private boolean isMarked(long pid) {
        try {
            byte[] environment = Files.readAllBytes(PROCESSES.resolve(Long.toString(pid) + "/environ"));
            return contains(environment, mark);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
