package io.codeb.deploy.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private static final int THREADS = 4;
    private static final int TIMES = 1000;

    @TempDir
    Path parent;

    @Test
    void whatIsBeingMadeIsTakenForDeadByNoOtherThreadOrProcess() throws Exception {
        Process other = child("make");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(() -> {
                    makeSome(parent);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
            assertEnded(other, 0);
        } finally {
            threads.shutdownNow();
            other.destroyForcibly();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void oneThatIsUsedKeepsItsLockWhileOthersAreMadeBesideIt() throws Exception {
        try (Scratch used = Scratch.in(parent);
                Scratch beside = Scratch.in(parent)) {
            assertThat(beside.directory()).isNotEqualTo(used.directory());

            assertEnded(child("lock", used.directory().resolve("lock").toString()), 1);
        }
    }

    @Test
    void whatADeadProcessHasLeftIsRemovedByTheNext() throws Exception {
        assertEnded(child("die"), 2);
        assertThat(left()).hasSize(1);

        try (Scratch next = Scratch.in(parent)) {
            assertThat(left()).containsExactly(next.directory());
        }
    }

    private static void makeSome(Path parent) throws IOException {
        for (int i = 0; i < TIMES; i++) {
            try (Scratch scratch = Scratch.in(parent)) {
                Files.createDirectories(scratch.directory().resolve("git/objects"));
                Files.createDirectory(scratch.directory().resolve("git/objects/info"));
            }
        }
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(parent.toRealPath())) {
            return files.filter(file -> file.getFileName().toString().startsWith("codeb-source-"))
                    .toList();
        }
    }

    private Process child(String... what) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                parent.toString()));
        command.addAll(List.of(what));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(parent.resolve("said").toFile())
                .start();
    }

    private void assertEnded(Process child, int status) throws Exception {
        try {
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(child.exitValue())
                    .as(Files.readString(parent.resolve("said")))
                    .isEqualTo(status);
        } finally {
            child.destroyForcibly();
        }
    }

    /** Ends with 0 when it could do what it was told to, with 1 when it could not, and with 2 when it died. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            Path parent = Path.of(args[0]);
            switch (args[1]) {
                case "make" -> makeSome(parent);
                case "lock" -> {
                    try (FileChannel channel = FileChannel.open(Path.of(args[2]), StandardOpenOption.WRITE);
                            FileLock held = channel.tryLock()) {
                        System.exit(held == null ? 1 : 0);
                    }
                }
                default -> {
                    Scratch left = Scratch.in(parent);
                    Files.writeString(left.directory().resolve("source"), "left");
                    Runtime.getRuntime().halt(2);
                }
            }
        }
    }
}
