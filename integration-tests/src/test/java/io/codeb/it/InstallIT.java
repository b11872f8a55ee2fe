package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dev/install, with the distribution that was built. */
class InstallIT {
    @TempDir
    Path directory;

    private record Said(int status, String text) {}

    private static Said run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private Said install(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("../dev/install", "--prefix", directory.toString()));
        all.addAll(List.of(words));
        return run(all.toArray(String[]::new));
    }

    @Test
    void whatIsInstalledRunsIsExplainedAndCompletedAndGoesAgain() throws Exception {
        assertThat(install("--built").status()).isZero();
        Said again = install("--built");
        assertThat(again.status()).as(again.text()).isZero();

        assertThat(run(directory.resolve("bin/codeb").toString(), "--version").text())
                .containsPattern("(?m)^codeb ");
        assertThat(directory.resolve("share/man/man1/codeb-db-backup.1")).isRegularFile();
        Said completed = run(
                "bash",
                "-c",
                "source \"$1\"; COMP_WORDS=(codeb db re) COMP_CWORD=2; _complete_codeb; echo \"${COMPREPLY[@]}\"",
                "bash",
                directory.resolve("share/bash-completion/completions/codeb").toString());
        assertThat(completed.text().strip()).isEqualTo("restore");

        assertThat(install("--remove").status()).isZero();
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(file -> !Files.isDirectory(file))).isEmpty();
        }
    }

    @Test
    void whatSomebodyElseHasInstalledIsLeftAlone() throws Exception {
        Path other = Files.writeString(
                Files.createDirectory(directory.resolve("bin")).resolve("codeb"), "another");

        Said installed = install("--built");
        Said removed = install("--remove");

        assertThat(installed.status()).isEqualTo(1);
        assertThat(removed.text()).contains("was not installed by this command");
        assertThat(Files.readString(other)).isEqualTo("another");
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(file -> !Files.isDirectory(file))).containsExactly(other);
        }
    }
}
