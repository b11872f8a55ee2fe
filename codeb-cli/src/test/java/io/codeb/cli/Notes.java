package io.codeb.cli;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import io.codeb.model.Selection;
import io.codeb.model.ServerDatabase;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A kind of database that is a file, with the database's name, in the directory of the option {@code directory}.
 * A file {@code stuck} there keeps each dump from its end, until it is gone or the dump is cancelled.
 */
public final class Notes implements DatabaseEngineProvider {
    @Override
    public String id() {
        return "notes";
    }

    @Override
    public int defaultPort() {
        return 7;
    }

    @Override
    public DatabaseEngine create(ProviderConfig config) {
        ConfigReader given = config.reader();
        Path directory = given.path("directory").orElse(Path.of("/nowhere"));
        given.requireNothingElse();
        return new Engine(directory);
    }

    private record Engine(Path directory) implements DatabaseEngine, ServerDatabases {
        private static final ServerVersion VERSION = new ServerVersion("7.0", 7, 0);

        @Override
        public String id() {
            return "notes";
        }

        @Override
        public Optional<ServerDatabases> databases() {
            return Optional.of(this);
        }

        @Override
        public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
            return DatabaseInfo.of("notes", VERSION, new Manifest.DatabaseSummary(target.database(), 52));
        }

        @Override
        public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
            try (EntrySink sink = output.open(EntrySpec.of("notes", EntryKind.DUMP))) {
                byte[] notes = Files.readAllBytes(directory.resolve(target.database()));
                sink.write(ByteBuffer.wrap(notes));
                if (Files.exists(directory.resolve("stuck"))) {
                    Files.writeString(directory.resolve("dumping"), "");
                    await(directory.resolve("stuck"), cancellation);
                }
                sink.rows(1);
                sink.finish();
            } catch (IOException e) {
                throw new EngineException(ErrorCode.DATABASE_NOT_FOUND, "there is no " + target.database(), "make it");
            }
            return DumpFacts.of(
                    new Manifest.EngineFacts("notes", "file", VERSION, "none", Facts.NONE),
                    Selection.EVERYTHING,
                    new Manifest.DatabaseSummary(target.database(), 52));
        }

        private static void await(Path file, Cancellation cancellation) {
            CountDownLatch cancelled = new CountDownLatch(1);
            Cancellation.Registration waking = cancellation.onCancel(cancelled::countDown);
            try {
                boolean ended = false;
                while (!ended && Files.exists(file)) {
                    ended = cancelled.await(20, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waking.close();
            }
            cancellation.throwIfCancelled();
        }

        @Override
        public RestoreFacts restore(
                DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
            Path file = directory.resolve(target.database());
            if (spec.mode() == RestoreMode.NEW && Files.exists(file)) {
                throw new EngineException(ErrorCode.DATABASE_EXISTS, target.database() + " is there", "replace it");
            }
            ByteBuffer content = ByteBuffer.allocate(10_000);
            for (EntryFacts entry : input.entries()) {
                try (ByteSource source = input.open(entry)) {
                    while (source.read(content) != ByteSource.END) {
                        input.progress(entry, 0);
                    }
                }
            }
            write(file, content.flip());
            return RestoreFacts.of(VERSION, List.of());
        }

        private static void write(Path file, ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            try {
                Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<ServerDatabase> list(ServerTarget server, Cancellation cancellation) {
            try (Stream<Path> files = Files.list(directory)) {
                return files.map(file -> ServerDatabase.of(file.getFileName().toString(), "me"))
                        .sorted(Comparator.comparing(ServerDatabase::name))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<ServerDatabase> find(ServerTarget server, String name, Cancellation cancellation) {
            return list(server, cancellation).stream()
                    .filter(database -> database.name().equals(name))
                    .findFirst();
        }

        @Override
        public ServerDatabase create(ServerTarget server, CreateSpec spec, Cancellation cancellation) {
            throw new AssertionError("nobody asked for that");
        }

        @Override
        public void drop(ServerTarget server, DropSpec spec, Cancellation cancellation) {
            throw new AssertionError("nobody asked for that");
        }
    }
}
