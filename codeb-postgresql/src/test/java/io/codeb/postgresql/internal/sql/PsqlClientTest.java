package io.codeb.postgresql.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.QueryResult;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.tck.fault.ScriptedRuntime.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsqlClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static QueryResult query(ScriptedPsql psql, String sql, int rowLimit, boolean readOnly) {
        return new PsqlClient(psql.target(), List.of())
                .query(new QuerySpec(sql, List.of(), rowLimit, TIMEOUT, readOnly), new Cancellation());
    }

    private static QueryResult query(ScriptedPsql psql, String sql) {
        return query(psql, sql, 10, true);
    }

    private static ErrorCode failure(ScriptedPsql psql) {
        try {
            query(psql, "SELECT 1");
        } catch (CodeBException e) {
            return e.code();
        }
        throw new AssertionError("the query should have failed");
    }

    @Test
    void columnsAndRowsAreReadWithTheirTypes() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "id,integer\n\"a,\"\"b\",character varying(10)\n" + mark + "\n"
                + "1,\"x\n,\"\"\"\n2,\n3," + mark + "-null\n" + mark + "\n");

        QueryResult result = query(psql, "SELECT * FROM t");

        assertThat(result.columns())
                .containsExactly(
                        new QueryResult.Column("id", "integer"), new QueryResult.Column("a,\"b", "character varying"));
        assertThat(result.rows().get(0)).containsExactly(1L, "x\n,\"");
        assertThat(result.rows().get(1)).containsExactly(2L, "");
        assertThat(result.rows().get(2)).containsExactly(3L, null);
        assertThat(result.truncated()).isFalse();
    }

    @Test
    void moreRowsThanTheLimitAreLeftOut() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\ny\nz\n" + mark + "\n");

        QueryResult result = query(psql, "SELECT a FROM t", 2, true);

        assertThat(result.rows()).containsExactly(List.of("x"), List.of("y"));
        assertThat(result.truncated()).isTrue();
    }

    @Test
    void whatAnswersNothingHasNoColumns() {
        ScriptedPsql described = ScriptedPsql.saying(
                mark -> "The command has no result, or the result has no columns.\n" + mark + "\n" + mark + "\n");
        ScriptedPsql direct = ScriptedPsql.saying(mark -> mark + "\n" + mark + "\n");

        assertThat(query(described, "DELETE FROM t", 10, false).columns()).isEmpty();
        assertThat(query(direct, "CREATE TABLE t ()", 10, false).columns()).isEmpty();
    }

    @Test
    void whatCannotBeDescribedIsNamedByItsHeader() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> mark + "\nTimeZone\nUTC\n" + mark + "\n");

        QueryResult result = query(psql, "SHOW timezone");

        assertThat(result.columns()).containsExactly(new QueryResult.Column("TimeZone", "text"));
        assertThat(result.rows()).containsExactly(List.of("UTC"));
    }

    @Test
    void psqlNeverReadsTheCallersSql() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> mark + "\n" + mark + "\n");

        query(psql, "SELECT '\\! id', ':DBNAME' /* \\! id */");

        assertThat(psql.script())
                .contains("SELECT  E'PREPARE codeb_query AS SELECT * FROM (SELECT ''\\\\! id'', '':DBNAME''"
                        + " /* \\\\! id */\n")
                .contains(" \\gexec\n")
                .containsPattern("ROLLBACK;\nDEALLOCATE ALL;\n\\\\pset tuples_only on\nSELECT 'codeb-[^']+';\n$");
    }

    @Test
    void theDatabaseIsNamedInTheEnvironmentAndThePasswordIsASecret() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> mark + "\n" + mark + "\n");

        query(psql, "SELECT");

        assertThat(psql.spec().command())
                .startsWith("/opt/pg/bin/psql", "-X")
                .noneMatch(word -> word.contains("s3cret"));
        assertThat(psql.spec().environment())
                .containsEntry("PGDATABASE", "a=b 'c'")
                .containsEntry("PGUSER", "app")
                .containsEntry("PGPORT", "5432")
                .doesNotContainKey("PGHOST")
                .doesNotContainValue("s3cret");
        assertThat(psql.spec().secrets()).containsOnlyKeys("PGPASSWORD");
    }

    @Test
    void onePsqlAnswersAllQueries() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\n" + mark + "\n");
        Cancellation cancellation = new Cancellation();
        QuerySpec query = new QuerySpec("SELECT a FROM t", List.of(), 10, TIMEOUT, true);

        try (PsqlClient client = new PsqlClient(psql.target(), List.of())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.query(query, cancellation).rows()).containsExactly(List.of("x"));
            }
            assertThat(psql.started()).isEqualTo(1);
            client.query(new QuerySpec("SELECT a FROM t", List.of(), 10, TIMEOUT.multipliedBy(2), true), cancellation);
            assertThat(psql.started())
                    .as("one that may be silent for another time")
                    .isEqualTo(2);
        }
    }

    @Test
    void psqlSaysFirstWhichProcessOfTheServerServesIt() {
        ScriptedPsql psql =
                ScriptedPsql.saying(mark -> mark + "-served-by,4711\na,text\n" + mark + "\nx\n" + mark + "\n");

        assertThat(query(psql, "SELECT a FROM t").rows()).containsExactly(List.of("x"));
        assertThat(psql.script())
                .containsSubsequence("-served-by', pg_catalog.pg_backend_pid();", "\\pset tuples_only off", "BEGIN");
        assertThat(failure(ScriptedPsql.saying(mark -> mark + "-served-by\n" + mark + "\n" + mark + "\n")))
                .isEqualTo(ErrorCode.CORRUPT);
        assertThat(failure(ScriptedPsql.saying(mark -> mark + "-served-by,x\n" + mark + "\n" + mark + "\n")))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void afterAnErrorAnotherPsqlIsStarted() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "welcome\n" + mark + "\n");
        QuerySpec query = new QuerySpec("SELECT a FROM t", List.of(), 10, TIMEOUT, true);
        Cancellation cancellation = new Cancellation();

        try (PsqlClient client = new PsqlClient(psql.target(), List.of())) {
            for (int i = 1; i <= 2; i++) {
                assertThatThrownBy(() -> client.query(query, cancellation)).isInstanceOf(IntegrityException.class);
                assertThat(psql.started()).isEqualTo(i);
            }
        }
    }

    @Test
    void anAnswerWithoutEndIsAnError() {
        assertThat(failure(ScriptedPsql.saying(mark -> ""))).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(failure(ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\n")))
                .isEqualTo(ErrorCode.TRUNCATED);
        assertThat(failure(ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\n" + mark)))
                .isEqualTo(ErrorCode.TRUNCATED);
    }

    @Test
    void anAnswerOfAnotherFormIsAnError() {
        assertThat(failure(ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx,y\n" + mark + "\n")))
                .isEqualTo(ErrorCode.CORRUPT);
        assertThat(failure(ScriptedPsql.saying(mark -> "welcome\n" + mark + "\n" + mark + "\n")))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void whatTheServerRefusesIsTold() {
        ScriptedPsql psql = ScriptedPsql.ending(
                Answer.of("").thenFailing(3, "ERROR:  25006: cannot execute nextval() in a read-only transaction\n"));

        assertThatThrownBy(() -> query(psql, "SELECT nextval('s')"))
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.hint()).contains("writing()"))
                .hasMessageContaining("read-only");
    }

    @Test
    void aPsqlThatIsMissingIsTold() {
        ScriptedPsql psql = ScriptedPsql.ending(Answer.missing());

        assertThat(failure(psql)).isEqualTo(ErrorCode.TOOL_MISSING);
    }

    @Test
    void aPsqlThatEndsBeforeItReadsIsDiagnosedByWhatItSaid() {
        ScriptedPsql psql = ScriptedPsql.endingUnread(
                Answer.of("").thenFailing(2, "psql: error: FATAL:  database \"x\" does not exist"));

        assertThat(failure(psql)).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
    }

    @Test
    void theServerCompilesCallersQueriesAsItLikesAndNoneOfTheCatalogs() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\n" + mark + "\n");
        QuerySpec query = new QuerySpec("SELECT a FROM t", List.of(), 10, TIMEOUT, true);

        try (SqlClient client = SqlClient.open(psql.target())) {
            client.query(query, new Cancellation());
            assertThat(psql.script()).doesNotContain("jit");
        }
        try (SqlClient client = SqlClient.openForCatalog(psql.target())) {
            client.query(query, new Cancellation());
            assertThat(psql.script()).contains("SET jit = off \\g /dev/null\n");
        }
    }

    @Test
    void withoutAPublishedPortPsqlIsAsked() {
        ScriptedPsql psql = ScriptedPsql.saying(mark -> "a,text\n" + mark + "\nx\n" + mark + "\n");

        try (SqlClient client = SqlClient.open(psql.target())) {
            assertThat(client).isInstanceOf(PsqlClient.class);
        }
    }
}
