package io.codeb.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.ExportRequest;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.VerifyReport;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A backup that an earlier version has written comes back, whatever this version writes. The backups lie in the test
 * resources, made once, on the oldest server, and are never made anew. A later format, or a feature of it, has one of
 * its own: a {@link Golden} here, and {@code -Dcodeb.golden.write=true} for one run, which makes what is missing.
 */
class GoldenBackupIT {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String SOURCE = "golden \"1\"";
    private static final int OLDEST = 13;

    /** All that matters of a database as lines, which depend on the database's settings too. */
    private static final String CONTENT = """
            SELECT line FROM (
                SELECT 1 AS part, id::bigint AS place, to_jsonb(i)::text AS line FROM items i
                UNION ALL SELECT 2, "SELECT", "SELECT" || ' ' || md5("a b") FROM "Küche ""1"" süd"."o'clock | SELECT \\ $(x)"
                WHERE "SELECT" % 100 = 0
                UNION ALL SELECT 3, n, tableoid::regclass || ' ' || at FROM parts
                UNION ALL SELECT 4, 0, 'numbers ' || last_value || ' ' || is_called FROM numbers
                UNION ALL SELECT 5, 0, 'items_id_seq ' || last_value FROM items_id_seq
                UNION ALL SELECT 6, 0, 'large object ' || encode(lo_get(4711), 'hex')
                UNION ALL SELECT 7, id, to_jsonb(name)::text FROM loud
                UNION ALL SELECT 8, 0, current_setting('TimeZone') || ' ' || current_setting('search_path')
                UNION ALL SELECT 9, 0, datconnlimit || ' ' || shobj_description(oid, 'pg_database') FROM pg_database
                WHERE datname = current_database()
                UNION ALL SELECT 10, 0, obj_description('items'::regclass)
                UNION ALL SELECT 11, 0, 'reader may read ' || has_table_privilege('golden_reader', 'items', 'SELECT')
                    || ', connect ' || has_database_privilege('golden_reader', current_database(), 'CONNECT')
                    || ', make schemas ' || has_database_privilege('golden_reader', current_database(), 'CREATE')
            ) lines ORDER BY part, place
            """;

    /** What is kept. All are of one script and hold the same. */
    enum Golden {
        FORMAT_1("format-1", false),
        FORMAT_1_CHECKSUMS("format-1-checksums", true);

        private final String name;
        private final boolean withChecksums;

        Golden(String name, boolean withChecksums) {
            this.name = name;
            this.withChecksums = withChecksums;
        }

        BackupRequest request() {
            BackupRequest request = BackupRequest.of("shop").withGlobals().label("made-for", "every later version");
            return withChecksums ? request.withChecksums() : request;
        }

        Set<String> requires() {
            return withChecksums ? Set.of("checksums") : Set.of();
        }

        Path directory() {
            return GOLDEN.resolve(name);
        }

        /** How many tables have checksums. */
        int checksums() {
            return withChecksums ? 4 : 0;
        }
    }

    @TempDir
    Path directory;

    @BeforeAll
    static void writeIfAskedTo() throws IOException {
        if (!Boolean.getBoolean("codeb.golden.write")) {
            return;
        }
        for (Golden golden : Golden.values()) {
            if (!Files.exists(golden.directory())) {
                write(golden);
            }
        }
    }

    private static void write(Golden golden) throws IOException {
        PostgresServer server = PostgresServer.shared(OLDEST);
        makeReader(server);
        server.sql(
                "postgres",
                "CREATE DATABASE " + SQL_SOURCE + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        server.load(SOURCE, "/golden/format-1.sql");
        server.sql("postgres", """
                ALTER DATABASE DB SET "TimeZone" = 'Asia/Seoul';
                ALTER DATABASE DB SET search_path = public, "Küche ""1"" süd";
                ALTER ROLE golden_reader IN DATABASE DB SET statement_timeout = '5s';
                ALTER DATABASE DB CONNECTION LIMIT 23;
                GRANT CREATE ON DATABASE DB TO golden_reader;
                COMMENT ON DATABASE DB IS 'kept for ever';
                """.replace("DB", SQL_SOURCE));
        try (CodeB codeb = codeb(golden.directory(), server.project(SOURCE))) {
            codeb.backups().run(golden.request());
        }
        assertThat(content(server, SOURCE)).isEqualTo(known());
        server.sql("postgres", "DROP DATABASE " + SQL_SOURCE);
    }

    private static String known() throws IOException {
        return Files.readString(GOLDEN.resolve("format-1.txt"));
    }

    private static final String SQL_SOURCE = "\"golden \"\"1\"\"\"";

    private static void makeReader(PostgresServer server) {
        server.sql(
                "postgres",
                "DO $$ BEGIN IF to_regrole('golden_reader') IS NULL THEN CREATE ROLE golden_reader; END IF; END $$");
    }

    private static CodeB codeb(Path repository, Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(repository))
                .project(project)
                .build();
    }

    private static String content(PostgresServer server, String database) {
        return server.psql(database, CONTENT) + "\n";
    }

    /** A copy, because nothing may ever be written to a golden backup. */
    private void copy(Golden golden) throws IOException {
        try (var files = Files.walk(golden.directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        directory.resolve(golden.directory().relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGoldenBackupIsListedAndWhole(Golden golden) throws IOException {
        copy(golden);
        try (CodeB codeb = codeb(directory, Project.postgresql("shop").server("127.0.0.1", 1))) {
            List<Backup> listed = codeb.catalog().list("shop");
            assertThat(listed).hasSize(1);
            Manifest manifest = listed.get(0).manifest();
            assertThat(manifest.formatVersion()).isEqualTo(1);
            assertThat(manifest.requires()).containsExactlyInAnyOrderElementsOf(golden.requires());
            assertThat(manifest.labels()).containsEntry("made-for", "every later version");
            assertThat(manifest.totalRows()).isEqualTo(3 + 500 + 10);
            VerifyReport report = codeb.catalog().verify(manifest.id());
            assertThat(report.problems()).isEmpty();
            assertThat(report.orphans()).isEmpty();

            ByteArrayOutputStream globals = new ByteArrayOutputStream();
            codeb.catalog().export(manifest.id(), new ExportRequest(EntryKind.GLOBALS, "none", globals));
            assertThat(globals.toString(UTF_8)).contains("CREATE ROLE golden_reader;");
        }
    }

    static Stream<Arguments> goldenOnEachServer() {
        return Stream.of(Golden.values())
                .flatMap(golden -> Stream.of(13, 15, 17, 18).map(major -> Arguments.of(golden, major)));
    }

    @ParameterizedTest
    @MethodSource("goldenOnEachServer")
    void aGoldenBackupComesBackOnEveryServer(Golden golden, int major) throws IOException {
        copy(golden);
        PostgresServer server = PostgresServer.shared(major);
        makeReader(server);
        Project project = server.project();
        try (CodeB codeb = codeb(directory, project)) {
            Manifest manifest = codeb.catalog().latest("shop").orElseThrow().manifest();

            RestoreResult restored = codeb.restores().run(RestoreRequest.of(manifest.id()));

            assertThat(restored.tables()).isEqualTo(manifest.tables());
            assertThat(restored.checksums()).isEqualTo(golden.checksums());
        }
        assertThat(content(server, project.database())).isEqualTo(known());
    }
}
