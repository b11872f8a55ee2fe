package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.images.builder.Transferable;

/**
 * A database with the extensions that people use most comes back equal: extensions fill tables of their own, and the
 * dump brings what was added to these.
 */
class ExtensionsIT {
    private static final String CONTROL = """
            comment = 'an extension with filled tables'
            default_version = '1.0'
            relocatable = false
            schema = public
            """;

    /** One table of which a dump has the rows that others have added, and one of which it has all. */
    private static final String SCRIPT = """
            CREATE TABLE probe_setting (name text PRIMARY KEY, value text, builtin boolean NOT NULL);
            INSERT INTO probe_setting SELECT 'setting ' || g, 'value ' || g, true FROM generate_series(1, 50) g;
            SELECT pg_catalog.pg_extension_config_dump('probe_setting', 'WHERE NOT builtin');
            CREATE TABLE probe_note (note text);
            SELECT pg_catalog.pg_extension_config_dump('probe_note', '');
            """;

    /** Every table and materialized view with its rows, those that belong to extensions among them. */
    private static final String ROWS = """
            SELECT string_agg(format('%s.%s %s', n.nspname, c.relname,
                (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %I.%I', n.nspname, c.relname),
                    false, true, '')))[1]), E'\\n' ORDER BY n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            """;

    private static final String VERSIONS =
            "SELECT string_agg(extname || ' ' || extversion || ' ' || nspname, E'\\n' ORDER BY extname)"
                    + " FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace";

    private static PostgresServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startAServerWithExtensions() {
        server = PostgresServer.start("postgres-extensions:17", "-c", "shared_preload_libraries=pg_stat_statements");
        String folder = server.sql("postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'") + "/extension/";
        server.container().copyFileToContainer(Transferable.of(CONTROL), folder + "codeb_probe.control");
        server.container().copyFileToContainer(Transferable.of(SCRIPT), folder + "codeb_probe--1.0.sql");
    }

    @AfterAll
    static void stopIt() {
        server.close();
    }

    private void comesBackEqual(UnaryOperator<RestoreRequest> how, String restored) {
        Project project = server.project();
        server.createDatabase(project.database());
        server.load(project.database(), "extensions.sql");
        server.sql(project.database(), "INSERT INTO probe_note VALUES ('mine')");
        String rows = server.sql(project.database(), ROWS);
        String versions = server.sql(project.database(), VERSIONS);
        String content = server.content(project.database());
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build()) {
            BackupResult backup = codeb.backups().run("shop");
            String database = codeb.restores()
                    .run(how.apply(RestoreRequest.of(backup.id())))
                    .database();
            assertThat(database).isEqualTo(restored.isEmpty() ? project.database() : restored);
            assertThat(server.sql(database, VERSIONS)).isEqualTo(versions);
            assertThat(server.sql(database, ROWS)).isEqualTo(rows);
            assertThat(server.content(database)).isEqualTo(content);
        }
    }

    @Test
    void aNewDatabaseHasTheRowsOfExtensionsAndTheOnesThatWereAdded() {
        comesBackEqual(request -> request.into("with_extensions"), "with_extensions");
    }

    @Test
    void aDatabaseThatIsReplacedHasThem() {
        comesBackEqual(request -> request.replacing(Duration.ZERO), "");
    }

    @Test
    void anEmptyDatabaseThatExistsGetsThem() {
        server.createDatabase("empty_one");
        comesBackEqual(request -> request.into("empty_one").intoExisting(), "empty_one");
    }
}
