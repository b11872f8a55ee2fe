package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.model.Content;
import io.codeb.model.TableRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever PostgreSQL holds comes back as it was. */
class RoundTripIT {
    private static final String EVERYTHING = "everything";
    private static final Set<Integer> MADE = new HashSet<>();

    @TempDir
    Path directory;

    private CodeB codeb(Project... projects) {
        CodeB.Builder builder = CodeB.builder().repository(BackupRepository.at(directory));
        for (Project project : projects) {
            builder.project(project);
        }
        return builder.build();
    }

    /** A copy of what the scripts make, which run but once. */
    private static Project everything(int major) {
        PostgresServer server = PostgresServer.shared(major);
        if (MADE.add(major)) {
            server.createDatabase(EVERYTHING);
            server.load(EVERYTHING, "everything.sql");
            if (major >= 14) {
                server.load(EVERYTHING, "everything-14.sql");
            }
        }
        Project project = server.project();
        server.sql("postgres", "CREATE DATABASE " + project.database() + " TEMPLATE " + EVERYTHING);
        return project;
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void everyKindOfObjectComesBackAsItWas(int major) {
        PostgresServer server = PostgresServer.shared(major);
        Project project = everything(major);
        try (CodeB codeb = codeb(project)) {
            BackupResult backup = codeb.backups().run("shop");
            assertThat(codeb.catalog().verify(backup.id()).problems()).isEmpty();
            String copy = project.database() + "_copy";
            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup.id()).into(copy));
            assertThat(restored.tables()).isEqualTo(backup.manifest().tables());
            assertThat(server.content(copy)).isEqualTo(server.content(project.database()));
        }
    }

    @ParameterizedTest
    @CsvSource({"13,13", "15,15", "17,17", "18,18", "13,18", "15,17"})
    void whatIsReadInPiecesComesBackAsItWas(int from, int to) {
        PostgresServer server = PostgresServer.shared(from);
        PostgresServer target = PostgresServer.shared(to);
        Project project = everything(from).option("bulk-table", "0").option("piece", "1");
        server.sql(
                project.database(),
                "CREATE TABLE long_one AS SELECT g, repeat(md5(g::text), 8) AS v FROM generate_series(1, 20000) g");
        Project other = Project.postgresql("staging")
                .container(target.container().getContainerId())
                .runtime(PostgresServer.runtime())
                .user(PostgresServer.USER)
                .password(io.codeb.model.Secret.of(PostgresServer.PASSWORD));
        try (CodeB codeb = codeb(project, other)) {
            BackupResult backup = codeb.backups().run(BackupRequest.of("shop").parallel());
            String copy = project.database() + "_from_pieces";
            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.of(backup.id()).onProject("staging").into(copy));

            assertThat(backup.manifest().tables())
                    .isEqualTo(codeb.backups()
                            .run(BackupRequest.of("shop").sql())
                            .manifest()
                            .tables());
            long pieces = backup.manifest().entries().stream()
                    .filter(entry -> "long_one".equals(entry.attributes().get("table")))
                    .count();
            assertThat(pieces).isEqualTo(from < 14 ? 1 : pieces).isPositive();
            assertThat(restored.tables()).isEqualTo(backup.manifest().tables());
            if (from == to) {
                assertThat(target.contentInAnyOrder(copy)).isEqualTo(server.contentInAnyOrder(project.database()));
            }
        }
    }

    @Test
    void theManifestCountsEveryRowAndNoFalseOne() {
        Project project = everything(15);
        try (CodeB codeb = codeb(project)) {
            List<TableRows> tables = codeb.backups().run("shop").manifest().tables();
            assertThat(tables)
                    .contains(
                            new TableRows("public", "no_columns", 3),
                            new TableRows("public", "nothing_in_it", 0),
                            new TableRows("public", "one_empty_text", 6),
                            new TableRows("public", "guarded", 2),
                            new TableRows("public", "parent", 1),
                            new TableRows("public", "child", 2),
                            new TableRows("select", "from", 2),
                            new TableRows("쇼핑", "주문", 5),
                            new TableRows("we\"ird $(x) 'name'", "we\"ird $(x) 'name'", 7),
                            new TableRows("public", "with.dot; and -- comment", 2))
                    .noneMatch(table -> table.name().equals("fake"));
            assertThat(tables.stream()
                            .filter(table -> table.name().startsWith("measured"))
                            .mapToLong(TableRows::rows)
                            .sum())
                    .isEqualTo(100);
        }
    }

    @ParameterizedTest
    @CsvSource({"13,15", "13,18", "15,17", "17,18"})
    void aBackupRestoresOnANewerServer(int from, int to) {
        Project source = everything(from);
        PostgresServer target = PostgresServer.shared(to);
        Project other = Project.postgresql("staging")
                .container(target.container().getContainerId())
                .runtime(PostgresServer.runtime())
                .user(PostgresServer.USER)
                .password(io.codeb.model.Secret.of(PostgresServer.PASSWORD));
        try (CodeB codeb = codeb(source, other)) {
            BackupResult backup = codeb.backups().run("shop");
            String copy = source.database() + "_from_" + from;
            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.of(backup.id()).onProject("staging").into(copy));
            assertThat(restored.tables()).isEqualTo(backup.manifest().tables());
            assertThat(restored.server().major()).isEqualTo(to);
            for (String table : List.of("every_type", "measured", "large_values")) {
                String digest =
                        "SELECT md5(string_agg(t::text, ',' ORDER BY t::text COLLATE \"C\")) FROM " + table + " t";
                assertThat(target.sql(copy, digest))
                        .isEqualTo(PostgresServer.shared(from).sql(source.database(), digest));
            }
        }
    }

    @Test
    void definitionsAloneAndRowsAloneMakeTheWhole() {
        PostgresServer server = PostgresServer.shared(15);
        Project project = server.project();
        server.createDatabase(project.database());
        server.sql(
                project.database(),
                "CREATE TABLE a (id serial PRIMARY KEY, t text); CREATE TABLE b (a int REFERENCES a);"
                        + " INSERT INTO a (t) SELECT 'row ' || g FROM generate_series(1, 100) g; INSERT"
                        + " INTO b VALUES (7);");
        try (CodeB codeb = codeb(project)) {
            BackupResult schema = codeb.backups().run(BackupRequest.of("shop").schemaOnly());
            BackupResult rows = codeb.backups().run(BackupRequest.of("shop").dataOnly());
            assertThat(schema.manifest().selection().content()).isEqualTo(Content.SCHEMA_ONLY);
            assertThat(schema.manifest().tables()).isEmpty();
            assertThat(rows.manifest().totalRows()).isEqualTo(101);
            String copy = project.database() + "_copy";
            codeb.restores().run(RestoreRequest.of(schema.id()).into(copy));
            codeb.restores().run(RestoreRequest.of(rows.id()).into(copy).intoExisting());
            assertThat(server.content(copy)).isEqualTo(server.content(project.database()));
        }
    }

    @Test
    void chosenTablesComeBackWithTheirPartitionsAndWithoutTheOthers() {
        PostgresServer server = PostgresServer.shared(15);
        Project project = everything(15);
        try (CodeB codeb = codeb(project)) {
            BackupResult backup = codeb.backups()
                    .run(BackupRequest.of("shop")
                            .tables("measured", "\"쇼핑\".*", "\"we\"\"ird $(x) 'name'\".*")
                            .withoutTables("measured_rest")
                            .options("--no-comments"));
            assertThat(backup.manifest().tables())
                    .extracting(TableRows::name)
                    .containsExactly(
                            "measured_2025", "measured_2026_0", "measured_2026_1", "we\"ird $(x) 'name'", "주문");
            String copy = project.database() + "_some";
            server.createDatabase(copy);
            server.sql(
                    copy,
                    "CREATE SCHEMA \"쇼핑\"; CREATE SCHEMA \"we\"\"ird $(x) 'name'\";"
                            + " CREATE EXTENSION pg_trgm SCHEMA \"쇼핑\"");
            RestoreResult restored = codeb.restores()
                    .run(RestoreRequest.of(backup.id()).into(copy).intoExisting());
            assertThat(restored.tables()).isEqualTo(backup.manifest().tables());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"we\"ird $(x) 'name'", "select", "한국어 데이터베이스", "a=b host=nowhere", "-oops", "postgres://x"})
    void aDatabaseMayHaveAnyName(String name) {
        PostgresServer server = PostgresServer.shared(15);
        server.createDatabase(name);
        server.sql(name, "CREATE TABLE t AS SELECT g FROM generate_series(1, 10) g");
        try (CodeB codeb = codeb(server.project(name))) {
            BackupResult backup = codeb.backups().run(BackupRequest.of("shop").withGlobals());
            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup.id()).replacing(Duration.ZERO));
            assertThat(restored.database()).isEqualTo(name);
            assertThat(server.sql(name, "SELECT count(*) FROM t")).isEqualTo("10");
        } finally {
            server.sql("postgres", "DROP DATABASE \"" + name.replace("\"", "\"\"") + "\"");
        }
    }

    /** As PostGIS does with its table of reference systems: rows come with it, and users add some of their own. */
    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void rowsThatComeWithAnExtensionAreNoDifference(int major) {
        PostgresServer server = PostgresServer.shared(major);
        server.install("codeb_filled.control", "default_version = '1.0'\nrelocatable = false\nschema = public\n");
        server.install("codeb_filled--1.0.sql", """
                CREATE TABLE filled (a int PRIMARY KEY, own bool);
                INSERT INTO filled SELECT g, false FROM generate_series(1, 50) g;
                SELECT pg_catalog.pg_extension_config_dump('filled', 'WHERE own');
                """);
        Project project = server.project();
        server.createDatabase(project.database());
        server.sql(
                project.database(),
                "CREATE EXTENSION codeb_filled; INSERT INTO filled VALUES (100, true), (101, true);"
                        + " CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb(project)) {
            BackupResult backup = codeb.backups().run("shop");
            assertThat(backup.manifest().tables())
                    .containsExactly(new TableRows("public", "filled", 2), new TableRows("public", "t", 1));
            String copy = project.database() + "_copy";
            RestoreRequest request = RestoreRequest.of(backup.id()).into(copy);
            RestoreResult restored = codeb.restores().run(request);
            assertThat(restored.tables())
                    .containsExactly(new TableRows("public", "filled", 52), new TableRows("public", "t", 1));
            assertThat(restored.notices()).isEmpty();
            server.sql("postgres", "DROP DATABASE " + copy);
            server.createDatabase(copy);
            assertThat(codeb.restores().run(request.intoExisting()).totalRows()).isEqualTo(53);
        }
    }
}
