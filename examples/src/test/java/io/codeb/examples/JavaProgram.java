package io.codeb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A main class, run as people run it: in a process of its own.
 *
 * @param exitStatus how it ended
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
record JavaProgram(int exitStatus, String out, String err) {
    private static final long LIMIT_MINUTES = 5;

    static JavaProgram run(Class<?> main, Map<String, String> environment, Path directory, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // A JVM that finds this variable says so on stderr, where the tests read what the program says.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("%s ends by itself", main.getSimpleName())
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new JavaProgram(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
