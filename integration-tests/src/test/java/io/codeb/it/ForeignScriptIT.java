package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.Repository;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts that CodeB did not write do to a real server, and what they must not do. */
class ForeignScriptIT {
    private static final String ROWS = "SELECT count(*) FROM orders";

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.run("createdb", "--maintenance-db=postgres", "shop");
        server.run("createdb", "--maintenance-db=postgres", "bystander");
        sql("bystander", "CREATE TABLE precious (id integer)");
        sql("shop", "CREATE TABLE orders (id integer PRIMARY KEY, note text)");
        sql("shop", "INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(1, 100) i");
        sql("shop", "ALTER DATABASE shop SET timezone = 'Asia/Seoul'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void othersAreAsBefore() {
        assertThat(sql("bystander", "SELECT count(*) FROM precious")).isEqualTo("0");
        assertThat(sql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'made%'"))
                .isEqualTo("0");
        server.run("dropdb", "--maintenance-db=postgres", "--if-exists", "copy");
        assertThat(databases()).containsExactlyInAnyOrder("postgres", "shop", "bystander");
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static Set<String> databases() {
        return sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate")
                .lines()
                .collect(Collectors.toSet());
    }

    private RestoreResult restore(String script) {
        try {
            Path file = Files.writeString(directory.resolve("foreign.sql"), script);
            Project project = server.project("shop");
            try (CodeB codeb = CodeB.builder()
                    .repository(Repository.at(directory.resolve("backups")))
                    .project(project)
                    .build()) {
                return codeb.restores()
                        .run(RestoreRequest.ofFile(file).onProject("shop").into("copy"));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CodeBException refused(String script, ErrorCode code) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, () -> restore(script));
        assertThat(failure).as(script).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(databases()).doesNotContain("copy");
        return failure;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP DATABASE IF EXISTS bystander;\nCREATE DATABASE bystander;\nCREATE TABLE t (id integer);\n",
                "ALTER DATABASE bystander SET search_path = nowhere;\nCREATE TABLE t (id integer);\n",
                "CREATE TABLE t (id integer);\nCREATE ROLE made_by_script;\n",
                "CREATE TABLE t (id integer);\nDO $$ BEGIN CREATE ROLE made_by_script; END $$;\n",
                "CREATE TABLE t (id integer);\nSELECT pg_reload_conf();\n",
            })
    void whatReachesBeyondTheDatabaseIsRefusedBeforeItIsRun(String script) {
        refused(script, ErrorCode.DUMP_UNSAFE);
    }

    @Test
    void aTransactionThatIsLeftOpenIsNoRestore() {
        String script = "BEGIN;\nCREATE TABLE t (id integer);\nCOPY t FROM stdin;\n1\n2\n\\.\n";

        assertThat(refused(script, ErrorCode.TRUNCATED)).hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--create", "--create --clean", "--create --clean --if-exists", "--create --inserts"})
    void aDumpThatMakesItsDatabaseFillsTheNameThatIsAskedFor(String options) {
        String dump = server.run("pg_dump", ("-d shop " + options).split(" ", -1));

        restore(dump);

        assertThat(sql("copy", ROWS)).isEqualTo("100");
        assertThat(sql("copy", "SHOW timezone")).isEqualTo("Asia/Seoul");
        assertThat(sql("shop", ROWS)).isEqualTo("100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "--clean", "--clean --if-exists", "--schema=public", "--schema=public --clean", "--inserts"})
    void dumpsOfAllFormsAreRestored(String options) {
        String dump = server.run("pg_dump", ("-d shop " + options).strip().split(" ", -1));

        restore(dump);
        server.run("dropdb", "--maintenance-db=postgres", "copy");
        restore("\uFEFF"
                + dump.replace("SET lock_timeout = 0;\n", "SET lock_timeout = 0;\nSET transaction_timeout = 0;\n")
                        .replace("\n", "\r\n"));

        assertThat(sql("copy", ROWS)).isEqualTo("100");
    }

    @Test
    void aDumpOfAllDatabasesIsToldApartAndNothingOfItIsRun() {
        String dump = server.run("pg_dumpall", "-l", "postgres", "--clean")
                .replace("-- Roles\n--\n", "-- Roles\n--\n\nCREATE ROLE made_by_script;\n");

        assertThat(refused(dump, ErrorCode.DUMP_UNRECOGNIZED))
                .hasMessageContaining("bystander")
                .hasMessageContaining("shop");
    }

    @Test
    void theGlobalsOfAServerAreNoDatabase() {
        assertThat(refused(server.run("pg_dumpall", "-l", "postgres", "--globals-only"), ErrorCode.DUMP_UNRECOGNIZED))
                .hasMessageContaining("globals");
    }

    @Test
    void messagesOfPgDumpAreLeftOutWhereverTheyStand() {
        String messages = "pg_dump: warning: it's \"odd\"\npg_dump: hint: (none\n";
        String dump = server.run("pg_dump", "-d", "shop");
        List<String> dumps = List.of(
                messages + dump,
                dump + messages.strip(),
                dump.replace("SET client_min_messages", messages + "SET client_min_messages"),
                messages.replace("\n", "\r\n") + dump.replace("\n", "\r\n"));
        for (String mixed : dumps) {
            RestoreResult restored = restore(mixed);

            assertThat(sql("copy", ROWS)).isEqualTo("100");
            assertThat(restored.notices()).extracting(Notice::id).containsExactly("left-out", "left-out");
            assertThat(restored.notices().get(0).message()).contains("it's \"odd\"");
            server.run("dropdb", "--maintenance-db=postgres", "copy");
        }
    }

    @Test
    void messagesOfPgDumpAloneAreNoDump() {
        assertThat(refused("pg_dump: error: connection to server failed: refused\n", ErrorCode.DUMP_UNRECOGNIZED))
                .hasMessageContaining("connection to server failed");
    }
}
