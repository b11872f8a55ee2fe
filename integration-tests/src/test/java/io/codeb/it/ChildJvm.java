package io.codeb.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM beside the one of the tests, which can be killed. */
final class ChildJvm {
    /** Tells what this JVM and its children make from what others make that run tests at the same time. */
    static final String RUN = System.getProperty(
            "codeb.it.run", Long.toString(ProcessHandle.current().pid()));

    private ChildJvm() {}

    /**
     * Starts one, with the classes of the tests and a heap of 128 MiB.
     *
     * @param program whose main method it runs
     * @param log takes what it says
     * @param words what it is called with
     */
    static Process start(Class<?> program, Path log, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dcodeb.it.run=" + RUN,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
