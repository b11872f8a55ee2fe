package io.codeb.postgresql.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatementTest {
    private static SqlStatement reading(String sql, @Nullable String... parameters) {
        return SqlStatement.of(new QuerySpec(sql, Arrays.asList(parameters), 10, Duration.ofSeconds(3), true));
    }

    private static SqlStatement writing(String sql, @Nullable String... parameters) {
        return SqlStatement.of(new QuerySpec(sql, Arrays.asList(parameters), 10, Duration.ofSeconds(3), false));
    }

    @Test
    void whatOnlyReadsIsLimitedByTheServerAndRolledBack() {
        SqlStatement statement = reading("SELECT a FROM t -- all\n;\n", "it's", null, "\\");

        assertThat(statement.prepare())
                .isEqualTo("PREPARE codeb_query AS SELECT * FROM (SELECT a FROM t -- all\n) AS codeb_query LIMIT 11");
        assertThat(statement.execute()).isEqualTo("EXECUTE codeb_query ('it''s', NULL,  E'\\\\')");
        assertThat(statement.begin()).contains("SET statement_timeout = 3000").endsWith("BEGIN READ ONLY");
        assertThat(statement.end()).isEqualTo("ROLLBACK");
    }

    @Test
    void whatWritesIsRunAsItIsAndCommitted() {
        SqlStatement statement = writing("INSERT INTO t VALUES ($1) RETURNING a", "1");

        assertThat(statement.prepare()).isEqualTo("PREPARE codeb_query AS INSERT INTO t VALUES ($1) RETURNING a");
        assertThat(statement.execute()).isEqualTo("EXECUTE codeb_query ('1')");
        assertThat(statement.begin()).endsWith("BEGIN READ WRITE");
        assertThat(statement.end()).isEqualTo("COMMIT");
    }

    @Test
    void whatCannotBePreparedIsRunAsItIs() {
        assertThat(reading("SHOW timezone").prepare()).isNull();
        assertThat(reading("SHOW timezone").execute()).isEqualTo("SHOW timezone");
        assertThat(writing("CREATE TABLE t ()").prepare()).isNull();
    }

    @Test
    void aReportHasTheTypeOfItsFormat() {
        assertThat(reading("EXPLAIN SELECT 1").reportType()).isEqualTo("text");
        assertThat(reading("EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1").reportType())
                .isEqualTo("json");
        assertThat(reading("explain (format 'xml') SELECT 1").reportType()).isEqualTo("xml");
        assertThat(reading("EXPLAIN (FORMAT yaml) SELECT 1").reportType()).isEqualTo("text");
        assertThat(reading("EXPLAIN SELECT (format json) FROM t").reportType()).isEqualTo("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ; ",
                "-- nothing",
                "SELECT 1; SELECT 2",
                "SELECT 1;;",
                "SELECT 1; -- one\n COMMIT",
                "SELECT 1; /* open",
                "SELECT 1) x; DROP TABLE y; SELECT (1",
                "SELECT (1; DROP TABLE y; SELECT 2)",
                "SELECT 'a",
                "SELECT \"a",
                "SELECT $$a",
                "SELECT /* a",
                "SELECT (1",
                "SELECT 1 \\gexec",
                "\\! id",
                "SELECT 1\0",
                "SELECT 1a",
                // The server joins the two strings to one with escapes, and would then see two statements.
                "SELECT E'a'\n'\\' , '; COMMIT; DROP TABLE t; --'",
            })
    void whatIsNotOneStatementIsRefused(String sql) {
        assertRefused(() -> reading(sql));
        assertRefused(() -> writing(sql));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "UPDATE t SET a = 1",
                "DO $$ BEGIN END $$",
                "SET transaction_read_only = off",
                "CALL p()",
                "CREATE TABLE t ()",
                "VACUUM",
                "PREPARE x AS SELECT 1",
                "COMMIT",
                "\"select\" 1",
            })
    void whatCouldWriteIsRefusedWhereItMayOnlyRead(String sql) {
        assertThatThrownBy(() -> reading(sql)).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.hint())
                .isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMMIT", "BEGIN", "ROLLBACK", "start transaction", "SAVEPOINT x", "COPY t FROM stdin"})
    void whatWouldChangeTheTransactionOrItsStreamIsRefused(String sql) {
        assertRefused(() -> writing(sql));
    }

    @Test
    void aFunctionsBodyMayHaveSemicolons() {
        String sql = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END";

        assertThat(writing(sql + ";").execute()).isEqualTo(sql);
    }

    @Test
    void parametersAreOnlyForWhatCanBePrepared() {
        assertRefused(() -> reading("SHOW timezone", "x"));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.SQL_FAILED));
    }
}
