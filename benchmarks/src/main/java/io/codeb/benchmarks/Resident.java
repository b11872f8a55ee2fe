package io.codeb.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The most memory that processes have had resident, as the kernel counts it; in KiB. */
final class Resident {
    private Resident() {}

    /** Of this JVM; 0 where nobody knows. */
    static long ofThisJvm() {
        return peak(Path.of("/proc/self"));
    }

    /** The most that one of the JVMs among a process and those below it has had; 0 where there is none. */
    static long ofJvmsBelow(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(one -> Path.of("/proc/" + one.pid()))
                .filter(Resident::isJvm)
                .mapToLong(Resident::peak)
                .max()
                .orElse(0);
    }

    private static boolean isJvm(Path process) {
        try {
            return Files.readString(process.resolve("comm")).equals("java\n");
        } catch (IOException e) {
            // It has ended.
            return false;
        }
    }

    private static long peak(Path process) {
        try (Stream<String> lines = Files.lines(process.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
