package io.codeb.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An {@link Operator}, as whoever has started it sees it. */
final class OperatorProcess implements AutoCloseable {
    private static final String NO_MORE = "";

    private final Process process;
    private final Duration longest;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final List<String> words = new ArrayList<>();
    private List<Integer> calls = List.of();
    private boolean killed;

    /** How it has ended. */
    enum How {
        DONE,
        FAILED,
        KILLED,
        /** It does not end. */
        HANGS,
        /** It has thrown what is no error of the library's, or has ended without a word. */
        BROKEN
    }

    /** How it has ended, and what it said of that. */
    record End(How how, String words) {}

    /**
     * Starts it.
     *
     * @param directory for its temporary files and its log
     * @param archive what all of them load alike; made by the first
     * @param longest when it says nothing for so long it hangs
     */
    OperatorProcess(Order order, Path directory, Path archive, Duration longest) {
        this.longest = longest;
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive,
                "-Xshare:auto",
                "-Xlog:disable",
                "-Djava.io.tmpdir=" + temporary(directory),
                "-cp",
                System.getProperty("java.class.path"),
                Operator.class.getName()));
        command.addAll(order.words());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()));
        builder.environment().put("TMPDIR", temporary(directory).toString());
        try {
            Files.createDirectories(temporary(directory));
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(() -> read(directory.resolve("log")), "operator-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    private void read(Path log) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Operator.SAYS)) {
                    said.add(line.substring(Operator.SAYS.length()));
                } else {
                    Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            said.add(NO_MORE);
        }
    }

    /** The next thing that it says; empty when it says no more, or nothing for too long. */
    private Optional<String> next() {
        try {
            return Optional.ofNullable(said.poll(longest.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits until it is where it is struck. Whether it ever is; else its end can be asked for. */
    boolean awaitReached() {
        Optional<String> next = next();
        next.ifPresent(words::add);
        return next.filter(Operator.REACHED::equals).isPresent();
    }

    /** Waits, but not for longer than it lives. Whether it has ended. */
    boolean hasEndedWithin(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Lets it go on that waits. */
    void goOn() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended meanwhile.
        }
    }

    void kill() {
        killed = true;
        process.toHandle().destroyForcibly();
    }

    /** Waits until it has ended, and answers how. What hangs is killed. */
    End awaitEnd() {
        while (!words.contains(NO_MORE)) {
            Optional<String> next = next();
            if (next.isEmpty()) {
                process.toHandle().destroyForcibly();
                return new End(How.HANGS, "it has said nothing for " + longest.toSeconds() + " s");
            }
            words.add(next.get());
        }
        if (!hasEndedWithin(longest.toMillis())) {
            return new End(How.HANGS, "it does not end, though it has said so");
        }
        for (String word : words) {
            if (word.startsWith(Operator.CALLS)) {
                calls = Stream.of(word.substring(Operator.CALLS.length()).split(" "))
                        .map(Integer::valueOf)
                        .toList();
            } else if (word.startsWith(Operator.DONE)) {
                return new End(How.DONE, word.substring(Operator.DONE.length()));
            } else if (word.startsWith(Operator.FAILED)) {
                return new End(How.FAILED, word.substring(Operator.FAILED.length()));
            } else if (word.startsWith(Operator.BROKEN)) {
                return new End(How.BROKEN, word.substring(Operator.BROKEN.length()));
            }
        }
        return killed
                ? new End(How.KILLED, "")
                : new End(How.BROKEN, "it has ended with " + process.exitValue() + " and without a word");
    }

    /** How many commands, and how many calls of the storage, it has made; empty before its end. */
    List<Integer> calls() {
        return calls;
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
