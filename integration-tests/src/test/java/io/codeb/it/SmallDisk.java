package io.codeb.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a given size, in memory, mounted for one test, and whatever is mounted on it. Needs root. */
public final class SmallDisk implements AutoCloseable {
    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /**
     * Mounts one.
     *
     * @param path where; made
     * @param size as mount's option {@code size}, with further options behind a comma
     */
    public static SmallDisk mount(Path path, String size) throws IOException {
        Files.createDirectories(path);
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "codeb-test", path.toString());
        return new SmallDisk(path);
    }

    public Path path() {
        return path;
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", "--recursive", path.toString());
    }
}
