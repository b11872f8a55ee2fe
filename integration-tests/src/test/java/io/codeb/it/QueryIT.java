package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.QueryResult;
import io.codeb.model.Secret;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries and inspections, over a connection of this process and through psql: what they answer is the same. */
class QueryIT {
    /** How the server is reached. */
    enum Way {
        /** Through the port that the container publishes. */
        CONNECTION,
        /** By psql in the container: under its own name there, nothing is known of the server here. */
        PSQL;

        Project of(PostgresServer server, Project project) {
            String nameInside = server.container().getContainerId().substring(0, 12);
            return this == CONNECTION ? project : project.server(nameInside, 5432);
        }
    }

    private static final PostgresServer SERVER = PostgresServer.shared(15);

    /** Every type that the server has, in shapes that are easily read wrong. */
    private static final List<String> VALUES = List.of(
            "true",
            "NULL::boolean",
            "1::smallint",
            "2147483647",
            "9223372036854775807",
            "4294967295::oid",
            "1.5::real",
            "'NaN'::real",
            "'-Infinity'::float8",
            "1e300::float8",
            "0.1::float8",
            "1.10::numeric(10,2)",
            "'NaN'::numeric",
            "123456789012345678901234567890.123",
            "1e-20::numeric",
            "'12.34'::money",
            "'a'::text",
            "''",
            "NULL",
            "'a'::varchar(10)",
            "'a'::char(5)",
            "'a'::bpchar",
            "'a'::\"char\"",
            "'a'::name",
            "'\\x00ff'::bytea",
            "''::bytea",
            "E'a,b\\n\"c\"\\r\\t\\\\.'",
            "'\\.'",
            "'표 \uD83D\uDE00'",
            "date '2024-02-29'",
            "date 'infinity'",
            "date '0044-03-15 BC'",
            "date '10000-01-01'",
            "time '24:00'",
            "time '12:34:56.789'",
            "time(2) '12:34:56.789'",
            "timetz '12:00+02'",
            "timestamp '2024-02-29 12:00'",
            "timestamp '2024-02-29 12:00:00.123456'",
            "timestamp(3) '2024-02-29 12:00:00.123456'",
            "timestamp 'infinity'",
            "timestamp '294276-12-31 23:59:59'",
            "timestamptz '2024-02-29 12:00:00+05:30'",
            "timestamptz '-infinity'",
            "timestamptz '0001-01-01 00:00:00+00 BC'",
            "interval '1 year 2 mons 3 days 04:05:06.7'",
            "interval '1' day",
            "interval '1.234' second(2)",
            "'1 day'::interval day to second(3)",
            "uuid 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'",
            "'{\"a\": [1]}'::json",
            "'{\"a\": [1]}'::jsonb",
            "'$.a'::jsonpath",
            "xml '<a>x</a>'",
            "inet '10.0.0.1/8'",
            "cidr '10/8'",
            "macaddr '08:00:2b:01:02:03'",
            "macaddr8 '08:00:2b:01:02:03:04:05'",
            "point(1,2)",
            "line '{1,2,3}'",
            "lseg '[(0,0),(1,1)]'",
            "box '((0,0),(1,1))'",
            "path '[(0,0),(1,1)]'",
            "polygon '((0,0),(1,1))'",
            "circle '<(0,0),1>'",
            "b'101'",
            "b'101'::bit(5)",
            "b'101'::varbit(8)",
            "'1'::\"bit\"",
            "'a b'::tsvector",
            "'a & b'::tsquery",
            "int4range(1,5)",
            "numrange(1,NULL)",
            "daterange('2024-01-01','infinity')",
            "array[1,2,NULL]",
            "array[[1,2],[3,4]]",
            "array['a,b','\"','NULL',NULL,'']",
            "array[1.5]::numeric(10,2)[]",
            "array['a']::varchar(5)[]",
            "array['a']::char(3)[]",
            "array[b'1']::bit(1)[]",
            "row(1,'a',NULL)",
            "'pg_class'::regclass",
            "to_regclass('nope')",
            "'int4'::regtype",
            "'now'::regproc",
            "'pg_catalog'::regnamespace",
            "'0/16B3748'::pg_lsn",
            "'(0,1)'::tid",
            "'1'::xid",
            "'1'::cid",
            "'1 2'::oidvector",
            "'1 2'::int2vector",
            "NULL::void",
            "'x'::refcursor",
            "'x'::it.mood",
            "array['x']::it.\"My Type(1)\"[]",
            "5::it.posint",
            "row(1,'a,\"b')::it.pair",
            "array[row(1,'x')::it.pair]",
            "(SELECT m FROM it.moody m)");

    @TempDir
    Path directory;

    private final List<CodeB> opened = new ArrayList<>();
    private Project project = SERVER.project();

    @BeforeEach
    void database() {
        SERVER.createDatabase(project.database());
    }

    @AfterEach
    void closeAll() {
        opened.forEach(CodeB::close);
    }

    private CodeB codeb(Project asked) {
        CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(asked)
                .build();
        opened.add(codeb);
        return codeb;
    }

    private QueryResult query(Way way, QueryRequest request) {
        return codeb(way.of(SERVER, project)).databases().query(request);
    }

    private static QueryRequest ask(String sql) {
        return QueryRequest.of("shop", sql);
    }

    private CodeBException refusal(Way way, QueryRequest request) {
        return catchThrowableOfType(CodeBException.class, () -> query(way, request));
    }

    @Test
    void bothWaysAnswerTheSameForEveryType() {
        SERVER.sql(project.database(), """
                CREATE SCHEMA it;
                CREATE TYPE it.mood AS ENUM ('x', 'y');
                CREATE TYPE it."My Type(1)" AS ENUM ('x', 'y');
                CREATE DOMAIN it.posint AS int CHECK (value > 0);
                CREATE TYPE it.pair AS (a int, b varchar(10));
                CREATE TABLE it.moody (a it.mood, b it.posint);
                INSERT INTO it.moody VALUES ('x', 1);
                """);
        QueryRequest request = ask("SELECT " + String.join(", ", VALUES));

        QueryResult direct = query(Way.CONNECTION, request);
        QueryResult exec = query(Way.PSQL, request);

        assertThat(direct.columns()).hasSameSizeAs(VALUES).isEqualTo(exec.columns());
        assertThat(comparable(direct)).isEqualTo(comparable(exec));
    }

    /** Arrays of bytes are equal when they are the same, so that lists of them never are. */
    private static List<@Nullable Object> comparable(QueryResult result) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Object value : result.rows().get(0)) {
            values.add(value instanceof byte[] bytes ? "bytes " + HexFormat.of().formatHex(bytes) : value);
        }
        return values;
    }

    @Test
    void bothWaysAnswerTheSameForEveryKindOfStatement() {
        Stream.of(
                        "SELECT",
                        "SELECT 1;",
                        "SELECT 1 AS a, 2 AS a, 3 AS \"we\"\"ird, '\n\" -- all",
                        "VALUES (1, 'a'), (2, NULL), (3, '')",
                        "TABLE pg_language",
                        "(SELECT 1) UNION (SELECT 2) ORDER BY 1",
                        "WITH x AS (SELECT 1) SELECT * FROM x",
                        "SHOW datestyle",
                        "EXPLAIN SELECT 1",
                        "EXPLAIN (FORMAT json) SELECT 1",
                        "SELECT '{\"a\": 1}'::jsonb ? 'a', (ARRAY[1,2,3])[1:2]",
                        "SELECT * FROM generate_series(1, 20)")
                .map(sql -> ask(sql).limit(5))
                .forEach(request -> {
                    QueryResult direct = query(Way.CONNECTION, request);
                    QueryResult exec = query(Way.PSQL, request);
                    assertThat(direct).as(request.sql()).isEqualTo(exec);
                });
    }

    @Test
    void bothWaysFailTheSame() {
        Stream.of(
                        "SELECT * FROM nope",
                        "SELECT 1/0",
                        "SELECT :DBNAME",
                        "SELECT $1::int",
                        "SELECT 1; SELECT 2",
                        "SELECT 1 \\gexec",
                        "SELECT nextval('s')",
                        "WITH x AS (DELETE FROM pg_class RETURNING *) SELECT * FROM x",
                        "INSERT INTO t VALUES (1)",
                        "SELECT set_config('transaction_read_only', 'off', false)",
                        "DO $$ BEGIN NULL; END $$",
                        "COMMIT")
                .map(QueryIT::ask)
                .forEach(request -> {
                    CodeBException direct = refusal(Way.CONNECTION, request);
                    CodeBException exec = refusal(Way.PSQL, request);
                    assertThat(direct).as(request.sql()).isNotNull();
                    assertThat(direct.code()).as(request.sql()).isEqualTo(ErrorCode.SQL_FAILED);
                    assertThat(exec).hasMessage(direct.getMessage());
                    assertThat(exec.code()).isEqualTo(direct.code());
                    assertThat(exec.hint()).isEqualTo(direct.hint());
                });
    }

    @ParameterizedTest
    @EnumSource
    void parametersAreValuesAndNothingElse(Way way) {
        QueryRequest request = ask("SELECT $1::int + 1, $2, $3::text, length($2)")
                .parameters(41, "it's \\ a \n'$1'; \\! id; :DBNAME", null);

        assertThat(query(way, request).rows().get(0))
                .containsExactly(42L, "it's \\ a \n'$1'; \\! id; :DBNAME", null, 30L);
    }

    @ParameterizedTest
    @EnumSource
    void theLimitIsKeptAndSaid(Way way) {
        QueryResult more = query(way, ask("SELECT * FROM generate_series(1, 4)").limit(3));
        QueryResult exact =
                query(way, ask("SELECT * FROM generate_series(1, 3)").limit(3));

        assertThat(more.rows()).hasSize(3);
        assertThat(more.truncated()).isTrue();
        assertThat(exact.rows()).hasSize(3);
        assertThat(exact.truncated()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatWritesIsCommittedOnlyWhereItMay(Way way) {
        query(way, ask("CREATE TABLE t (a int)").writing());
        QueryResult inserted = query(
                way,
                ask("INSERT INTO t SELECT * FROM generate_series(1, 9) RETURNING a")
                        .writing()
                        .limit(2));
        query(way, ask("UPDATE t SET a = a + $1").parameters(1).writing());
        CodeBException refused = refusal(way, ask("SELECT * FROM t FOR UPDATE"));

        assertThat(inserted.rows()).containsExactly(List.of(1L), List.of(2L));
        assertThat(inserted.truncated()).isTrue();
        assertThat(refused.hint()).contains("writing()");
        assertThat(SERVER.sql(project.database(), "SELECT count(*), sum(a) FROM t"))
                .isEqualTo("9|54");
    }

    @ParameterizedTest
    @EnumSource
    void whatTheServerLetsWriteAllTheSameIsRolledBack(Way way) {
        query(way, ask("EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1"));

        assertThat(SERVER.sql(project.database(), "SELECT to_regclass('t') IS NULL"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @EnumSource
    void aStatementThatTakesTooLongIsEnded(Way way) {
        CodeBException late = refusal(way, ask("SELECT pg_sleep(60)").timeout(Duration.ofMillis(300)));

        assertThat(late.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsTooLargeIsAnError(Way way) {
        CodeBException large = refusal(way, ask("SELECT repeat('x', 40000000) FROM generate_series(1, 2)"));

        assertThat(large.code()).isEqualTo(ErrorCode.SQL_FAILED);
        assertThat(large).hasMessageContaining("64 MiB");
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledQueryEndsAndLeavesNothingRunning(Way way) throws Exception {
        String sql = "SELECT pg_sleep(60), '" + way + "'";
        String running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                + " AND datname = current_database() AND query LIKE '%EXECUTE codeb_query%'";
        Cancellation cancellation = new Cancellation();
        CodeB codeb = codeb(way.of(SERVER, project));
        CompletableFuture<QueryResult> query = CompletableFuture.supplyAsync(
                () -> codeb.databases().query(ask(sql).timeout(Duration.ofMinutes(2)), cancellation));
        await(running, "1");

        cancellation.cancel("enough");

        assertThat(query.handle((result, failure) -> failure).get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancelledException.class);
        await(running, "0");
        assertThat(SERVER.container().getLogs()).doesNotContain("terminated by signal");
    }

    private void await(String sql, String expected) {
        Aftermath.eventually(() -> SERVER.sql(project.database(), sql), expected);
    }

    @ParameterizedTest
    @EnumSource
    void whoMayNotConnectIsToldWhy(Way way) {
        project = project.password(Secret.of("wrong"));
        assertThat(refusal(way, ask("SELECT 1")).code()).isEqualTo(ErrorCode.AUTH_FAILED);

        project = project.password(Secret.of(PostgresServer.PASSWORD)).database("no such database");
        assertThat(refusal(way, ask("SELECT 1")).code()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseMayHaveAnyName(Way way) {
        String name = "we\"ird = $(x) 'name' 한국";
        if (way == Way.CONNECTION) {
            SERVER.createDatabase(name);
        }
        project = project.database(name);

        assertThat(query(way, ask("SELECT current_database()::text")).rows()).containsExactly(List.of(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17, 18})
    void bothWaysSeeTheSameDatabase(int major) {
        PostgresServer server = PostgresServer.shared(major);
        Project inspected = server.project();
        server.createDatabase(inspected.database());
        server.sql(inspected.database(), """
                CREATE EXTENSION pg_trgm;
                CREATE SCHEMA "we""ird 한국";
                CREATE TABLE "we""ird 한국"."select" (a int PRIMARY KEY);
                INSERT INTO "we""ird 한국"."select" SELECT * FROM generate_series(1, 1000);
                CREATE TABLE parts (a int) PARTITION BY LIST (a);
                CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);
                CREATE MATERIALIZED VIEW seen AS SELECT 1;
                CREATE VIEW unseen AS SELECT 1;
                CREATE TEMPORARY TABLE passing (a int);
                ANALYZE "we""ird 한국"."select";
                """);

        DatabaseInfo direct =
                codeb(Way.CONNECTION.of(server, inspected)).databases().inspect("shop");
        DatabaseInfo exec = codeb(Way.PSQL.of(server, inspected)).databases().inspect("shop");

        assertThat(exec)
                .usingRecursiveComparison()
                .ignoringFields("database.sizeBytes")
                .isEqualTo(direct);
        assertThat(direct.server().major()).isEqualTo(major);
        assertThat(direct.server().text()).startsWith(major + ".");
        assertThat(direct.database().name()).isEqualTo(inspected.database());
        assertThat(direct.database().sizeBytes()).isGreaterThan(5_000_000);
        assertThat(direct.facts().tree())
                .containsEntry("owner", PostgresServer.USER)
                .containsEntry("encoding", "UTF8")
                .containsEntry("localeProvider", "libc")
                .containsEntry("locale", "")
                .containsEntry(
                        "collation",
                        server.sql(
                                inspected.database(),
                                "SELECT datcollate FROM pg_database WHERE datname = current_database()"));
        assertThat(direct.facts().tree().get("extensions"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .extracting(extension -> extension.get("name"))
                .containsExactly("pg_trgm", "plpgsql");
        assertThat(direct.tables())
                .extracting(TableInfo::table)
                .containsExactly(
                        new TableName("public", "part1"),
                        new TableName("public", "parts"),
                        new TableName("public", "seen"),
                        new TableName("we\"ird 한국", "select"));
        assertThat(direct.tables())
                .extracting(TableInfo::kind)
                .containsExactly(
                        TableInfo.Kind.TABLE,
                        TableInfo.Kind.PARTITIONED_TABLE,
                        TableInfo.Kind.MATERIALIZED_VIEW,
                        TableInfo.Kind.TABLE);
        assertThat(direct.tables().get(0).estimatedRows()).isEqualTo(-1);
        assertThat(direct.tables().get(1).sizeBytes()).isZero();
        assertThat(direct.tables().get(3).estimatedRows()).isEqualTo(1000);
        assertThat(direct.tables().get(3).sizeBytes()).isGreaterThan(40_000);
    }
}
