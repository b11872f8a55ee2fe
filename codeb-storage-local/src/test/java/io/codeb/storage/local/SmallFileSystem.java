package io.codeb.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A small file system in memory, mounted for one test. Needs root. */
final class SmallFileSystem implements AutoCloseable {
    private final Path point;

    SmallFileSystem(Path point, String options) throws IOException {
        this.point = point;
        run("mount", "-t", "tmpfs", "-o", options, "codeb-test", point.toString());
    }

    Path path() {
        return point;
    }

    long usableSpace() throws IOException {
        return Files.getFileStore(point).getUsableSpace();
    }

    void remount(String option) throws IOException {
        run("mount", "-o", "remount," + option, point.toString());
    }

    @Override
    public void close() throws IOException {
        run("umount", point.toString());
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        CompletableFuture<Process> ended = process.onExit();
        assertThat(ended.join().exitValue())
                .as("%s: %s", List.of(command), output)
                .isZero();
    }
}
