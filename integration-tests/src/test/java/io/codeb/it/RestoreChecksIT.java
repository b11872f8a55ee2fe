package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restore looks at before it does anything, and what its caller can say about it. */
class RestoreChecksIT {
    private static final String NEEDY = """
            CREATE TABLE stock (id integer);
            ALTER TABLE stock OWNER TO no_such_owner;
            GRANT SELECT ON TABLE stock TO no_such_reader;
            COPY stock (id) FROM stdin;
            1
            2
            \\.
            """;

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        sql("postgres", "CREATE ROLE keeper");
        sql("postgres", "CREATE ROLE stranger");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        server.run("dropdb", "--maintenance-db=postgres", "--if-exists", "copy");
        assertThat(databases()).containsExactly("postgres");
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static Set<String> databases() {
        return sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate")
                .lines()
                .collect(Collectors.toSet());
    }

    private CodeB codeb() {
        Project project = server.project("source");
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("backups")))
                .project(project)
                .build();
    }

    private RestoreResult restore(RestoreRequest request) {
        try (CodeB codeb = codeb()) {
            return codeb.restores().run(request.onProject("shop").into("copy"));
        }
    }

    private RestoreResult restoreFile(String script, UnaryOperator<RestoreRequest> words) {
        try {
            return restore(
                    words.apply(RestoreRequest.ofFile(Files.writeString(directory.resolve("foreign.sql"), script))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CodeBException refused(ErrorCode code, Runnable restore) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, restore::run);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(databases()).doesNotContain("copy");
        return failure;
    }

    private static String ownerOfStock() {
        return sql("copy", "SELECT relowner::regrole FROM pg_class WHERE relname = 'stock'");
    }

    @Test
    void allThatAServerLacksForAFileIsToldAtOnce() {
        String script = "CREATE EXTENSION no_such_extension;\n" + NEEDY;

        CodeBException failure = refused(ErrorCode.TARGET_LACKS, () -> restoreFile(script, words -> words));

        assertThat(failure)
                .hasMessageContaining("no_such_owner")
                .hasMessageContaining("no_such_reader")
                .hasMessageContaining("no_such_extension");
        assertThat(failure.hint()).contains("withoutOwners()", "withoutPrivileges()", "mapRole");
    }

    @Test
    void withoutOwnersAndPrivilegesRolesAreNotNeeded() {
        RestoreResult result = restoreFile(NEEDY, words -> words.withoutOwners().withoutPrivileges());

        assertThat(result.totalRows()).isEqualTo(2);
        assertThat(ownerOfStock()).isEqualTo(HostPostgres.USER);
    }

    @Test
    void aRoleCanStandInForAnother() {
        restoreFile(NEEDY, words -> words.mapRole("no_such_owner", "keeper").mapRole("no_such_reader", "stranger"));

        assertThat(ownerOfStock()).isEqualTo("keeper");
        assertThat(sql("copy", "SELECT has_table_privilege('stranger', 'stock', 'SELECT')"))
                .isEqualTo("t");
    }

    @Test
    void whatABackupNeedsIsCheckedToo() {
        BackupId backup = backupOfWhatTheDepartedOwned();

        CodeBException failure = refused(ErrorCode.TARGET_LACKS, () -> restore(RestoreRequest.of(backup)));
        assertThat(failure).hasMessageContaining("departed").hasMessageNotContaining("keeper");

        restore(RestoreRequest.of(backup).withoutOwners());
        assertThat(ownerOfStock()).isEqualTo(HostPostgres.USER);
        server.run("dropdb", "--maintenance-db=postgres", "copy");
        restore(RestoreRequest.of(backup).mapRole("departed", "keeper"));
        assertThat(ownerOfStock()).isEqualTo("keeper");
    }

    private BackupId backupOfWhatTheDepartedOwned() {
        sql("postgres", "CREATE ROLE departed");
        server.run("createdb", "--maintenance-db=postgres", "source");
        sql("source", "CREATE TABLE stock (id integer)");
        sql("source", "ALTER TABLE stock OWNER TO departed");
        sql("source", "GRANT SELECT ON stock TO keeper");
        try (CodeB codeb = codeb()) {
            return codeb.backups().run("shop").id();
        } finally {
            server.run("dropdb", "--maintenance-db=postgres", "source");
            sql("postgres", "DROP ROLE departed");
        }
    }

    @Test
    void ofADumpOfAllDatabasesOneIsChosenByName() {
        server.run("createdb", "--maintenance-db=postgres", "first");
        server.run("createdb", "--maintenance-db=postgres", "second");
        String dump;
        try {
            sql("first", "CREATE TABLE one (id integer)");
            sql("second", "CREATE TABLE two (id integer)");
            dump = server.run("pg_dumpall", "-l", "postgres");
        } finally {
            server.run("dropdb", "--maintenance-db=postgres", "first");
            server.run("dropdb", "--maintenance-db=postgres", "second");
        }

        CodeBException failure = catchThrowableOfType(CodeBException.class, () -> restoreFile(dump, words -> words));
        assertThat(failure).hasMessageContaining("first").hasMessageContaining("second");

        restoreFile(dump, words -> words.fromDatabase("second"));
        assertThat(sql("copy", "SELECT string_agg(relname, ',') FROM pg_class WHERE relname IN ('one', 'two')"))
                .isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"custom", "tar"})
    void anArchiveIsLookedThroughLikeAScript(String format) throws IOException {
        server.run("createdb", "--maintenance-db=postgres", "source");
        Path archive = directory.resolve("foreign.archive");
        try {
            sql("postgres", "CREATE ROLE departed");
            sql("source", "CREATE TABLE stock (id integer)");
            sql("source", "ALTER TABLE stock OWNER TO departed");
            Files.write(archive, server.runBytes("pg_dump", "-d", "source", "--format=" + format));
        } finally {
            server.run("dropdb", "--maintenance-db=postgres", "source");
            sql("postgres", "DROP ROLE departed");
        }

        CodeBException failure = refused(ErrorCode.TARGET_LACKS, () -> restore(RestoreRequest.ofFile(archive)));
        assertThat(failure).hasMessageContaining("departed");
        restore(RestoreRequest.ofFile(archive).withoutOwners());
        assertThat(ownerOfStock()).isEqualTo(HostPostgres.USER);
    }

    @Test
    void aDumpThatSaysHowItsDatabaseWasMadeGetsOneLikeIt() {
        String script = """
                CREATE DATABASE latin WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'C';
                \\connect latin
                CREATE TABLE stock (id integer);
                """;

        restoreFile(script, words -> words);

        assertThat(sql("copy", "SHOW server_encoding")).isEqualTo("LATIN1");
    }

    @Test
    void aLocaleThatTheServerLacksIsToldAndNotKept() {
        String script = """
                CREATE DATABASE klingon WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'tlh_QO.utf8';
                \\connect klingon
                CREATE TABLE stock (id integer);
                """;

        RestoreResult result = restoreFile(script, words -> words);

        assertThat(result.notices()).anySatisfy(notice -> {
            assertThat(notice.id()).isEqualTo("locale-not-kept");
            assertThat(notice.message()).contains("tlh_QO");
        });
    }
}
