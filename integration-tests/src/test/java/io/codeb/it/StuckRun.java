package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.ExportRequest;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A run that gets stuck half-way, in a process of its own that can be killed: a backup, or a restore. */
final class StuckRun {
    /** The database that a restore into an existing one aims at. */
    static final String EMPTY = "left_empty";

    private StuckRun() {}

    /** Where the database is, in words that fit a command line. */
    record Place(String runtime, String socket, String container) {
        Project project(String database) {
            return project("shop", database);
        }

        Project project(String name, String database) {
            return Project.postgresql(name)
                    .container(container)
                    .runtime(RuntimeConfig.of(runtime).withEndpoint(URI.create("unix://" + socket)))
                    .database(database)
                    .option("workers", "2")
                    .user(PostgresServer.USER)
                    .password(Secret.of(PostgresServer.PASSWORD));
        }
    }

    /** Begins it. */
    static Process start(Place place, Path repository, String database, String what) throws IOException {
        return ChildJvm.start(
                StuckRun.class,
                repository.resolveSibling(what + ".log"),
                place.runtime(),
                place.socket(),
                place.container(),
                repository.toString(),
                database,
                what);
    }

    public static void main(String[] args) {
        Place place = new Place(args[0], args[1], args[2]);
        try (CodeB codeb = CodeB.builder()
                .codec(codec(new CountDownLatch(1)))
                .repository(BackupRepository.at(Path.of(args[3])).codec(HoldingCodec.HELD, Map.of()))
                .project(place.project(args[4]))
                .build()) {
            switch (args[5]) {
                case "backup" -> codeb.backups().run("shop");
                case "replacing" ->
                    codeb.restores().run(script(new CountDownLatch(1)).replacing(Duration.ZERO));
                case "existing" ->
                    codeb.restores()
                            .run(script(new CountDownLatch(1)).into(EMPTY).intoExisting());
                case "load" ->
                    codeb.restores().run(RestoreRequest.of(newest(codeb)).replacing(Duration.ZERO));
                case "export" ->
                    codeb.catalog().export(newest(codeb), ExportRequest.plain(new Nowhere(new CountDownLatch(1))));
                default -> throw new IllegalArgumentException(args[5]);
            }
        }
    }

    private static BackupRef newest(CodeB codeb) {
        return codeb.catalog().latest("shop").orElseThrow().ref();
    }

    /** Takes nothing until somebody says so. */
    private static final class Nowhere extends OutputStream {
        private final CountDownLatch end;

        Nowhere(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public void write(int b) throws IOException {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /** The beginning of a script, behind which nothing comes until somebody says so, and then its end. */
    static RestoreRequest script(CountDownLatch end) {
        String begin = "CREATE TABLE half (a int, b text);\nCOPY half FROM stdin;\n" + "1\thalf\n".repeat(50_000);
        return RestoreRequest.ofStream(
                        "half.sql",
                        () -> new SequenceInputStream(
                                new ByteArrayInputStream(begin.getBytes(UTF_8)), new Nothing(end)))
                .onProject("shop");
    }

    private static final class Nothing extends InputStream {
        private final CountDownLatch end;

        Nothing(CountDownLatch end) {
            this.end = end;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
        }

        @Override
        public int read() throws IOException {
            try {
                end.await();
                return -1;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /** Holds every entry up behind its first bytes, until somebody says so. */
    static HoldingCodec codec(CountDownLatch end) {
        return new HoldingCodec(1, () -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
