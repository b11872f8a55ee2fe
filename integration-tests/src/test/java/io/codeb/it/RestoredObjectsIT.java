package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupId;
import io.codeb.model.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Indexes, constraints, sequences, large objects and extensions are as the dump says before anybody sees a restore. */
class RestoredObjectsIT {
    private static final String DUMP = """
            --
            -- PostgreSQL database dump
            --
            SET standard_conforming_strings = on;
            CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
            CREATE TABLE public.t (id integer);
            CREATE SEQUENCE public.up;
            CREATE SEQUENCE public.down INCREMENT BY -1;
            SELECT pg_catalog.lo_create('4711');
            SELECT pg_catalog.lo_create('4712');
            COPY public.t (id) FROM stdin;
            1
            2
            \\.
            SELECT pg_catalog.setval('public.up', 42, true);
            SELECT pg_catalog.setval('public.down', -42, true);
            CREATE INDEX t_id ON public.t (id);
            %s
            --
            -- PostgreSQL database dump complete
            --
            """;

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void dropDatabases() {
        for (String name : new String[] {"app", "copy"}) {
            sql("postgres", "DROP DATABASE IF EXISTS " + name);
        }
        assertThat(databases()).containsOnly("postgres");
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static Iterable<String> databases() {
        return sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate")
                .lines()
                .collect(Collectors.toSet());
    }

    private CodeB codeb() {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("app"))
                .build();
    }

    private RestoreResult restoreDumpWith(String last, boolean existing) {
        try (CodeB codeb = codeb()) {
            Path dump = Files.writeString(directory.resolve("dump.sql"), DUMP.formatted(last));
            RestoreRequest request =
                    RestoreRequest.ofFile(dump).onProject("shop").into("copy");
            return codeb.restores().run(existing ? request.intoExisting() : request);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String block(String statement) {
        return "DO $$ BEGIN " + statement + "; END $$;";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_id'::regclass | public.t_id is not valid
                    ALTER TABLE public.t ADD CONSTRAINT c CHECK (id < 2) NOT VALID | constraint c of t was not validated
                    PERFORM setval('public.up', 41) | sequence public.up is at 41 instead of 42
                    PERFORM setval('public.up', 42, false) | sequence public.up is at 42 (not given out) instead of 42
                    PERFORM setval('public.down', -41) | sequence public.down is at -41 instead of -42
                    DROP SEQUENCE public.up | sequence public.up is missing
                    PERFORM lo_unlink(4711) | there are 1 large objects instead of 2
                    DROP EXTENSION pg_trgm | extension pg_trgm is missing
                    """)
    void whatIsOtherwiseThanTheDumpSaysIsAnErrorBeforeAnybodySeesIt(String lie, String told) {
        for (boolean existing : new boolean[] {false, true}) {
            if (existing) {
                sql("postgres", "CREATE DATABASE copy");
            }

            CodeBException failure =
                    catchThrowableOfType(CodeBException.class, () -> restoreDumpWith(block(lie), existing));

            assertThat(failure).isInstanceOf(IntegrityException.class).hasMessageContaining(told);
            assertThat(failure.code()).isEqualTo(ErrorCode.RESTORE_DIFFERS);
            assertThat(sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"))
                    .isEqualTo(existing ? "1" : "0");
        }
        assertThat(sql("copy", "SELECT to_regclass('public.t') IS NULL")).isEqualTo("t");
    }

    @Test
    void aDumpThatKeepsItsWordIsRestoredWithoutANotice() {
        assertThat(restoreDumpWith("", false).notices()).isEmpty();
    }

    @Test
    void numbersThatWereTakenMeanwhileAreTold() {
        RestoreResult restored = restoreDumpWith(block("PERFORM nextval('public.up')"), false);

        assertThat(restored.notices()).extracting(Notice::id).containsExactly("sequence-ahead");
        assertThat(restored.notices().get(0).message()).contains("public.up is at 43 instead of 42");
    }

    @Test
    void whatADatabaseHadBeforeIsNoFaultOfWhatIsLoadedIntoIt() {
        sql("postgres", "CREATE DATABASE copy");
        sql("copy", "CREATE EXTENSION pg_trgm");
        sql("copy", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pg_description_o_c_o_index'::regclass");

        assertThat(restoreDumpWith("", true).notices()).isEmpty();
    }

    @Test
    void whatTheSourceHadThatIsNotSoundIsRestoredAndTold() {
        sql("postgres", "CREATE DATABASE app");
        sql("app", """
                CREATE TABLE part (id integer, at date) PARTITION BY RANGE (at);
                CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
                CREATE INDEX half ON ONLY part (id);
                CREATE TABLE parent (id integer PRIMARY KEY, "순서" bigint GENERATED ALWAYS AS IDENTITY);
                CREATE TABLE child (id integer) INHERITS (parent);
                CREATE TABLE reader (id integer);
                INSERT INTO reader VALUES (1);
                INSERT INTO parent VALUES (2), (3);
                ALTER TABLE parent ADD CONSTRAINT large CHECK (id > 10) NOT VALID;
                ALTER TABLE reader ADD CONSTRAINT "Of Parent" FOREIGN KEY (id) REFERENCES parent NOT VALID;
                CREATE DOMAIN d AS text;
                ALTER DOMAIN d ADD CONSTRAINT not_empty CHECK (VALUE <> '') NOT VALID;
                CREATE SCHEMA "한 국";
                CREATE SEQUENCE "한 국"."it's ""my"" own" INCREMENT BY -7;
                CREATE SEQUENCE never_used;
                SELECT nextval('"한 국"."it''s ""my"" own"'), nextval('"한 국"."it''s ""my"" own"');
                SELECT lo_from_bytea(0, 'large');
                CREATE EXTENSION pg_trgm""");
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            RestoreResult restored =
                    codeb.restores().run(RestoreRequest.of(backup).replacing(Duration.ZERO));

            assertThat(restored.notices()).extracting(Notice::id).containsExactly("not-sound");
            assertThat(restored.notices().get(0).message())
                    .contains("index public.half is not valid")
                    .contains("constraint large of parent was not validated")
                    .contains("constraint Of Parent of reader was not validated")
                    .contains("constraint not_empty of d was not validated");
        }
        assertThat(sql("app", "SELECT last_value FROM \"한 국\".\"it's \"\"my\"\" own\""))
                .isEqualTo("-8");
    }
}
