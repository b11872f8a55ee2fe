package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pg_dump | 'pg_dump: error: connection to server at "localhost" (::1), port 5432 failed: FATAL:  password authentication failed for user "app"' | AUTH_FAILED
            pg_dump | 'pg_dump: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  role "x" does not exist' | AUTH_FAILED
            pg_dump | 'pg_dump: error: connection to server at "db" (10.0.0.2), port 5432 failed: fe_sendauth: no password supplied' | AUTH_FAILED
            psql | 'psql: error: connection to server on socket "/run/x" failed: FATAL:  Peer authentication failed for user "app"' | AUTH_FAILED
            psql | 'psql: error: connection to server at "localhost" (::1), port 5432 failed: FATAL:  database "we"ird" does not exist' | DATABASE_NOT_FOUND
            psql | 'psql: error: FATAL:  database "app" does not exist' | DATABASE_NOT_FOUND
            psql | 'psql: error: connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory' | SERVER_UNREACHABLE
            psql | 'psql: error: could not connect to server: Connection refused' | SERVER_UNREACHABLE
            psql | 'psql: error: connection to server at "x", port 1 failed: FATAL:  the database system is starting up' | SERVER_UNREACHABLE
            psql | 'psql: error: connection to server at "x", port 1 failed: FATAL:  sorry, too many clients already' | SERVER_UNREACHABLE
            psql | 'psql:<stdin>:3: server closed the connection unexpectedly' | SERVER_UNREACHABLE
            pg_dump | 'pg_dump: error: query failed: ERROR:  permission denied for table secret' | PERMISSION_DENIED
            pg_dump | 'pg_dump: error: aborting because of server version mismatch' | TOOL_TOO_OLD
            pg_dump | 'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout' | LOCK_TIMEOUT
            pg_restore | 'pg_restore: error: could not execute query: ERROR:  could not extend file "base/1": No space left on device' | TARGET_FULL
            createdb | 'createdb: error: database creation failed: ERROR:  database "app" already exists' | DATABASE_EXISTS
            pg_dump | 'pg_dump: error: something unheard of' | COMMAND_FAILED
            psql | 'psql: error: connection to server at "x", port 1 failed: FATAL:  Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen' | AUTH_FAILED
            psql | 'psql: error: FATAL:  no existe la base de datos «we»ird»' | DATABASE_NOT_FOUND
            psql | 'psql: error: connection to server at "x", port 1 failed: 致命错误:  数据库系统启动中' | SERVER_UNREACHABLE
            pg_dump | 'pg_dump: error: query failed: 오류:  t 테이블에 대한 접근 권한 없음' | PERMISSION_DENIED
            pg_dump | 'pg_dump: error: query failed: ERREUR:  annulation de la requête à cause du délai écoulé pour l''exécution de l''instruction' | LOCK_TIMEOUT
            psql | 'psql: error: connection to server at "x", port 1 failed: 치명적오류:  처음 듣는 말' | SERVER_UNREACHABLE
            psql | 'psql:<stdin>:7: ERROR:  42501: permission denied for table t' | PERMISSION_DENIED
            psql | 'psql:<stdin>:7: ERREUR:  57014: annulation de la requête' | QUERY_TIMEOUT
            psql | 'psql:<stdin>:7: ERROR:  55P03: canceling statement due to lock timeout' | LOCK_TIMEOUT
            psql | 'psql:<stdin>:7: ERROR:  53100: could not extend file' | TARGET_FULL
            psql | 'psql:<stdin>:7: ERROR:  42P01: relation "permission denied" does not exist' | SQL_FAILED
            """)
    void whatProgramsSayIsTold(String program, String stderr, ErrorCode expected) {
        CommandFailedException failure = new CommandFailedException(program, 1, stderr);

        assertThat(Diagnosis.of(program, failure).code()).isEqualTo(expected);
    }

    @Test
    void aWarningBeforeTheErrorIsNotTheError() {
        CommandFailedException failure = new CommandFailedException("psql", 3, """
                psql:<stdin>:7: WARNING:  01000: look out
                psql:<stdin>:8: ERROR:  42P01: relation "t" does not exist
                LINE 1: SELECT * FROM t
                LOCATION:  parserOpenTable, parse_relation.c:1420
                """);

        assertThat(Diagnosis.of("psql", failure))
                .hasMessage("PostgreSQL says: relation \"t\" does not exist (SQLSTATE 42P01)");
    }

    @Test
    void aWriteWhereOnlyReadingIsAllowedSaysHowToAllowIt() {
        assertThat(Diagnosis.ofState("25006", "cannot execute INSERT in a read-only transaction", null)
                        .hint())
                .contains("writing()");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        CodeBException notStarted = Diagnosis.of(
                "pg_dump", new ContainerException(ErrorCode.EXEC_NOT_STARTED, "no such file: pg_dump", ""));
        CodeBException notFound = Diagnosis.of("pg_dump", new CommandFailedException("pg_dump", 127, ""));

        assertThat(notStarted.code()).isEqualTo(ErrorCode.TOOL_MISSING);
        assertThat(notFound.code()).isEqualTo(ErrorCode.TOOL_MISSING);
        assertThat(notStarted).hasMessageContaining("pg_dump");
    }

    @Test
    void otherFailuresOfTheRuntimeStayWhatTheyAre() {
        ContainerException lost = new ContainerException(ErrorCode.EXEC_LOST, "lost", "");

        assertThat(Diagnosis.of("pg_dump", lost)).isSameAs(lost);
    }
}
