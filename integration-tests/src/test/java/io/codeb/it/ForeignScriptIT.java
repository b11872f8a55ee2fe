package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Notice;
import io.codeb.model.Reach;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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

    private Path file(String script) {
        try {
            return Files.writeString(directory.resolve("foreign.sql"), script);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RestoreResult restore(String script) {
        return restore(RestoreRequest.ofFile(file(script)));
    }

    private RestoreResult restore(RestoreRequest request) {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("backups")))
                .project(server.project("shop"))
                .build()) {
            return codeb.restores().run(request.onProject("shop").into("copy"));
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
    void whatMayFailIsToldWithItsLine() {
        RestoreResult restored = restore("""
                -- first
                ALTER TABLE ONLY public.no_such DROP CONSTRAINT c;
                DROP TABLE
                    public.no_such;
                CREATE TABLE t (id integer);
                COMMENT ON EXTENSION no_such IS 'nothing';
                """);

        assertThat(restored.notices()).extracting(Notice::id).containsOnly("tolerated-error", "not-compared");
        assertThat(restored.notices().stream()
                        .map(Notice::message)
                        .filter(message -> message.contains("did nothing"))
                        .map(message -> message.replaceAll(".* (in line \\d+) of the script did nothing: .*", "$1")))
                .containsExactly("in line 2", "in line 4", "in line 6");
    }

    @Test
    void whatMayFailForOneReasonOnlyIsToldWithItsLineForAnother() {
        CodeBException failure =
                refused("CREATE TABLE t (id integer);\nCOMMENT ON EXTENSION plpgsql NONSENSE;\n", ErrorCode.SQL_FAILED);

        assertThat(failure).hasMessageContaining("in line 2 of the script");
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

    private static final String ROLES = """
            SELECT string_agg(concat_ws(' ', r.rolname, CASE WHEN rolcanlogin THEN 'login' ELSE '' END,
                coalesce(left(rolpassword, 5), ''), coalesce(setconfig[1], ''),
                (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)), ', ' ORDER BY r.rolname)
            FROM pg_authid r LEFT JOIN pg_db_role_setting s ON setrole = r.oid AND setdatabase = 0
            WHERE r.rolname IN ('app', 'team', 'reader')""";

    /** A file of pg_dumpall, and a server that has one of its roles, with other attributes. */
    private String dumpWithRoles() {
        sql("postgres", "CREATE ROLE team");
        sql("postgres", "CREATE ROLE reader");
        sql("postgres", "CREATE ROLE app LOGIN PASSWORD 'geheim' IN ROLE team");
        sql("postgres", "ALTER ROLE app SET work_mem = '2MB'");
        sql("shop", "CREATE TABLE owned (id integer)");
        sql("shop", "ALTER TABLE owned OWNER TO app");
        String dump = server.run("pg_dumpall", "-l", "postgres");
        sql("shop", "DROP TABLE owned");
        dropRoles();
        sql("postgres", "CREATE ROLE reader LOGIN");
        return dump;
    }

    private static void dropRoles() {
        sql("postgres", "DROP ROLE IF EXISTS app, team, reader");
    }

    private RestoreRequest shopWithRoles(String dump) {
        return RestoreRequest.ofFile(file(dump)).fromDatabase("shop").allowing(Reach.ROLES);
    }

    @Test
    void rolesOfADumpOfAllAreMadeIfAskedForAndThoseThatAreThereAreLeftAlone() {
        String dump = dumpWithRoles();
        try {
            CodeBException without = catchThrowableOfType(
                    CodeBException.class,
                    () -> restore(RestoreRequest.ofFile(file(dump)).fromDatabase("shop")));
            assertThat(without.code()).isEqualTo(ErrorCode.TARGET_LACKS);
            assertThat(without).hasMessageContaining("app");

            RestoreResult restored = restore(shopWithRoles(dump));

            assertThat(sql("postgres", ROLES)).isEqualTo("app login SCRAM work_mem=2MB 1, reader login   0, team    0");
            assertThat(sql("copy", "SELECT tableowner FROM pg_tables WHERE tablename = 'owned'"))
                    .isEqualTo("app");
            assertThat(restored.notices())
                    .extracting(Notice::message)
                    .singleElement()
                    .asString()
                    .contains("reader")
                    .doesNotContain("app", "team");
        } finally {
            server.run("dropdb", "--maintenance-db=postgres", "--if-exists", "copy");
            dropRoles();
        }
    }

    @Test
    void aRestoreThatFailsLeavesTheRolesThatItHasMadeAsWhole() {
        String dump = dumpWithRoles();
        String failing = dump.replace("CREATE TABLE public.owned (", "CREATE TABLE public.owned (id no_such_type,");
        String halfway =
                dump.replace("ALTER ROLE app SET", "ALTER ROLE app PASSWORD 'geheim' NONSENSE; ALTER ROLE app SET");
        try {
            CodeBException half = catchThrowableOfType(CodeBException.class, () -> restore(shopWithRoles(halfway)));
            assertThat(half).hasMessageContaining("ALTER ROLE app PASSWORD '…' NONSENSE");
            assertThat(traceOf(half)).doesNotContain("geheim", "SCRAM");
            assertThat(sql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname IN ('app', 'team')"))
                    .isEqualTo("0");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> restore(shopWithRoles(failing)));
            assertThat(failure).hasMessageContaining("no_such_type");
            assertThat(databases()).doesNotContain("copy");
            assertThat(sql("postgres", ROLES)).startsWith("app login SCRAM work_mem=2MB 1, ");

            restore(shopWithRoles(dump));
            assertThat(sql("postgres", ROLES)).startsWith("app login SCRAM work_mem=2MB 1, ");
        } finally {
            server.run("dropdb", "--maintenance-db=postgres", "--if-exists", "copy");
            dropRoles();
        }
    }

    @Test
    void rolesAreTakenBackWithARestoreIntoAnExistingDatabase() {
        String failing =
                dumpWithRoles().replace("CREATE TABLE public.owned (", "CREATE TABLE public.owned (id no_such_type,");
        server.run("createdb", "--maintenance-db=postgres", "copy");
        try {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> restore(shopWithRoles(failing).intoExisting()));
            assertThat(failure).hasMessageContaining("no_such_type");
            assertThat(sql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname IN ('app', 'team')"))
                    .isEqualTo("0");
        } finally {
            dropRoles();
        }
    }

    private static String traceOf(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
