package io.codeb.internal.host;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
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

    private ProcessFamily(Process parent, byte[] mark) {
        this.parent = parent;
        this.mark = mark;
    }

    /** With its end, so that it is no other one's beginning. */
    private static byte[] mark(String variable) {
        return (variable + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    /** Starts a process with a mark of its own. */
    static ProcessFamily start(ProcessBuilder builder) throws IOException {
        Map<String, String> environment = builder.environment();
        String id = UUID.randomUUID().toString();
        environment.put(MARK, id);
        return new ProcessFamily(builder.start(), mark(MARK + "=" + id));
    }

    Process parent() {
        return parent;
    }

    /** Kills all members, and looks again for what a dying member started, until none is left. */
    void kill() {
        parent.descendants().forEach(ProcessHandle::destroyForcibly);
        parent.destroyForcibly();
        killMarked(mark);
    }

    /**
     * Kills every process of this host that has a variable in its environment, whoever started it, and waits until none
     * is left.
     *
     * @param variable its name and its value
     * @return whether there was any
     * @throws ContainerException {@code EXEC_LOST} when some do not end
     */
    static boolean endMarked(String variable) {
        byte[] mark = mark(variable);
        boolean any = killMarked(mark);
        if (!members(mark).isEmpty()) {
            throw new ContainerException(
                    ErrorCode.EXEC_LOST,
                    "processes with " + variable + " in their environment cannot be killed",
                    "kill them by hand, or run CodeB as their user");
        }
        return any;
    }

    private static boolean killMarked(byte[] mark) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<ProcessHandle> members = members(mark);
        boolean any = !members.isEmpty();
        while (!members.isEmpty() && System.nanoTime() < deadline) {
            members.forEach(ProcessHandle::destroyForcibly);
            Thread.onSpinWait();
            members = members(mark);
        }
        return any;
    }

    private static List<ProcessHandle> members(byte[] mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> isMarked(process.pid(), mark))
                .toList();
    }

    /** A process that is dead but not yet reaped has no environment any more. */
    private static boolean isMarked(long pid, byte[] mark) {
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
