package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.error.CodeBException;
import io.codeb.model.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A backup in a process of its own, that waits in the middle of its upload, or when its manifest is about to become
 * visible, until it is told to go on, and then says how it has ended. It can be stopped and killed meanwhile.
 */
final class HeldBackup implements AutoCloseable {
    private static final String UPLOADING = "uploading";
    private static final String DONE = "done";

    /** Enough that a storage has got parts of it. */
    private static final long HELD_AFTER = 10L << 20;

    private final Process process;
    private final BufferedReader says;

    private HeldBackup(Process process) {
        this.process = process;
        this.says = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** Where a backup waits. */
    enum Point {
        IN_ITS_UPLOAD,
        /** The lock has been looked at; and nothing that is written can be deleted again, as when it is killed next. */
        AT_ITS_MANIFEST
    }

    /** Where the backups are, in words that fit a command line. */
    record Storage(String uri, String endpoint) {
        static Storage directory(Path directory) {
            return new Storage(BackupRepository.at(directory).location().toString(), "");
        }

        BackupRepository repository() {
            BackupRepository repository = BackupRepository.at(uri);
            return endpoint.isEmpty()
                    ? repository
                    : repository
                            .option("endpoint", endpoint)
                            .secret("access-key", Secret.of("AK"))
                            .secret("secret-key", Secret.of("SK"));
        }
    }

    /**
     * Begins it, and waits until it is there.
     *
     * @param late a file that says how many seconds late it is by the process's clock
     */
    static HeldBackup start(Point point, StuckRun.Place place, Storage storage, String database, Path late)
            throws IOException {
        HeldBackup held = new HeldBackup(new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldBackup.class.getName(),
                        place.runtime(),
                        place.socket(),
                        place.container(),
                        storage.uri(),
                        storage.endpoint(),
                        database,
                        late.toString(),
                        point.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        String first = held.says.readLine();
        if (!UPLOADING.equals(first)) {
            held.close();
            throw new AssertionError("instead of uploading: " + first);
        }
        return held;
    }

    /** Stops the process wherever it is; whoever stops it knows that it stands. */
    void stop() throws IOException, InterruptedException {
        signal("STOP");
        Path state = Path.of("/proc", Long.toString(process.pid()), "stat");
        Aftermath.eventually(
                () -> {
                    try {
                        String stat = Files.readString(state);
                        return stat.charAt(stat.lastIndexOf(')') + 2);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                'T');
    }

    /** Wakes it up, and lets the upload go on. */
    String goOn() throws IOException, InterruptedException {
        process.getOutputStream().close();
        signal("CONT");
        String end = says.readLine();
        process.waitFor();
        return end;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill ended with " + status);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) {
        StuckRun.Place place = new StuckRun.Place(args[0], args[1], args[2]);
        CodeB.Builder builder =
                CodeB.builder().clock(new LateClock(Path.of(args[6]))).project(place.project(args[5]));
        if (Point.valueOf(args[7]) == Point.IN_ITS_UPLOAD) {
            builder.codec(new HoldingCodec(HELD_AFTER, HeldBackup::hold))
                    .repository(new Storage(args[3], args[4]).repository().codec(HoldingCodec.HELD, Map.of()));
        } else {
            builder.storage(new HoldingStorageProvider(HeldBackup::hold))
                    .repository(new Storage(HoldingStorageProvider.HELD + args[3], args[4]).repository());
        }
        try (CodeB codeb = builder.build()) {
            codeb.backups().run("shop");
            System.out.println(DONE);
        } catch (CodeBException e) {
            System.out.println(e.code() + ": " + e.getMessage() + ": " + e.hint());
        }
    }

    /** The system's clock, and as many seconds later as a file says. */
    static final class LateClock extends Clock {
        private final Path file;

        LateClock(Path file) {
            this.file = file;
        }

        @Override
        public Instant instant() {
            try {
                return Instant.now().plus(Duration.ofSeconds(Long.parseLong(Files.readString(file))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Says that it is there, and waits until this process's input has ended. */
    private static void hold() {
        System.out.println(UPLOADING);
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
