package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.model.Secret;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server says what is wrong in its own language; what CodeB makes of it is the same in all of them. */
class LanguagesIT {
    private static HostPostgres server;

    /** Whether a server speaks a language, its word for an error shows. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @ParameterizedTest
    @CsvSource({"de_DE, FEHLER", "fr_FR, ERREUR", "ko_KR, 오류"})
    private @interface InEachLanguage {}

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithLocales("de_DE", "fr_FR", "ko_KR");
        server.sql("postgres", "CREATE ROLE humble LOGIN PASSWORD 'h'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        server.sql("postgres", "DROP DATABASE IF EXISTS live");
        server.sql("postgres", "CREATE DATABASE live");
        server.sql("live", "CREATE TABLE t AS SELECT 42 AS answer");
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
        assertThat(server.sql(
                        "postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .isEmpty();
    }

    private static void speak(String language, String word) {
        server.sql("postgres", "ALTER SYSTEM SET lc_messages = '" + language + ".UTF-8'");
        server.sql("postgres", "SELECT pg_reload_conf()");
        Aftermath.eventually(() -> server.sql("postgres", "SHOW lc_messages"), language + ".UTF-8");
        assertThat(server.complaint("postgres", "SELECT 1/0")).contains(word);
    }

    private CodeB codeb(String user, String password, String database) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(database).user(user).password(Secret.of(password)))
                .build();
    }

    private CodeB codeb() {
        return codeb(HostPostgres.USER, HostPostgres.PASSWORD, "live");
    }

    private RestoreRequest script(String text) throws IOException {
        return RestoreRequest.ofFile(Files.writeString(directory.resolve("script.sql"), text))
                .onProject("shop");
    }

    private static CodeBException refused(ErrorCode code, ThrowingCallable action) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, action);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
        return failure;
    }

    @InEachLanguage
    void aDatabaseThatOthersUseIsReplaced(String language, String word) throws SQLException {
        speak(language, word);
        try (CodeB codeb = codeb();
                Connection other = server.connect("live");
                Statement statement = other.createStatement()) {
            statement.execute("SELECT * FROM t");

            codeb.restores()
                    .run(RestoreRequest.of(codeb.backups().run("shop").id()).replacing(Duration.ZERO));

            assertThat(server.sql("live", "SELECT answer FROM t")).isEqualTo("42");
        }
    }

    @InEachLanguage
    void aLoadThatFailsTellsWhereWhyAndWhatHelps(String language, String word) throws IOException {
        speak(language, word);
        try (CodeB codeb = codeb()) {
            RestoreRequest astray = script("""
                    CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM a); END';
                    CREATE TABLE a (id int);
                    SET search_path = '';
                    SELECT public.f();
                    """);
            assertThat(refused(ErrorCode.SQL_FAILED, () -> codeb.restores().run(astray.into("copy"))))
                    .hasMessageContaining("42P01")
                    .extracting(CodeBException::hint)
                    .asString()
                    .contains("search_path");

            RestoreRequest twice = script("CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);\n");
            assertThat(refused(ErrorCode.SQL_FAILED, () -> codeb.restores().run(twice.into("copy"))))
                    .hasMessageContaining("23505")
                    .hasMessageContaining("line 2")
                    .hasMessageContaining("(id)=(1)");
        }
    }

    @InEachLanguage
    void aRefusedPasswordIsToldAsOne(String language, String word) throws IOException {
        speak(language, word);
        RestoreRequest restore = script("CREATE TABLE a (id int);\n").into("copy");
        try (CodeB codeb = codeb(HostPostgres.USER, "wrong", "live")) {
            refused(ErrorCode.AUTH_FAILED, () -> codeb.databases().inspect("shop"));
            refused(ErrorCode.AUTH_FAILED, () -> codeb.backups().run("shop"));
            refused(ErrorCode.AUTH_FAILED, () -> codeb.restores().run(restore));
        }
    }

    @InEachLanguage
    void whatIsMissingOrInTheWayIsToldAsThat(String language, String word) throws IOException {
        speak(language, word);
        RestoreRequest taken = script("CREATE TABLE a (id int);\n").into("live");
        try (CodeB codeb = codeb(HostPostgres.USER, HostPostgres.PASSWORD, "nowhere")) {
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> codeb.backups().run("shop"));
            refused(ErrorCode.DATABASE_EXISTS, () -> codeb.restores().run(taken));
        }
    }

    @InEachLanguage
    void whatIsNotAllowedIsToldAsThat(String language, String word) throws IOException {
        speak(language, word);
        RestoreRequest restore = script("CREATE TABLE a (id int);\n").into("copy");
        // Else it is a finding, which needs no words of the server.
        BackupRequest backup = BackupRequest.of("shop").lower("missing-privilege", Finding.Severity.WARNING);
        try (CodeB codeb = codeb("humble", "h", "live")) {
            refused(ErrorCode.PERMISSION_DENIED, () -> codeb.backups().run(backup));
            refused(ErrorCode.PERMISSION_DENIED, () -> codeb.restores().run(restore));
        }
    }

    @InEachLanguage
    void aLockedTableIsToldAsThat(String language, String word) throws SQLException {
        speak(language, word);
        try (CodeB codeb = codeb();
                Connection other = server.connect("live");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t");

            refused(ErrorCode.LOCK_TIMEOUT, () -> codeb.backups()
                    .run(BackupRequest.of("shop").options("--lock-wait-timeout=300")));
            other.rollback();
        }
    }
}
