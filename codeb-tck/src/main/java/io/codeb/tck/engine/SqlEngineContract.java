package io.codeb.tck.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.EntryKind;
import io.codeb.model.QueryResult;
import io.codeb.model.RestoreMode;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.SqlAccess;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every engine promises whose databases speak SQL, beside {@link DatabaseEngineContract}: queries, definitions and
 * rows apart, and what the server has around its databases. The SQL in here is the standard's; what each server does in
 * its own way is a method to answer.
 *
 * <p>The user of the targets may read the server's roles.
 */
public abstract class SqlEngineContract extends DatabaseEngineContract {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** For subclasses. */
    protected SqlEngineContract() {}

    /**
     * Runs a statement by other means than the engine.
     *
     * @param database where
     * @param sql the statement
     */
    protected abstract void execute(String database, String sql);

    /**
     * Runs a query by other means than the engine.
     *
     * @param database where
     * @param sql answers one column of one row
     * @return its value as text, or null
     */
    protected abstract @Nullable String value(String database, String sql);

    /**
     * What the server keeps of the password of the targets' user, as a dump of the globals would have it.
     *
     * @return the hash
     */
    protected abstract String passwordHash();

    /**
     * A query that reads only and runs for at least a minute.
     *
     * @return SQL
     */
    protected abstract String slowQuery();

    @Override
    protected void createTable(String database, String table) {
        execute(database, "CREATE TABLE " + table + " (id integer PRIMARY KEY, body varchar(200))");
    }

    @Override
    protected void insert(String database, String table, Map<Integer, @Nullable String> rows) {
        StringJoiner values = new StringJoiner(", ", "INSERT INTO " + table + " (id, body) VALUES ", "");
        rows.forEach((id, body) ->
                values.add("(" + id + ", " + (body == null ? "NULL" : "'" + body.replace("'", "''") + "'") + ")"));
        execute(database, values.toString());
    }

    @Override
    protected Map<Integer, @Nullable String> rows(String database, String table) {
        Map<Integer, @Nullable String> rows = new LinkedHashMap<>();
        for (List<@Nullable Object> row :
                query(database, "SELECT id, body FROM " + table).rows()) {
            rows.put(Integer.valueOf(String.valueOf(row.get(0))), (String) row.get(1));
        }
        return rows;
    }

    @Nested
    class Parts {
        @Test
        void definitionsAloneHoldNoRows() {
            String source = shop();
            Dump dump = dump(source, new Selection(Content.SCHEMA_ONLY, List.of(), List.of(), List.of()));
            String copy = newName();

            restore(copy, RestoreMode.NEW, dump);

            assertThat(dump.facts().tables()).noneMatch(table -> table.rows() > 0);
            assertThat(tables(copy)).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(rows(copy, "items")).isEmpty();
        }

        @Test
        void rowsAloneFillTheTablesThatAreThere() {
            String source = shop();
            Dump dump = dump(source, new Selection(Content.DATA_ONLY, List.of(), List.of(), List.of()));
            String copy = newDatabase();
            createTables(copy);

            RestoreFacts restored = restore(copy, RestoreMode.EXISTING, dump);

            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(content(copy)).isEqualTo(content(source));
        }
    }

    @Nested
    class Globals {
        @Test
        void globalsAreDumpedOnlyWhenAskedFor() {
            String source = shop();

            assertThat(dump(source).output().kinds()).containsExactly(EntryKind.DUMP);
            assertThat(globals(source, false)).contains(target(source).user());
        }

        @Test
        void passwordHashesAreInTheGlobalsOnlyWhenAskedFor() {
            String source = shop();

            assertThat(globals(source, false)).doesNotContain(passwordHash());
            assertThat(globals(source, true)).contains(passwordHash());
        }
    }

    @Nested
    class ReachingBySql {
        @Test
        void aQueryThatIsCancelledBeforehandDoesNotRun() {
            String source = shop();
            Cancellation cancelled = new Cancellation();
            cancelled.cancel("on purpose");

            assertThatThrownBy(() -> sql().query(target(source), writing("DELETE FROM notes"), cancelled))
                    .isInstanceOf(CancelledException.class);

            assertThat(rows(source, "notes")).hasSize(NOTES);
        }

        @Test
        void aQueryToADatabaseThatIsMissingIsRefused() {
            String missing = newName();

            refused(ErrorCode.DATABASE_NOT_FOUND, () -> query(missing, "SELECT 1"));

            assertThat(databases()).doesNotContain(missing);
        }

        @Test
        void tablesAreListedAsAnInspectionFindsThem() {
            String source = shop();

            List<TableInfo> tables = sql().tables(target(source), new Cancellation());

            assertThat(tables)
                    .extracting(TableInfo::table)
                    .containsExactlyElementsOf(inspect(source).tables().stream()
                            .map(TableInfo::table)
                            .toList());
            assertThat(tables.get(0).sizeBytes()).isPositive();
            assertThat(inspect(source).database().sizeBytes()).isPositive();
        }
    }

    @Nested
    class Queries {
        @Test
        void aQueryAnswersValuesOfTheTypesOfItsColumns() {
            String source = newDatabase();
            execute(
                    source,
                    "CREATE TABLE typed (small smallint, whole integer, large bigint, exact decimal(12, 3),"
                            + " inexact double precision, day date, moment timestamp, words varchar(50),"
                            + " nothing integer)");
            execute(
                    source,
                    "INSERT INTO typed VALUES (-5, 42, 9007199254740993, 123456789.125, 0.5, '2026-02-28',"
                            + " '2026-02-28 13:14:15', 'it''s 주문', NULL)");

            QueryResult result = query(source, "SELECT * FROM typed");

            assertThat(result.columns())
                    .extracting(QueryResult.Column::name)
                    .containsExactly(
                            "small", "whole", "large", "exact", "inexact", "day", "moment", "words", "nothing");
            assertThat(result.rows()).hasSize(1);
            assertThat(result.rows().get(0))
                    .containsExactly(
                            -5L,
                            42L,
                            9007199254740993L,
                            new BigDecimal("123456789.125"),
                            0.5,
                            LocalDate.of(2026, 2, 28),
                            LocalDateTime.of(2026, 2, 28, 13, 14, 15),
                            "it's 주문",
                            null);
            assertThat(result.truncated()).isFalse();
        }

        @Test
        void parametersAreWhatTheStatementGets() {
            String source = shop();

            QueryResult result = sql().query(
                            target(source),
                            new QuerySpec(
                                    "SELECT id FROM items WHERE id > $1 AND id <= $2 ORDER BY id",
                                    List.of("10", "12"),
                                    10,
                                    A_MINUTE,
                                    true),
                            new Cancellation());

            assertThat(result.rows()).containsExactly(List.of(11L), List.of(12L));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "'; DROP TABLE items; --",
                    "x' OR '1'='1",
                    "\\'; DROP TABLE items; --",
                    "$1 $$ $x$ :name :'name' ? %s",
                    "$(touch x) `x` \"quoted\" ''",
                    "a tab\ta line\nand\r\nanother\n\\.\n",
                    "",
                    "\\N",
                    "쇼핑 😀"
                })
        void aParameterIsOnlyEverAValue(String wild) {
            String source = shop();

            addNote(source, List.of("77", wild));
            QueryResult found = sql().query(
                            target(source),
                            new QuerySpec(
                                    "SELECT body FROM notes WHERE body = $1 AND id = 77",
                                    List.of(wild),
                                    10,
                                    A_MINUTE,
                                    true),
                            new Cancellation());

            assertThat(found.rows()).containsExactly(List.of(wild));
            assertThat(value(source, "SELECT body FROM notes WHERE id = 77")).isEqualTo(wild);
            assertThat(tables(source)).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(value(source, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(itemCount()));
        }

        private void addNote(String database, List<@Nullable String> idAndBody) {
            QuerySpec insertion =
                    new QuerySpec("INSERT INTO notes (id, body) VALUES ($1, $2)", idAndBody, 10, A_MINUTE, false);
            sql().query(target(database), insertion, new Cancellation());
        }

        @Test
        void aNullParameterIsNull() {
            String source = shop();

            addNote(source, Arrays.asList("78", null));

            assertThat(value(source, "SELECT count(*) FROM notes WHERE id = 78 AND body IS NULL"))
                    .isEqualTo("1");
        }

        @Test
        void moreRowsThanTheLimitAreCutOffAndItIsSaidSo() {
            String source = shop();

            QueryResult some = query(source, "SELECT id FROM items ORDER BY id", itemCount() - 1);
            QueryResult all = query(source, "SELECT id FROM items ORDER BY id", itemCount());

            assertThat(some.rows()).hasSize(itemCount() - 1);
            assertThat(some.truncated()).isTrue();
            assertThat(all.rows()).hasSize(itemCount());
            assertThat(all.truncated()).isFalse();
        }

        @Test
        void aStatementThatRunsTooLongIsEnded() {
            String source = newDatabase();

            refused(ErrorCode.QUERY_TIMEOUT, () -> sql().query(
                            target(source),
                            new QuerySpec(slowQuery(), List.of(), 10, Duration.ofMillis(500), true),
                            new Cancellation()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DELETE FROM notes",
                    "INSERT INTO notes (id, body) VALUES (90, 'x')",
                    "UPDATE notes SET body = 'x'",
                    "DROP TABLE notes",
                    "CREATE TABLE more (id integer)"
                })
        void aQueryThatMayOnlyReadDoesNotWrite(String statement) {
            String source = shop();
            List<Map<Integer, @Nullable String>> before = content(source);

            refused(ErrorCode.SQL_FAILED, () -> query(source, statement));

            assertThat(tables(source)).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(content(source)).isEqualTo(before);
        }

        @Test
        void aQueryThatMayWriteDoes() {
            String source = shop();

            sql().query(target(source), writing("DELETE FROM notes WHERE id = 1"), new Cancellation());
            sql().query(target(source), writing("CREATE TABLE more (id integer)"), new Cancellation());

            assertThat(value(source, "SELECT count(*) FROM notes")).isEqualTo("2");
            assertThat(tables(source)).containsExactly("items", "more", "notes");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DELETE FROM notes; DELETE FROM items",
                    "SELECT 1; DELETE FROM notes",
                    "COMMIT; DELETE FROM notes",
                    "SELECT ';' ; -- a comment\nDELETE FROM notes;"
                })
        void twoStatementsAreRefusedAndNoneIsRun(String statements) {
            String source = shop();

            refused(ErrorCode.SQL_FAILED, () -> sql().query(target(source), writing(statements), new Cancellation()));

            assertThat(value(source, "SELECT count(*) FROM notes")).isEqualTo("3");
            assertThat(value(source, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(itemCount()));
        }

        @Test
        void whatTheServerRefusesIsAnError() {
            String source = shop();

            refused(ErrorCode.SQL_FAILED, () -> query(source, "SELECT no_such_column FROM items"));
            refused(ErrorCode.SQL_FAILED, () -> query(source, "SELEC 1"));
            refused(ErrorCode.SQL_FAILED, () -> query(source, ""));
        }
    }

    private String globals(String database, boolean passwordHashes) {
        MemoryDump output = MemoryDump.taking();
        engine().dump(
                        target(database),
                        DumpSpec.of(Selection.EVERYTHING).withGlobals(passwordHashes),
                        output,
                        new Cancellation());
        output.requireAllFinished();
        assertThat(output.kinds()).containsExactlyInAnyOrder(EntryKind.DUMP, EntryKind.GLOBALS);
        return new String(output.bytes(EntryKind.GLOBALS), UTF_8);
    }

    private SqlAccess sql() {
        return engine().sql().orElseThrow();
    }

    private QueryResult query(String database, String sql) {
        return query(database, sql, 10_000);
    }

    private QueryResult query(String database, String sql, int rowLimit) {
        return sql().query(
                        target(database), new QuerySpec(sql, List.of(), rowLimit, A_MINUTE, true), new Cancellation());
    }

    private static QuerySpec writing(String sql) {
        return new QuerySpec(sql, List.of(), 10, A_MINUTE, false);
    }
}
