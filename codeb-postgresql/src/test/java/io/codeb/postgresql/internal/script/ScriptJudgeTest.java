package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Reach;
import io.codeb.model.RestoreOptions;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptJudgeTest {
    private static final ScriptRules GUARDED = ScriptRules.guarded("loaded", 15);

    /** What became of a script. */
    private static final class Outcome implements ScriptSink {
        private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
        private final List<String> told = new ArrayList<>();
        private final ScriptScanner scanner;
        private @Nullable CodeBException failure;

        Outcome(ScriptRules rules, String script, int chunk) {
            scanner = new ScriptScanner(rules);
            byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
            try {
                for (int from = 0; from < bytes.length; from += chunk) {
                    scanner.scan(ByteBuffer.wrap(bytes, from, Math.min(chunk, bytes.length - from)), this);
                }
                scanner.finish();
            } catch (CodeBException e) {
                failure = e;
            }
        }

        @Override
        public void pass(ByteBuffer script) {
            byte[] bytes = new byte[script.remaining()];
            script.get(bytes);
            passed.writeBytes(bytes);
        }

        @Override
        public void tolerate(ByteBuffer statement, Set<String> sqlStates, String what) {
            told.add(what + " " + sqlStates);
            pass(statement);
        }

        @Override
        public void notice(String notice) {
            told.add(notice);
        }

        String passed() {
            return passed.toString(StandardCharsets.UTF_8);
        }

        CodeBException failure() {
            return Objects.requireNonNull(failure, "the script passed");
        }
    }

    /** However the script is cut, the same becomes of it. */
    private static Outcome outcome(ScriptRules rules, String script) {
        Outcome whole = new Outcome(rules, script, Integer.MAX_VALUE / 2);
        for (int chunk : new int[] {1, 7, 64}) {
            Outcome cut = new Outcome(rules, script, chunk);
            assertThat(String.valueOf(cut.failure)).isEqualTo(String.valueOf(whole.failure));
            assertThat(cut.told).isEqualTo(whole.told);
            if (whole.failure == null) {
                assertThat(cut.passed()).isEqualTo(whole.passed());
                assertThat(cut.scanner.tables()).isEqualTo(whole.scanner.tables());
            }
        }
        return whole;
    }

    private static String passed(ScriptRules rules, String script) {
        Outcome outcome = outcome(rules, script);
        assertThat(outcome.failure).as(script).isNull();
        return outcome.passed();
    }

    private static CodeBException refused(ScriptRules rules, String script) {
        CodeBException failure = outcome(rules, script).failure();
        assertThat(failure.code()).as(script).isEqualTo(ErrorCode.DUMP_UNSAFE);
        return failure;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ROLES             | CREATE ROLE r",
                "ROLES             | create /* so */ user u PASSWORD 'secret'",
                "ROLES             | ALTER ROLE postgres SET work_mem = '1GB'",
                "ROLES             | DROP GROUP g",
                "ROLES             | GRANT a TO b",
                "ROLES             | GRANT \"on\", b TO c WITH ADMIN OPTION",
                "ROLES             | REVOKE ADMIN OPTION FOR a FROM b",
                "ROLES             | DROP OWNED BY r",
                "ROLES             | REASSIGN OWNED BY r TO s",
                "ROLES             | COMMENT ON ROLE r IS 'x'",
                "ROLES             | SECURITY LABEL FOR p ON ROLE r IS 'x'",
                "ROLES             | UPDATE pg_authid SET rolsuper = true",
                "ROLES             | INSERT INTO pg_catalog.pg_auth_members VALUES (1)",
                "ROLES             | WITH x AS (SELECT 1) DELETE FROM ONLY pg_catalog.pg_authid",
                "ROLES             | DO $$ BEGIN IF true THEN CREATE ROLE r; END IF; END $$",
                "ROLES             | DO $$ BEGIN EXECUTE concat('ALTER USER ', x); END $$",
                "ROLES             | DO 'BEGIN EXECUTE ''drop owned by x''; END'",
                "ROLES             | DO $$ BEGIN GRANT a TO b; END $$",
                "DATABASES         | ALTER DATABASE bystander SET search_path = nowhere",
                "DATABASES         | ALTER DATABASE bystander RENAME TO other",
                "DATABASES         | GRANT CONNECT ON DATABASE bystander TO PUBLIC",
                "DATABASES         | ALTER ROLE r IN DATABASE bystander SET a = 'b'",
                "DATABASES         | UPDATE pg_database SET datallowconn = false",
                "DATABASES         | DO $$ BEGIN ALTER DATABASE bystander SET x = 'y'; END $$",
                "TABLESPACES       | CREATE TABLESPACE t LOCATION '/x'",
                "TABLESPACES       | GRANT CREATE ON TABLESPACE t TO r",
                "TABLESPACES       | COMMENT ON TABLESPACE t IS 'x'",
                "SERVER_SETTINGS   | ALTER SYSTEM SET fsync = off",
                "SERVER_SETTINGS   | GRANT SET ON PARAMETER fsync TO r",
                "SERVER_SETTINGS   | SELECT pg_reload_conf()",
                "SERVER_SETTINGS   | SELECT pg_catalog . \"pg_switch_wal\" ()",
                "SERVER_FILES      | COPY t FROM '/etc/passwd'",
                "SERVER_FILES      | COPY t (a, b) FROM PROGRAM 'id'",
                "SERVER_FILES      | COPY (SELECT 1) TO '/tmp/x'",
                "SERVER_FILES      | LOAD 'plpython3'",
                "SERVER_FILES      | INSERT INTO t VALUES (PG_READ_FILE('x'))",
                "SERVER_FILES      | INSERT INTO t SELECT * FROM pg_ls_dir('.')",
                "SERVER_FILES      | CREATE TABLE t AS SELECT lo_import('/etc/passwd')",
                "SERVER_FILES      | DO LANGUAGE plpython3u $$ import os $$",
                "SERVER_FILES      | DO $$ BEGIN COPY t FROM PROGRAM 'id'; END $$",
                "SESSIONS          | SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
                "SESSIONS          | SELECT count(*) FROM a WHERE b IN (SELECT pg_cancel_backend(1))",
                "SESSIONS          | DO $$ BEGIN PERFORM pg_terminate_backend(1); END $$",
                "SESSIONS          | DO $$ BEGIN FOR i IN 1..n LOOP EXECUTE 'SELECT"
                        + " pg_cancel_backend(1)'; END LOOP; END $$",
                "SESSIONS          | PREPARE TRANSACTION 'x'",
                "SESSIONS          | COMMIT PREPARED 'x'",
                "SESSIONS          | ROLLBACK PREPARED 'x'",
                "REPLICATION       | CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
                "REPLICATION       | CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = true)",
                "REPLICATION       | ALTER SUBSCRIPTION s ENABLE",
                "REPLICATION       | ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                "REPLICATION       | DROP SUBSCRIPTION s",
                "REPLICATION       | SELECT pg_create_logical_replication_slot('s', 'pgoutput')",
                "OTHER_SERVERS     | SELECT dblink_exec('host=x', 'DROP TABLE t')",
                "OTHER_SERVERS     | IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y",
            })
    void whatReachesBeyondTheDatabaseIsRefusedUnlessItIsAllowedByName(Reach reach, String statement) {
        String script = "CREATE TABLE t (id integer);\n\n" + statement + ";\n";

        CodeBException refusal = refused(GUARDED, script);

        assertThat(refusal).hasMessageContaining("line 3 ").hasMessageContaining(reach.text());
        assertThat(refusal.hint()).contains("Reach." + reach);
        assertThat(outcome(GUARDED, script).passed()).doesNotContain(statement.substring(0, 4) + " ");
        ScriptRules allowing = GUARDED.with(RestoreOptions.AS_DUMPED.allow(reach));
        assertThat(passed(allowing, script)).isEqualTo(script);
        assertThat(outcome(GUARDED.inOneTransaction(true), script).failure().code())
                .isEqualTo(ErrorCode.DUMP_UNSAFE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE USER MAPPING FOR r SERVER s",
                "GRANT SELECT ON TABLE t TO r",
                "REVOKE ALL ON FUNCTION pg_catalog.pg_reload_conf() FROM PUBLIC",
                "ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT SELECT ON TABLES TO s",
                "CREATE OR REPLACE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT pg_reload_conf()'",
                "CREATE FUNCTION f() RETURNS bool LANGUAGE sql BEGIN ATOMIC SELECT pg_reload_conf(); END",
                "CREATE VIEW files AS SELECT pg_ls_dir('.')",
                "COMMENT ON FUNCTION pg_reload_conf() IS 'x'",
                "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false, slot_name = 's')",
                "ALTER SUBSCRIPTION s OWNER TO r",
                "ALTER TABLE t OWNER TO r",
                "ALTER TABLE role RENAME TO \"user\"",
                "INSERT INTO t VALUES ('DROP ROLE x; SELECT pg_reload_conf()')",
                "SELECT setval('s', 1)",
                "SELECT pg_catalog.lo_create('1')",
                "DO $$ BEGIN RAISE NOTICE 'please do not drop role x'; END $$",
                "DO $$ BEGIN CREATE USER MAPPING FOR r SERVER s; GRANT SELECT ON t TO r; END $$",
                "SELECT * FROM pg_database",
                "INSERT INTO t SELECT datname FROM pg_database",
                "SET ROLE r",
                "SET SESSION AUTHORIZATION r",
                "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x')",
            })
    void whatStaysInTheDatabasePasses(String statement) {
        assertThat(passed(GUARDED, statement + ";\n")).isEqualTo(statement + ";\n");
    }

    @Test
    void nothingOfARefusedStatementIsHandedOn() {
        Outcome outcome = outcome(GUARDED, "SELECT 1;\nDROP DATABASE IF EXISTS bystander;\nCREATE TABLE t (a int);\n");

        assertThat(outcome.failure()).hasMessageContaining("line 2").hasMessageContaining("bystander");
        assertThat(outcome.passed()).startsWith("SELECT 1;").doesNotContain("bystander", "CREATE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP DATABASE bystander;\n",
                "CREATE DATABASE bystander;\nCREATE TABLE t (a int);\n\\connect bystander\n",
                "DROP DATABASE IF EXISTS bystander;\nCREATE DATABASE bystander;\nINSERT INTO t VALUES (1);\n",
                "DROP DATABASE a;\nDROP DATABASE b;\n\\connect b\n",
                "DROP DATABASE a;\n\\connect b\nCREATE TABLE t (a int);\n",
                "CREATE TABLE t (a int);\n\\connect b\nCREATE TABLE t (a int);\n",
            })
    void aDatabaseThatTheScriptDoesNotGoOnToFillIsNeitherMadeNorDropped(String script) {
        refused(GUARDED, script);
        refused(GUARDED.with(RestoreOptions.AS_DUMPED.allow(Reach.values())), script);
    }

    @Test
    void aLongInsertStreams() {
        String script = "INSERT INTO t VALUES ('x')" + ", ('x')".repeat(50_000) + ";\nSELECT 1;\n";
        Outcome outcome = new Outcome(GUARDED, script, 1000);

        assertThat(outcome.failure).isNull();
        assertThat(outcome.passed()).isEqualTo(script);
    }

    @Test
    void aLongStatementIsNotEndedBeforeAllOfItIsJudged() {
        for (String beginning : List.of("INSERT INTO t VALUES ('x')", "SELECT 1")) {
            String script = beginning + ", ('x')".repeat(50_000) + ", (pg_reload_conf());\n";
            Outcome outcome = new Outcome(GUARDED, script, 1000);

            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
            assertThat(outcome.passed()).startsWith(beginning).doesNotContain(";");
        }
    }

    @Test
    void aLongStatementOfADangerousKindIsRefusedByItsBeginning() {
        String script = "ALTER ROLE r SET x = '" + "x".repeat(100_000);

        assertThat(new Outcome(GUARDED, script, 1000).failure().code()).isEqualTo(ErrorCode.DUMP_UNSAFE);
        assertThat(new Outcome(GUARDED, script, 1000).passed()).isEmpty();
    }

    @Test
    void aLongDoBlockIsFollowedToItsEnd() {
        String script = "DO $$ BEGIN " + "PERFORM 1;\n".repeat(20_000) + "CREATE ROLE r; END $$;\n";
        Outcome outcome = new Outcome(GUARDED, script, 1000);

        assertThat(outcome.failure()).hasMessageContaining("CREATE ROLE");
        assertThat(outcome.passed()).doesNotContain("$$;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | BEGIN;~CREATE TABLE t (a int);~",
                "2 | SELECT 1;~START TRANSACTION ISOLATION LEVEL SERIALIZABLE;~",
                "3 | BEGIN;~COMMIT;~begin work;~",
                "2 | BEGIN;~COMMIT AND CHAIN;~",
                "1 | BEGIN;~ROLLBACK TO SAVEPOINT a;~",
                "2 | SELECT 1;~BEGIN;~COPY t FROM stdin;~1~\\.~",
                "1 | BEGIN;~\\connect app~",
            })
    void aTransactionThatIsLeftOpenIsToldWithItsLine(int line, String script) {
        Outcome outcome = outcome(GUARDED, script.replace('~', '\n'));

        assertThat(outcome.failure().code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(outcome.failure()).hasMessageContaining("began in line " + line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; COMMIT;",
                "BEGIN; END WORK;",
                "BEGIN; ROLLBACK;",
                "BEGIN; ABORT AND NO CHAIN;",
                "COMMIT AND CHAIN;",
                "BEGIN; COMMIT AND CHAIN; COMMIT;",
                "BEGIN; SAVEPOINT a; RELEASE a; END;",
            })
    void aTransactionThatIsEndedIsNoneOfTheScriptsTroubles(String script) {
        assertThat(passed(GUARDED, script)).isEqualTo(script);
    }

    private static final String CREATED = """
            SET statement_timeout = 0;
            DROP DATABASE IF EXISTS "a.b";
            CREATE DATABASE "a.b" WITH TEMPLATE = template0 ENCODING = 'UTF8';
            ALTER DATABASE "a.b" OWNER TO app;
            \\connect "a.b"
            SET lock_timeout = 0;
            ALTER DATABASE "a.b" SET search_path TO 'app';
            GRANT CONNECT ON DATABASE "a.b" TO r;
            ALTER ROLE r IN DATABASE "a.b" SET x = 'y';
            CREATE TABLE t (a int);
            COPY t FROM stdin;
            1
            \\.
            """;

    @Test
    void aDumpThatMakesItsDatabaseFillsTheOneThatIsLoaded() {
        String passed = passed(GUARDED, CREATED);

        assertThat(passed)
                .contains("ALTER DATABASE \"loaded\" OWNER TO app;")
                .contains("ALTER DATABASE \"loaded\" SET search_path TO 'app';")
                .contains("GRANT CONNECT ON DATABASE \"loaded\" TO r;")
                .contains("ALTER ROLE r IN DATABASE \"loaded\" SET x = 'y';")
                .contains("CREATE TABLE t")
                .doesNotContain("a.b", "DROP", "connect", "CREATE DATABASE");
        assertThat(passed.lines().toList().indexOf("CREATE TABLE t (a int);"))
                .as("lines keep their numbers")
                .isEqualTo(9);
    }

    private static final String CLUSTER = """
            --
            -- PostgreSQL database cluster dump
            --
            DROP DATABASE shop;
            DROP ROLE app;
            CREATE ROLE app;
            ALTER ROLE app WITH SUPERUSER PASSWORD 'x';
            \\connect template1
            --
            -- PostgreSQL database dump
            --
            SET standard_conforming_strings = off;
            --
            -- PostgreSQL database dump complete
            --
            --
            -- PostgreSQL database dump
            --
            CREATE DATABASE shop WITH TEMPLATE = template0;
            ALTER DATABASE shop OWNER TO app;
            \\connect shop
            CREATE TABLE t (a int);
            COPY t FROM stdin;
            1
            \\.
            SELECT 'a\\';
            --
            -- PostgreSQL database dump complete
            --
            --
            -- PostgreSQL database dump
            --
            CREATE DATABASE crm WITH TEMPLATE = template0;
            \\connect -reuse-previous=on "dbname='crm'"
            CREATE TABLE u (a int);
            COPY u FROM stdin;
            1
            2
            \\.
            --
            -- PostgreSQL database dump complete
            --
            --
            -- PostgreSQL database cluster dump complete
            --
            """;

    @Test
    void oneDatabaseOfAClusterIsChosenByName() {
        Outcome shop = outcome(GUARDED.with(RestoreOptions.AS_DUMPED.fromDatabase("shop")), CLUSTER);
        Outcome crm = outcome(GUARDED.with(RestoreOptions.AS_DUMPED.fromDatabase("crm")), CLUSTER);

        assertThat(shop.failure).isNull();
        assertThat(shop.passed()).contains("CREATE TABLE t", "OWNER TO app").doesNotContain("ROLE app", "TABLE u");
        assertThat(shop.scanner.tables()).containsExactly(new TableRows("public", "t", 1));
        assertThat(crm.failure).isNull();
        assertThat(crm.passed()).contains("CREATE TABLE u").doesNotContain("ROLE app", "TABLE t");
        assertThat(crm.scanner.tables()).containsExactly(new TableRows("public", "u", 2));
    }

    /** It would be held as a whole, and judged anew with each chunk. */
    @Test
    @Timeout(30)
    void aLongStatementOfADatabaseThatIsNotChosenIsNotHeld() {
        String row = "(1, '" + "x".repeat(1_000) + "'),\n";
        String script = CLUSTER.replace(
                "CREATE TABLE u (a int);",
                "CREATE TABLE u (a int);\nINSERT INTO v VALUES\n" + row.repeat(40_000) + "(2);");

        Outcome shop = new Outcome(GUARDED.with(RestoreOptions.AS_DUMPED.fromDatabase("shop")), script, 64 * 1024);

        assertThat(shop.failure).isNull();
        assertThat(shop.passed()).contains("CREATE TABLE t").doesNotContain("xxx", "INSERT");
        assertThat(shop.scanner.tables()).containsExactly(new TableRows("public", "t", 1));
    }

    @Test
    void withoutAChoiceTheDatabasesOfAClusterAreToldAndNothingIsRun() {
        for (RestoreOptions options :
                List.of(RestoreOptions.AS_DUMPED, RestoreOptions.AS_DUMPED.fromDatabase("nowhere"))) {
            Outcome outcome = outcome(GUARDED.with(options), CLUSTER);

            assertThat(outcome.failure().code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
            assertThat(outcome.failure()).hasMessageContaining("shop, crm");
            assertThat(outcome.passed().replaceAll("--.*", "")).isBlank();
        }
    }

    private static final String CLUSTER_WITH_ROLES = """
            -- PostgreSQL database cluster dump
            SET client_encoding = 'UTF8';
            DROP ROLE IF EXISTS app;
            CREATE ROLE app;
            ALTER ROLE app WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:x';
            CREATE ROLE postgres;
            ALTER ROLE postgres WITH SUPERUSER PASSWORD 'md5x';
            CREATE ROLE team;
            COMMENT ON ROLE team IS 'all of them';
            ALTER ROLE app SET work_mem TO '1GB';
            CREATE TABLESPACE far LOCATION '/far';
            GRANT team TO app WITH ADMIN OPTION GRANTED BY postgres;
            GRANT team TO postgres GRANTED BY postgres;
            \\connect crm
            CREATE TABLE u (i int);
            \\connect shop
            CREATE TABLE t (i int);
            ALTER TABLE t OWNER TO app;
            ALTER TABLE t OWNER TO other;
            -- PostgreSQL database cluster dump complete
            """;

    private static ScriptRules withRoles(RestoreOptions options) {
        return GUARDED.onServerWithRoles(Set.of("postgres", "live")).with(options.allow(Reach.ROLES));
    }

    @Test
    void rolesOfAClusterThatTheServerLacksAreMadeIfAskedFor() {
        Outcome outcome = outcome(withRoles(RestoreOptions.AS_DUMPED.fromDatabase("shop")), CLUSTER_WITH_ROLES);

        assertThat(outcome.failure).isNull();
        assertThat(outcome.passed().lines().filter(line -> !line.isBlank() && !line.startsWith("--")))
                .map(line -> line.replaceAll(" +;", ";").replaceAll("SET SESSION AUTH.*", "…"))
                .containsExactly(
                        "SET client_encoding = 'UTF8';",
                        "BEGIN; CREATE ROLE \"app\";",
                        "ALTER ROLE \"app\" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:x';",
                        "CREATE ROLE \"team\";",
                        "COMMENT ON ROLE \"team\" IS 'all of them';",
                        "ALTER ROLE \"app\" SET work_mem TO '1GB';",
                        "GRANT \"team\" TO \"app\" WITH ADMIN OPTION;",
                        "COMMIT; …",
                        "CREATE TABLE t (i int);",
                        "ALTER TABLE t OWNER TO app;",
                        "ALTER TABLE t OWNER TO other;");
        assertThat(outcome.told)
                .containsExactly("roles of the script that the server has already were left as they are: postgres");
        assertThat(outcome.scanner.facts().roles()).containsExactly("other");
    }

    @Test
    void rolesOfAClusterAreMadeInTheTransactionOfTheRestoreWhereThereIsOne() {
        String passed = passed(
                withRoles(RestoreOptions.AS_DUMPED.fromDatabase("shop")).inOneTransaction(true), CLUSTER_WITH_ROLES);

        assertThat(passed).contains("CREATE ROLE \"app\";").doesNotContain("BEGIN", "COMMIT");
    }

    @Test
    void aRoleThatIsMappedToOneOfTheServerIsNotMade() {
        RestoreOptions mapped = RestoreOptions.AS_DUMPED
                .fromDatabase("shop")
                .mapRole("app", "live")
                .mapRole("team", "crew");

        assertThat(passed(withRoles(mapped), CLUSTER_WITH_ROLES))
                .contains("CREATE ROLE \"crew\";", "OWNER TO \"live\"")
                .doesNotContain("PASSWORD", "GRANT", "ROLE \"live\"");
    }

    @Test
    void rolesOfAClusterAreNotMadeForADatabaseThatItDoesNotHave() {
        Outcome outcome = outcome(withRoles(RestoreOptions.AS_DUMPED.fromDatabase("nowhere")), CLUSTER_WITH_ROLES);

        assertThat(outcome.failure().code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
        assertThat(outcome.passed()).doesNotContain("COMMIT");
        assertThat(outcome(withRoles(RestoreOptions.AS_DUMPED), CLUSTER_WITH_ROLES)
                        .passed())
                .doesNotContain("ROLE");
    }

    @Test
    void theGlobalsOfAClusterAreNamed() {
        String script = """
                -- PostgreSQL database cluster dump
                CREATE ROLE app;
                -- PostgreSQL database cluster dump complete
                """;

        assertThat(outcome(GUARDED, script).failure()).hasMessageContaining("globals");
    }

    @Test
    void settingsThatTheServerDoesNotKnowAreLeftOutWhereverTheyStand() {
        String script = "SET transaction_timeout = 0;\r\nSELECT 1;\r\nset transaction_timeout=0;\r\nSET x = y;\r\n";

        assertThat(passed(GUARDED, script)).isEqualTo("\r\nSELECT 1;\r\n\r\nSET x = y;\r\n");
        assertThat(passed(ScriptRules.guarded("loaded", 17), script)).isEqualTo(script);
    }

    @Test
    void aByteOrderMarkIsNotHandedOn() {
        assertThat(passed(GUARDED, "\uFEFFSELECT 1;\n")).isEqualTo("SELECT 1;\n");
    }

    @Test
    void whatADefinitionOfOurOwnBackupCallsWasInTheDatabaseBefore() {
        String script = "CREATE TABLE t (a text DEFAULT pg_read_file('x'));\n";

        refused(GUARDED, script);
        assertThat(passed(GUARDED.ofOwnBackup(true), script)).isEqualTo(script);
        refused(GUARDED.ofOwnBackup(true), "ALTER ROLE x SUPERUSER;\n");
    }

    @Test
    void aNameInEscapesIsRefused() {
        refused(GUARDED, "SELECT U&\"pg\\005freload_conf\"();\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE SCHEMA public; | CREATE schema IF NOT EXISTS public;",
                "CREATE EXTENSION plpgsql; | CREATE extension IF NOT EXISTS plpgsql;",
                "CREATE SCHEMA app; | CREATE SCHEMA app;",
            })
    void whatEachDatabaseHasIsMadeOnlyWhereItIsMissing(String script, String expected) {
        assertThat(passed(GUARDED, script)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COMMENT ON EXTENSION plpgsql IS 'x' | 42501",
                "ALTER TABLE ONLY public.a DROP CONSTRAINT b | 42P01",
                "ALTER TABLE public.a ALTER COLUMN id DROP DEFAULT | 42P01",
                "DROP TABLE public.a | 42P01",
                "DROP FUNCTION f(integer) | 42883",
                "DROP SCHEMA app | 3F000",
            })
    void whatMayFailWithoutHarmIsTolerated(String statement, String sqlState) {
        Outcome outcome = outcome(GUARDED, "SET x = y;\n" + statement + ";\nCREATE TABLE a (id integer);\n");

        assertThat(outcome.failure).isNull();
        assertThat(outcome.told).singleElement().asString().contains(sqlState);
    }

    @Test
    void whatTheScriptItselfMadeMustBeThereToBeDropped() {
        assertThat(outcome(GUARDED, "CREATE TABLE a (id integer);\nDROP TABLE b;\n").told)
                .isEmpty();
        assertThat(outcome(GUARDED, "DROP TABLE IF EXISTS b;\n").told).isEmpty();
    }

    private static final String OPTIONAL = """
            SET SESSION AUTHORIZATION 'app';
            SET default_tablespace = fast;
            CREATE TABLE t (a int, PRIMARY KEY (a) USING INDEX TABLESPACE fast) TABLESPACE fast;
            ALTER TABLE t OWNER TO app;
            GRANT SELECT ON TABLE t TO PUBLIC, "reader", app WITH GRANT OPTION;
            REVOKE ALL ON SCHEMA public FROM GROUP reader CASCADE;
            ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO reader;
            CREATE POLICY p ON t FOR SELECT TO reader USING (a IN (SELECT 1 FROM app));
            CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'app', password 'secret');
            """;

    @Test
    void ownersPrivilegesAndTablespacesCanBeLeftOut() {
        RestoreOptions bare =
                RestoreOptions.AS_DUMPED.withoutOwners().withoutPrivileges().withoutTablespaces();

        assertThat(passed(GUARDED.with(bare), OPTIONAL).lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "",
                        "",
                        "CREATE TABLE t (a int, PRIMARY KEY (a) ) ;",
                        "",
                        "",
                        "",
                        "",
                        "CREATE POLICY p ON t FOR SELECT TO reader USING (a IN (SELECT 1 FROM app));",
                        "CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'app', password 'secret');");
    }

    @Test
    void rolesCanBeOthers() {
        RestoreOptions mapped =
                RestoreOptions.AS_DUMPED.mapRole("app", "ow\"ner").mapRole("reader", "web");

        assertThat(passed(GUARDED.with(mapped), OPTIONAL)).isEqualTo("""
                SET SESSION AUTHORIZATION 'ow"ner';
                SET default_tablespace = fast;
                CREATE TABLE t (a int, PRIMARY KEY (a) USING INDEX TABLESPACE fast) TABLESPACE fast;
                ALTER TABLE t OWNER TO "ow""ner";
                GRANT SELECT ON TABLE t TO PUBLIC, "web", "ow""ner" WITH GRANT OPTION;
                REVOKE ALL ON SCHEMA public FROM GROUP "web" CASCADE;
                ALTER DEFAULT PRIVILEGES FOR ROLE "ow""ner" IN SCHEMA public GRANT SELECT ON TABLES TO "web";
                CREATE POLICY p ON t FOR SELECT TO "web" USING (a IN (SELECT 1 FROM app));
                CREATE USER MAPPING FOR "web" SERVER s OPTIONS (user 'app', password 'secret');
                """);
    }

    private static ScriptFacts facts(String script) {
        Outcome outcome = outcome(GUARDED, script);
        assertThat(outcome.failure).isNull();
        return outcome.scanner.facts();
    }

    @Test
    void whatAScriptPromisesBesidesRowsIsKept() {
        ScriptPromises promises = facts("""
                        SELECT pg_catalog.setval('public.a_id_seq', 42, true);
                        SELECT pg_catalog.setval('"My ""own"".schema"."it''s"', -9223372036854775808, false);
                        SELECT pg_catalog.lo_create('16401');
                        SELECT pg_catalog.lo_create('16402');
                        SELECT pg_catalog.lo_open('16402', 131072);
                        ALTER TABLE ONLY public.t
                            ADD CONSTRAINT "Loose" FOREIGN KEY (a) REFERENCES public.u(a) NOT VALID;
                        ALTER TABLE ONLY public.t
                            ADD CONSTRAINT strict CHECK ((valid AND NOT valid));
                        ALTER DOMAIN public.d
                            ADD CONSTRAINT "domain check" CHECK ((VALUE > 0)) NOT VALID;
                        """).promises();

        assertThat(promises.sequences())
                .containsOnly(
                        entry(new TableName("public", "a_id_seq"), new ScriptPromises.Position(42, true)),
                        entry(
                                new TableName("My \"own\".schema", "it's"),
                                new ScriptPromises.Position(Long.MIN_VALUE, false)));
        assertThat(promises.largeObjects()).isEqualTo(2);
        assertThat(promises.notValidated()).containsExactlyInAnyOrder("Loose", "domain check");
    }

    @Test
    void whetherALongConstraintIsValidatedIsNotGuessed() {
        String check = "a <> 1 AND ".repeat(ScriptScanner.HOLD_LIMIT / 8) + "true";

        assertThat(facts("ALTER TABLE t ADD CONSTRAINT c CHECK (" + check + ") NOT VALID;\n")
                        .promises()
                        .notValidated())
                .containsExactly("c");
    }

    @Test
    void whatAScriptNeedsOfTheServerIsKnownBeforeItIsRun() {
        ScriptFacts facts = facts(OPTIONAL + "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;\n");

        assertThat(facts.roles()).containsExactlyInAnyOrder("app", "reader");
        assertThat(facts.tablespaces()).containsExactly("fast");
        assertThat(facts.extensions()).containsExactly("citext");
        assertThat(facts.makesObjects()).isTrue();
        assertThat(facts.countable()).isTrue();
    }

    @Test
    void theDatabaseThatAScriptMakesIsKnownWithItsOptions() {
        ScriptFacts facts = facts(CREATED);

        assertThat(facts.databases()).containsExactly("a.b");
        assertThat(facts.creation()).containsEntry("encoding", "UTF8");
        assertThat(facts.rows()).containsExactly(new TableRows("public", "t", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-- only this\n", "SET x = y;\nSELECT 1;\n", "DROP TABLE IF EXISTS t;\n", "BEGIN; COMMIT;"})
    void aScriptThatMakesNothingIsKnown(String script) {
        assertThat(facts(script).makesObjects()).isFalse();
    }

    private static final String ROWS_ALONE = """
            SET statement_timeout = 0;
            SELECT pg_catalog.set_config('search_path', '', false);
            SET SESSION AUTHORIZATION DEFAULT;
            ALTER TABLE public."Größe, in cm" DISABLE TRIGGER ALL;
            COPY public."Größe, in cm" (a) FROM stdin;
            1
            \\.
            ALTER TABLE public."Größe, in cm" ENABLE TRIGGER ALL;
            INSERT INTO Other.T VALUES (1, 'into "x"');
            INSERT INTO "into" (a) OVERRIDING SYSTEM VALUE SELECT 2 FROM other.u;
            SELECT pg_catalog.setval('public.s', 42, true);
            SELECT pg_catalog.lo_create('7');
            ALTER LARGE OBJECT 7 OWNER TO app;
            GRANT SELECT ON LARGE OBJECT 7 TO reader;
            COMMENT ON LARGE OBJECT 7 IS 'seven';
            BEGIN;
            SELECT pg_catalog.lo_open('7', 131072);
            SELECT pg_catalog.lowrite(0, '\\x00');
            COMMIT;
            REFRESH MATERIALIZED VIEW public.v;
            """;

    @Test
    void aScriptOfRowsAloneNamesTheTablesThatMustBeThere() {
        ScriptFacts facts = facts(ROWS_ALONE);

        assertThat(facts.rowsOnly()).isTrue();
        assertThat(facts.filled())
                .containsExactlyInAnyOrder(
                        new TableName("public", "Größe, in cm"),
                        new TableName("other", "t"),
                        new TableName("public", "into"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE u (a int);",
                "CREATE SCHEMA public;",
                "SELECT 1 INTO u;",
                "DROP TABLE IF EXISTS u;",
                "TRUNCATE t CASCADE;",
                "UPDATE t SET a = 1;",
                "DELETE FROM t;",
                "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE;",
                "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a;",
                "ALTER TABLE t DISABLE TRIGGER ALL, ADD COLUMN b int;",
                "ALTER TABLE t OWNER TO app;",
                "GRANT SELECT ON t TO app;",
                "COMMENT ON TABLE t IS 'x';",
                "DO $$ BEGIN END $$;",
                "CALL p();",
            })
    void whatDoesMoreThanFillTablesIsNotRowsAlone(String statement) {
        assertThat(facts(ROWS_ALONE + statement).rowsOnly()).isFalse();
        assertThat(facts(statement + ROWS_ALONE).rowsOnly()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SELECT 1;", "SELECT pg_catalog.lo_create('7');"})
    void whatFillsNoTableIsNotRowsAlone(String script) {
        assertThat(facts(script).rowsOnly()).isFalse();
    }

    @Test
    void ofALongInsertTheTableIsKnownToo() {
        String values = "(1),".repeat(ScriptScanner.HOLD_LIMIT);

        ScriptFacts facts = facts("SET search_path = other;\nINSERT INTO t VALUES " + values + "(1);\n");

        assertThat(facts.rowsOnly()).isTrue();
        assertThat(facts.filled()).containsExactly(new TableName("other", "t"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1);",
                "CREATE TABLE u AS SELECT 1;",
                "SELECT 1 INTO u;",
                "CREATE TABLE u (a int); DROP TABLE u;",
                "TRUNCATE t;",
                "DELETE FROM t;",
            })
    void rowsThatDoNotComeFromCopyOrDoNotStayCannotBeCompared(String script) {
        assertThat(facts("CREATE TABLE t (a int);\n" + script).countable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TYPE mood AS ENUM ('sad', 'ok');",
                "CREATE SEQUENCE s AS integer;",
                "CREATE TABLE u (id integer GENERATED ALWAYS AS (1 + 1) STORED);",
                "ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s);",
                "CREATE VIEW v AS SELECT 1 AS x;",
                "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;",
                "SELECT pg_catalog.setval('s', 1, true);",
                "SELECT pg_catalog.lo_create('16400');",
            })
    void whatMakesNoRowsLeavesThemComparable(String script) {
        assertThat(facts("CREATE TABLE t (a int);\n" + script).countable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE u AS SELECT 1;",
                "CREATE UNLOGGED TABLE u (a) WITH (fillfactor = 70) AS SELECT 1;",
                "WITH x AS (SELECT 1) SELECT * FROM x;",
                "EXECUTE prepared;",
            })
    void rowsThatAQueryMakesCannotBeCompared(String script) {
        assertThat(facts("CREATE TABLE t (a int);\n" + script).countable()).isFalse();
    }

    @Test
    void theLargeObjectsThatACleanDumpTakesAwayMayBeMissing() {
        Outcome outcome = outcome(GUARDED, "SELECT pg_catalog.lo_unlink('16400');\nCREATE TABLE t (a int);\n");

        assertThat(outcome.told).singleElement().asString().contains("42704");
    }

    private static final String WITH_MESSAGES = """
            pg_dump: warning: there are circular foreign-key constraints on "this" table:
            pg_dump: hint: it's so
            --
            -- PostgreSQL database dump
            --
            CREATE TABLE t (a int);
            pg_dump: warning: don't worry
            CREATE TABLE u (a int);
            --
            -- PostgreSQL database dump complete
            --
            pg_dump: warning: (last""";

    @Test
    void messagesOfPgDumpInTheScriptAreLeftOutAndTold() {
        Outcome outcome = outcome(GUARDED, WITH_MESSAGES);

        assertThat(outcome.failure).isNull();
        assertThat(outcome.passed())
                .contains("\nCREATE TABLE t (a int);\n\nCREATE TABLE u")
                .doesNotContain("pg_dump");
        assertThat(outcome.told).hasSize(4).last().asString().contains("(last");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF", "\n-- a comment\n"})
    void messagesInFrontOfADumpAreLeftOutAsWell(String beginning) {
        String messages = "pg_dump: warning: it's \"circular\"\r\npg_dump: detail: (node\npg_dump: hint: $$\n";

        Outcome outcome = outcome(GUARDED, beginning + messages + "CREATE TABLE t(i int);\n");

        assertThat(outcome.failure).isNull();
        assertThat(outcome.passed()).contains("CREATE TABLE t(i int);").doesNotContain("pg_dump");
        assertThat(outcome.told).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SET x.y = 1;\n", "\n"})
    void messagesAloneAreNoDump(String settings) {
        Outcome outcome = outcome(GUARDED, settings + "pg_dump: error: connection to server failed: refused\n");

        assertThat(outcome.failure())
                .hasMessageContaining("connection to server failed")
                .extracting("code")
                .isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
    }

    @Test
    void aDumpThatBrokeOffWithAMessageIsToldWithIt() {
        String script = "-- PostgreSQL database dump\nCREATE TABLE t (a int);\npg_dump: error: out of memory\n";

        CodeBException failure = outcome(GUARDED, script).failure();

        assertThat(failure.code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(failure.hint()).contains("out of memory");
    }

    @Test
    void twoDumpsInOneFileAreOneScript() {
        String dump = """
                -- PostgreSQL database dump
                SET transaction_timeout = 0;\r
                SELECT 1;
                -- PostgreSQL database dump complete
                """;

        assertThat(passed(GUARDED, dump + dump)).isEqualTo((dump + dump).replace("SET transaction_timeout = 0;", ""));
    }
}
