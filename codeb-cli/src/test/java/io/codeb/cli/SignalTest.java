package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real signals to a real process that is in the middle of a dump. */
@Timeout(120)
class SignalTest {
    @TempDir
    Path directory;

    private Process start(Shell shell, String... words) throws IOException {
        // Whoever is started in the background of a shell ignores SIGINT, and so do its children.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.codeb.cli.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CODEB_CONFIG", shell.config.toString());
        builder.redirectOutput(directory.resolve("out").toFile());
        builder.redirectError(directory.resolve("err").toFile());
        return builder.start();
    }

    private static void send(String signal, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void awaitDump(Shell shell, Process process) throws Exception {
        while (!Files.exists(shell.databases.resolve("dumping"))) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as(Files.readString(directory.resolve("err")))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalCancelsAndLeavesNothingButTheNoteOfIt(String signal, int status) throws Exception {
        Shell shell = new Shell(directory);
        Files.writeString(shell.databases.resolve("stuck"), "");
        Process process = start(shell, "db", "backup", "shop");
        try {
            awaitDump(shell, process);

            send(signal, process);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(status);
            assertThat(Files.readString(directory.resolve("err"))).contains("[CANCELLED]");
            try (Stream<Path> left = Files.walk(shell.repository)) {
                assertThat(left.filter(Files::isRegularFile))
                        .containsExactly(shell.repository.resolve("shop/state/backup-failed"));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aSchedulerThatIsToldToEndWaitsForWhatGoesOn() throws Exception {
        Shell shell = new Shell(directory);
        shell.schedule("\"backupSchedule\": \"* * * * *\"");
        Files.writeString(shell.databases.resolve("stuck"), "");
        Process process = start(shell, "schedule", "run", "--grace", "1h");
        try {
            awaitDump(shell, process);

            send("TERM", process);
            Files.delete(shell.databases.resolve("stuck"));

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(Files.readString(directory.resolve("err"))).contains("shop/backup: done");
            assertThat(Files.readString(directory.resolve("out"))).contains("ended; nothing was going on any more");
            assertThat(directory.resolve("metadata.json")).isRegularFile();
            assertThat(shell.run("backups", "list", "shop", "--json").json().at("/backups"))
                    .hasSize(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatASchedulerCancelsAtItsEndStaysDue() throws Exception {
        Shell shell = new Shell(directory);
        shell.schedule("\"backupSchedule\": \"* * * * *\"");
        Files.writeString(shell.databases.resolve("stuck"), "");
        Process process = start(shell, "schedule", "run", "--grace", "0s");
        try {
            awaitDump(shell, process);

            send("TERM", process);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            Files.delete(shell.databases.resolve("stuck"));
            assertThat(shell.run("schedule", "run", "--once").out()).matches("shop/backup of .*: done\n");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aProcessThatIsNotDisturbedEndsWithItsStatus() throws Exception {
        Shell shell = new Shell(directory);

        Process process = start(shell, "backups", "show", "20260102T030405Z-abcdefgh");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(30);
    }
}
