package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the library's log the distribution shows to people. */
class CliLogIT {
    @TempDir
    Path directory;

    private List<String> failedBackup(String log) throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Files.writeString(directory.resolve("codeb.json"), """
                {
                  "repositories": {"main": {"at": "%s"}},
                  "projects": {"shop": {"database": {"host": "127.0.0.1", "port": %d, "tools": "%s"}}},
                  "alerts": {"routes": ["log"]}
                }
                """.formatted(
                        directory.resolve("repository"), port, PostgresServer.environment("CODEB_TEST_PG_BIN")));
        Path codeb = Distribution.unpack(Files.createTempDirectory(directory, "home"))
                .codeb();
        ProcessBuilder builder = new ProcessBuilder(codeb.toString(), "db", "backup", "shop", "--quiet")
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("CODEB_LOG", log);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(22);
        return Files.readAllLines(directory.resolve("err"));
    }

    @Test
    void whatFailsIsToldOnceAndAsTheAlertThatWasAskedFor() throws Exception {
        List<String> told = failedBackup("");

        assertThat(told).filteredOn(line -> line.startsWith("codeb: ")).hasSize(1);
        assertThat(told).anyMatch(line -> line.startsWith("ERROR io.codeb.alert"));
        assertThat(told).noneMatch(line -> line.startsWith("WARN ") || line.startsWith("\tat "));
    }

    @Test
    void whoAsksForTheLogSeesIt() throws Exception {
        assertThat(failedBackup("info")).anyMatch(line -> line.startsWith("WARN io.codeb.run"));
    }
}
