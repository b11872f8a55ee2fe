package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.provider.ProviderConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * An application with CodeB in it, which needs no database: it uses all that CodeB starts and loads, and ends. Run
 * where nothing else of CodeB is: in a class loader of its own, or in a JVM of its own.
 */
public final class GuestApplication implements Function<String, String> {
    private static final ServerVersion VERSION = new ServerVersion("1.0", 1, 0);

    /** Takes the directory for backups, and answers what went on in one line. */
    @Override
    public String apply(String directory) {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(Path.of(directory)).zstd(3, 1))
                .engine(new Notes())
                .listener(event -> {})
                .project(Project.of("notes", "shop").server("localhost", 1))
                .project(Project.postgresql("elsewhere").server("localhost", 1).password(Secret.of("none")))
                .build()) {
            BackupResult backup = codeb.backups().run("shop");
            boolean whole = codeb.catalog().verify(backup.ref()).ok();
            codeb.restores().run(RestoreRequest.of(backup.ref()));
            return "backed up " + backup.manifest().rawSize() + " bytes, whole " + whole + ", elsewhere "
                    + inspected(codeb);
        }
    }

    /** There is no server; what would talk to it is loaded, and must not register itself as a JDBC driver. */
    private static String inspected(CodeB codeb) {
        try {
            return codeb.databases().inspect("elsewhere").toString();
        } catch (CodeBException e) {
            return "unknown";
        }
    }

    /** Runs it once and prints its line. */
    public static void main(String[] arguments) {
        System.out.println(new GuestApplication().apply(arguments[0]));
    }

    /** A database of one note. */
    private static final class Notes implements DatabaseEngineProvider, DatabaseEngine {
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
            return this;
        }

        @Override
        public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
            throw new AssertionError("nobody asked for that");
        }

        @Override
        public List<String> check(DatabaseTarget target, Cancellation cancellation) {
            return List.of();
        }

        @Override
        public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
            try (EntrySink sink = output.open(EntrySpec.of("notes.txt", EntryKind.DUMP))) {
                sink.write(ByteBuffer.wrap("a note\n".repeat(100_000).getBytes(UTF_8)));
                sink.rows(1);
                sink.finish();
            }
            return DumpFacts.of(
                    new Manifest.EngineFacts(id(), "notes", VERSION, "none", Facts.NONE),
                    Selection.EVERYTHING,
                    new Manifest.DatabaseSummary(target.database(), 1));
        }

        @Override
        public RestoreFacts restore(
                DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
            try (ByteSource source = input.open(input.entries().get(0))) {
                Transfer.all(source, new NullSink(), cancellation, bytes -> {});
            }
            return RestoreFacts.of(VERSION, List.of());
        }
    }
}
