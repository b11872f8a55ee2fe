package io.codeb.internal.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells a process from all others of all machines: by the machine's boot, the namespace in which the process id counts,
 * that id, and the clock tick in which the process began. Linux has all of it in /proc (proc(5)); elsewhere nobody is
 * told from anybody, and nobody is known to be gone.
 */
final class ProcessMark {
    private static final Path PROC = Path.of("/proc");

    /** The start time is the 22nd field of /proc/PID/stat, and the 20th behind the name, which can have spaces. */
    private static final int START_BEHIND_NAME = 19;

    private ProcessMark() {}

    /** This process; empty where it cannot be told. */
    static String own() {
        return of(ProcessHandle.current().pid());
    }

    /** A process of this place; empty where it cannot be told, or is none. */
    static String of(long pid) {
        try {
            return String.join("/", place(), Long.toString(pid), start(pid));
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static String place() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip() + "/"
                + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
    }

    private static String start(long pid) throws IOException {
        String stat = Files.readString(PROC.resolve(pid + "/stat"));
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)).get(START_BEHIND_NAME);
    }

    /**
     * Whether a process has ended for sure.
     *
     * @param mark what {@link #own()} has answered in it, or anything
     * @return false for one of another machine, boot or namespace: nobody can tell here
     */
    static boolean isGone(String mark) {
        String[] parts = mark.split("/", -1);
        if (parts.length != 4 || !parts[2].matches("[0-9]{1,10}")) {
            return false;
        }
        // Where /proc is mounted with hidepid, the processes of other users are not there for us, the first neither.
        if (!Files.isReadable(PROC.resolve("1/stat"))) {
            return false;
        }
        try {
            return place().equals(parts[0] + "/" + parts[1])
                    && !of(Long.parseLong(parts[2])).equals(mark);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
