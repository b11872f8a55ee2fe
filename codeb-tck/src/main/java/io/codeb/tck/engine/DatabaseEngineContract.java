package io.codeb.tck.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.QueryResult;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.SqlAccess;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link DatabaseEngine} for SQL promises. Inherit it, say where a server is, and run it. The SQL in here is
 * the standard's; what each server does in its own way is a method to answer.
 *
 * <p>The user of the targets may create databases and read the server's roles. Tests run one after the other and drop
 * the databases that they make.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DatabaseEngineContract {
    private static final int ITEMS = 400;
    private static final List<String> BOTH_TABLES = List.of("items", "notes");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final List<String> made = new ArrayList<>();

    /** For subclasses. */
    protected DatabaseEngineContract() {}

    /**
     * The engine under test.
     *
     * @return the same for all calls in one test
     */
    protected abstract DatabaseEngine engine();

    /**
     * Says how to reach a database of the server.
     *
     * @param database its name; it need not exist
     * @return a target whose user asks for a password
     */
    protected abstract DatabaseTarget target(String database);

    /**
     * Makes an empty database.
     *
     * @param database its name, any characters
     */
    protected abstract void createDatabase(String database);

    /**
     * Removes a database if it exists.
     *
     * @param database its name, any characters
     */
    protected abstract void dropDatabase(String database);

    /**
     * Lists the databases of the server.
     *
     * @return their names
     */
    protected abstract Set<String> databases();

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

    @AfterEach
    void dropDatabases() {
        made.forEach(this::dropDatabase);
    }

    @Nested
    class Identity {
        @Test
        void theEngineHasAName() {
            assertThat(engine().id()).matches("[a-z][a-z0-9-]*");
        }
    }

    @Nested
    class Dumping {
        @Test
        void aDumpComesBackInANewDatabase() {
            String source = shop();
            Dump dump = dump(source);
            String copy = newName();

            RestoreFacts restored = restore(copy, RestoreMode.NEW, dump);

            assertThat(content(copy)).isEqualTo(content(source));
            assertThat(value(copy, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(ITEMS));
            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(restored.server()).isEqualTo(dump.facts().engine().server());
        }

        @Test
        void aDumpTellsWhatItHolds() {
            String source = shop();

            DumpFacts facts = dump(source).facts();

            assertThat(facts.tables()).extracting(TableRows::name).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(facts.tables()).extracting(TableRows::rows).containsExactly((long) ITEMS, 3L);
            assertThat(facts.engine().id()).isEqualTo(engine().id());
            assertThat(facts.engine().server().text()).isNotBlank();
            assertThat(facts.engine().tool()).isNotBlank();
            assertThat(facts.selection()).isEqualTo(Selection.EVERYTHING);
            assertThat(facts.database().name()).isEqualTo(source);
        }

        @Test
        void aDumpLeavesTheDatabaseAsItWas() {
            String source = shop();
            List<QueryResult> before = content(source);
            Set<String> databases = databases();

            dump(source);

            assertThat(content(source)).isEqualTo(before);
            assertThat(databases()).isEqualTo(databases);
        }

        @Test
        void aDumpIsOfOneMoment() {
            String source = shop();
            MemoryDump output = MemoryDump.doingAtFirstByte(() -> {
                execute(source, "INSERT INTO items (id, name) VALUES (10001, 'late')");
                execute(source, "INSERT INTO notes (id, body) VALUES (10001, 'late')");
            });

            List<TableRows> tables = dump(source, Selection.EVERYTHING, output).tables();

            assertThat(tables.get(0).rows() - ITEMS).isEqualTo(tables.get(1).rows() - 3);
            assertThat(value(source, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(ITEMS + 1));
        }

        @Test
        void anEmptyDatabaseIsDumpedAndRestored() {
            String source = newDatabase();
            Dump dump = dump(source);
            String copy = newName();

            RestoreFacts restored = restore(copy, RestoreMode.NEW, dump);

            assertThat(dump.facts().tables()).isEmpty();
            assertThat(restored.tables()).isEmpty();
            assertThat(databases()).contains(copy);
        }

        @Test
        void aDatabaseOfAnyNameIsInspectedDumpedAndRestored() {
            String source = withShop(made("we\"ird $(x) 'name' " + DATABASES.incrementAndGet()));
            String copy = made(source + " \\ 2");

            Dump dump = dump(source);
            RestoreFacts restored = restore(copy, RestoreMode.NEW, dump);
            restore(copy, RestoreMode.REPLACING, dump);

            assertThat(inspect(source).database().name()).isEqualTo(source);
            assertThat(dump.facts().database().name()).isEqualTo(source);
            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(content(copy)).isEqualTo(content(source));
        }
    }

    @Nested
    class DumpsThatFail {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 5_000, 30_000})
        void aFailureOfTheOutputFailsTheDumpAndIsWhatTheCallerSees(int afterBytes) {
            String source = shop();
            StorageException noRoom = new StorageException(ErrorCode.STORAGE_FULL, "no room", "");
            MemoryDump output = MemoryDump.failingAfter(afterBytes, noRoom);

            assertThatThrownBy(() -> dump(source, Selection.EVERYTHING, output)).isSameAs(noRoom);

            output.requireNoneFinished();
        }

        @Test
        void aFailureOfTheOutputAtItsVeryEndIsOneToo() {
            String source = shop();
            StorageException noRoom = new StorageException(ErrorCode.STORAGE_FULL, "no room", "");
            MemoryDump output = MemoryDump.failingAfter(dump(source).bytes().length + 1_000_000L, noRoom);

            assertThatThrownBy(() -> dump(source, Selection.EVERYTHING, output)).isSameAs(noRoom);

            output.requireNoneFinished();
        }

        @Test
        void aDumpThatIsCancelledOnTheWayFinishesNoEntry() {
            String source = shop();
            Cancellation cancellation = new Cancellation();
            MemoryDump output = MemoryDump.doingAtFirstByte(() -> cancellation.cancel("on purpose"));

            assertThatThrownBy(() -> engine().dump(
                                    target(source),
                                    new DumpSpec(Selection.EVERYTHING, false, false),
                                    output,
                                    cancellation))
                    .isInstanceOf(CancelledException.class);

            output.requireNoneFinished();
        }
    }

    @Nested
    class Selecting {
        @Test
        void onlyTheTablesThatAreIncludedAreDumped() {
            String source = shop();
            Dump dump = dump(source, new Selection(Content.FULL, List.of("notes"), List.of(), List.of()));
            String copy = newName();

            restore(copy, RestoreMode.NEW, dump);

            assertThat(dump.facts().tables()).extracting(TableRows::name).containsExactly("notes");
            assertThat(tables(copy)).containsExactly("notes");
        }

        @Test
        void tablesThatAreExcludedAreLeftOut() {
            String source = shop();
            Dump dump = dump(source, new Selection(Content.FULL, List.of(), List.of("notes"), List.of()));
            String copy = newName();

            restore(copy, RestoreMode.NEW, dump);

            assertThat(dump.facts().tables()).extracting(TableRows::name).containsExactly("items");
            assertThat(tables(copy)).containsExactly("items");
        }

        @Test
        void definitionsAloneHoldNoRows() {
            String source = shop();
            Dump dump = dump(source, new Selection(Content.SCHEMA_ONLY, List.of(), List.of(), List.of()));
            String copy = newName();

            restore(copy, RestoreMode.NEW, dump);

            assertThat(dump.facts().tables()).noneMatch(table -> table.rows() > 0);
            assertThat(tables(copy)).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(value(copy, "SELECT count(*) FROM items")).isEqualTo("0");
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

        @Test
        void aPatternThatMatchesNothingIsAnError() {
            String source = shop();
            MemoryDump output = MemoryDump.taking();

            refused(
                    ErrorCode.NOTHING_MATCHES,
                    () -> dump(
                            source,
                            new Selection(Content.FULL, List.of("items", "itmes"), List.of(), List.of()),
                            output));
            refused(
                    ErrorCode.NOTHING_MATCHES,
                    () -> dump(source, new Selection(Content.FULL, List.of(), List.of("ntoes"), List.of()), output));

            output.requireNoneFinished();
        }

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
    class Restoring {
        @Test
        void anExistingDatabaseThatIsEmptyIsFilled() {
            String source = shop();
            Dump dump = dump(source);
            String copy = newDatabase();

            RestoreFacts restored = restore(copy, RestoreMode.EXISTING, dump);

            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(content(copy)).isEqualTo(content(source));
        }

        @Test
        void anExistingDatabaseThatIsNotEmptyStaysAsItWas() {
            Dump dump = dump(shop());
            String other = otherThings();

            refused(ErrorCode.DATABASE_NOT_EMPTY, () -> restore(other, RestoreMode.EXISTING, dump));

            requireOtherThings(other);
        }

        @Test
        void aDatabaseThatShallBeNewAndExistsStaysAsItWas() {
            Dump dump = dump(shop());
            String other = otherThings();

            refused(ErrorCode.DATABASE_EXISTS, () -> restore(other, RestoreMode.NEW, dump));

            requireOtherThings(other);
        }

        @Test
        void aDatabaseThatShallBeCleanIsReplaced() {
            String source = shop();
            Dump dump = dump(source);
            String other = otherThings();
            Set<String> databases = databases();

            RestoreFacts restored = restore(other, RestoreMode.REPLACING, dump);

            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(tables(other)).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(content(other)).isEqualTo(content(source));
            assertThat(databases()).isEqualTo(databases);
        }

        @Test
        void aDatabaseThatShallBeCleanAndIsMissingIsMade() {
            String source = shop();
            String copy = newName();

            restore(copy, RestoreMode.REPLACING, dump(source));

            assertThat(content(copy)).isEqualTo(content(source));
        }

        @Test
        void aDumpWithoutAManifestIsRestoredToo() {
            String source = shop();
            String copy = newName();

            RestoreFacts restored = engine().restore(
                            target(copy),
                            new RestoreSpec(RestoreMode.NEW, null),
                            MemoryInput.of(dump(source).bytes()),
                            new Cancellation());

            assertThat(restored.tables()).extracting(TableRows::rows).containsExactly((long) ITEMS, 3L);
            assertThat(content(copy)).isEqualTo(content(source));
        }
    }

    @Nested
    class RestoresThatFail {
        /** Parts of the dump, in thousandths; at 1000 only the proof of its end is missing. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 300, 600, 990, 1_000})
        void aCutStreamRestoresNothing(int thousandths) {
            Dump dump = dump(shop());
            int length = (int) ((long) dump.bytes().length * thousandths / 1_000);

            requireNothingRestored(
                    target -> refusedToRestore(target, dump, MemoryInput.truncatedAt(dump.bytes(), length)),
                    ErrorCode.TRUNCATED);
        }

        /** Parts of the dump, in thousandths. Where it is cut decides what is wrong with it. */
        @ParameterizedTest
        @ValueSource(ints = {300, 600, 990})
        void aCutFileRestoresNothing(int thousandths) {
            Dump dump = dump(shop());
            byte[] part = Arrays.copyOf(dump.bytes(), (int) ((long) dump.bytes().length * thousandths / 1_000));

            requireNothingRestored(
                    target -> refusedToRestore(target, dump, MemoryInput.of(part)),
                    ErrorCode.TRUNCATED,
                    ErrorCode.DUMP_UNSAFE);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "\n", "<!DOCTYPE html><html><body>502 Bad" + " Gateway</body></html>", "\0\1\2\3 rubbish"
                })
        void whatIsNoDumpRestoresNothing(String text) {
            Dump dump = dump(shop());

            requireNothingRestored(
                    target -> refusedToRestore(target, dump, MemoryInput.of(text.getBytes(UTF_8))),
                    ErrorCode.DUMP_UNRECOGNIZED);
        }

        @Test
        void aDumpWithOtherRowsThanItsManifestSaysRestoresNothing() {
            Dump dump = dump(shop());
            List<TableRows> tables = new ArrayList<>(dump.facts().tables());
            tables.set(0, new TableRows(tables.get(0).schema(), tables.get(0).name(), ITEMS + 1));
            Dump other = new Dump(dump.facts().withTables(tables), dump.output());

            requireNothingRestored(
                    target -> refusedToRestore(target, other, MemoryInput.of(dump.bytes())), ErrorCode.RESTORE_DIFFERS);
        }

        @ParameterizedTest
        @EnumSource(RestoreMode.class)
        void aRestoreThatIsCancelledOnTheWayLeavesTheTargetAsItWas(RestoreMode mode) {
            Dump dump = dump(shop());
            Cancellation cancellation = new Cancellation();
            String target =
                    mode == RestoreMode.NEW ? newName() : mode == RestoreMode.EXISTING ? newDatabase() : otherThings();
            Set<String> databases = databases();
            MemoryInput input = MemoryInput.doingAfterFirstPiece(dump.bytes(), () -> cancellation.cancel("on purpose"));

            assertThatThrownBy(() ->
                            engine().restore(target(target), new RestoreSpec(mode, dump.facts()), input, cancellation))
                    .isInstanceOf(CancelledException.class);

            input.requireAllClosed();
            assertThat(databases()).isEqualTo(databases);
            if (mode == RestoreMode.EXISTING) {
                assertThat(tables(target)).isEmpty();
            } else if (mode == RestoreMode.REPLACING) {
                requireOtherThings(target);
            }
        }
    }

    @Nested
    class Reaching {
        @Test
        void whatIsCancelledBeforehandDoesNotHappen() {
            String source = shop();
            Dump dump = dump(source);
            Cancellation cancelled = new Cancellation();
            cancelled.cancel("on purpose");
            String copy = newName();
            MemoryDump output = MemoryDump.taking();

            assertThatThrownBy(() -> engine().inspect(target(source), cancelled))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> sql().query(target(source), writing("DELETE FROM notes"), cancelled))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> engine().dump(
                                    target(source),
                                    new DumpSpec(Selection.EVERYTHING, false, false),
                                    output,
                                    cancelled))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> engine().restore(
                                    target(copy),
                                    new RestoreSpec(RestoreMode.NEW, dump.facts()),
                                    MemoryInput.of(dump.bytes()),
                                    cancelled))
                    .isInstanceOf(CancelledException.class);

            output.requireNoneFinished();
            assertThat(databases()).doesNotContain(copy);
            assertThat(value(source, "SELECT count(*) FROM notes")).isEqualTo("3");
        }

        @Test
        void aDatabaseThatIsMissingIsSaidSo() {
            String missing = newName();
            MemoryDump output = MemoryDump.taking();

            refused(ErrorCode.DATABASE_NOT_FOUND, () -> inspect(missing));
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> query(missing, "SELECT 1"));
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> dump(missing, Selection.EVERYTHING, output));
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> restore(missing, RestoreMode.EXISTING, dump(shop())));

            output.requireNoneFinished();
            assertThat(databases()).doesNotContain(missing);
        }

        @Test
        void aWrongPasswordIsRefusedAndNotRepeated() {
            String source = shop();
            DatabaseTarget right = target(source);
            DatabaseTarget wrong = right.server()
                    .withUser(right.user(), Secret.of("not-the-password"))
                    .database(right.database());
            MemoryDump output = MemoryDump.taking();

            assertThat(refused(ErrorCode.AUTH_FAILED, () -> engine().inspect(wrong, new Cancellation())))
                    .hasMessageNotContaining("not-the-password");
            assertThat(refused(ErrorCode.AUTH_FAILED, () -> engine().dump(
                                    wrong,
                                    new DumpSpec(Selection.EVERYTHING, false, false),
                                    output,
                                    new Cancellation())))
                    .hasMessageNotContaining("not-the-password");

            output.requireNoneFinished();
        }

        @Test
        void anInspectionTellsWhatIsThere() {
            String source = shop();

            DatabaseInfo info = inspect(source);

            assertThat(info.engine()).isEqualTo(engine().id());
            assertThat(info.server().text()).isNotBlank();
            assertThat(info.server().major()).isPositive();
            assertThat(info.database().name()).isEqualTo(source);
            assertThat(info.database().sizeBytes()).isPositive();
            assertThat(info.tables()).extracting(table -> table.table().name()).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(sql().tables(target(source), new Cancellation()))
                    .extracting(TableInfo::table)
                    .containsExactlyElementsOf(
                            info.tables().stream().map(TableInfo::table).toList());
            assertThat(info.tables()).extracting(TableInfo::kind).containsOnly(TableInfo.Kind.TABLE);
            assertThat(info.tables().get(0).sizeBytes()).isPositive();
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

            sql().query(
                            target(source),
                            new QuerySpec(
                                    "INSERT INTO notes (id, body) VALUES ($1, $2)",
                                    List.of("77", wild),
                                    10,
                                    A_MINUTE,
                                    false),
                            new Cancellation());
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
            assertThat(value(source, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(ITEMS));
        }

        @Test
        void aNullParameterIsNull() {
            String source = shop();

            sql().query(
                            target(source),
                            new QuerySpec(
                                    "INSERT INTO notes (id, body) VALUES ($1, $2)",
                                    Arrays.asList("78", null),
                                    10,
                                    A_MINUTE,
                                    false),
                            new Cancellation());

            assertThat(value(source, "SELECT count(*) FROM notes WHERE id = 78 AND body IS NULL"))
                    .isEqualTo("1");
        }

        @Test
        void moreRowsThanTheLimitAreCutOffAndItIsSaidSo() {
            String source = shop();

            QueryResult some = query(source, "SELECT id FROM items ORDER BY id", ITEMS - 1);
            QueryResult all = query(source, "SELECT id FROM items ORDER BY id", ITEMS);

            assertThat(some.rows()).hasSize(ITEMS - 1);
            assertThat(some.truncated()).isTrue();
            assertThat(all.rows()).hasSize(ITEMS);
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
            List<QueryResult> before = content(source);

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
            assertThat(value(source, "SELECT count(*) FROM items")).isEqualTo(Integer.toString(ITEMS));
        }

        @Test
        void whatTheServerRefusesIsAnError() {
            String source = shop();

            refused(ErrorCode.SQL_FAILED, () -> query(source, "SELECT no_such_column FROM items"));
            refused(ErrorCode.SQL_FAILED, () -> query(source, "SELEC 1"));
            refused(ErrorCode.SQL_FAILED, () -> query(source, ""));
        }
    }

    /** A dump, and what the engine said of it. */
    private record Dump(DumpFacts facts, MemoryDump output) {
        byte[] bytes() {
            return output.bytes(EntryKind.DUMP);
        }
    }

    /** Tries to restore what cannot be restored, and answers the refusal. */
    @FunctionalInterface
    private interface Attempt {
        CodeBException on(Target target);
    }

    private record Target(String database, RestoreMode mode) {}

    /** Whatever was expected of the target, a failed restore leaves it as it was. */
    private void requireNothingRestored(Attempt attempt, ErrorCode... codes) {
        String missing = newName();
        String empty = newDatabase();
        String other = otherThings();
        Set<String> databases = databases();

        assertThat(attempt.on(new Target(missing, RestoreMode.NEW)).code()).isIn((Object[]) codes);
        assertThat(attempt.on(new Target(empty, RestoreMode.EXISTING)).code()).isIn((Object[]) codes);
        assertThat(attempt.on(new Target(other, RestoreMode.REPLACING)).code()).isIn((Object[]) codes);

        assertThat(databases()).isEqualTo(databases);
        assertThat(tables(empty)).isEmpty();
        requireOtherThings(other);
    }

    private CodeBException refusedToRestore(Target target, Dump dump, MemoryInput input) {
        CodeBException refusal = catchThrowableOfType(CodeBException.class, () -> engine().restore(
                        target(target.database()),
                        new RestoreSpec(target.mode(), dump.facts()),
                        input,
                        new Cancellation()));
        assertThat(refusal).as("the refusal to restore %s", target.mode()).isNotNull();
        input.requireAllClosed();
        return refusal;
    }

    private static EngineException refused(ErrorCode code, ThrowingCallable call) {
        EngineException refusal = catchThrowableOfType(EngineException.class, call);
        assertThat(refusal).as("the refusal").isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    private String made(String name) {
        made.add(name);
        return name;
    }

    private String newName() {
        return made("contract_" + DATABASES.incrementAndGet());
    }

    private String newDatabase() {
        String name = newName();
        createDatabase(name);
        return name;
    }

    private String shop() {
        return withShop(newName());
    }

    private String withShop(String name) {
        createDatabase(name);
        createTables(name);
        StringJoiner items = new StringJoiner(", ", "INSERT INTO items (id, name, price) VALUES ", "");
        for (int id = 1; id <= ITEMS; id++) {
            items.add("(" + id + ", '주문 it''s item " + id + " " + "x".repeat(100) + "', " + id + ".25)");
        }
        execute(name, items.toString());
        execute(name, "INSERT INTO notes (id, body) VALUES (1, 'a note'), (2, ''), (3, NULL)");
        return name;
    }

    private void createTables(String database) {
        execute(database, "CREATE TABLE items (id integer PRIMARY KEY, name varchar(200), price decimal(10, 2))");
        execute(database, "CREATE TABLE notes (id integer PRIMARY KEY, body varchar(200))");
    }

    private String otherThings() {
        String name = newDatabase();
        execute(name, "CREATE TABLE precious (id integer PRIMARY KEY)");
        execute(name, "INSERT INTO precious VALUES (1), (2)");
        return name;
    }

    private void requireOtherThings(String database) {
        assertThat(tables(database)).containsExactly("precious");
        assertThat(value(database, "SELECT count(*) FROM precious")).isEqualTo("2");
    }

    private List<String> tables(String database) {
        return inspect(database).tables().stream()
                .map(table -> table.table().name())
                .toList();
    }

    private List<QueryResult> content(String database) {
        return List.of(
                query(database, "SELECT id, name, price FROM items ORDER BY id"),
                query(database, "SELECT id, body FROM notes ORDER BY id"));
    }

    private SqlAccess sql() {
        return engine().sql().orElseThrow();
    }

    private DatabaseInfo inspect(String database) {
        return engine().inspect(target(database), new Cancellation());
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

    private Dump dump(String database) {
        return dump(database, Selection.EVERYTHING);
    }

    private Dump dump(String database, Selection selection) {
        MemoryDump output = MemoryDump.taking();
        DumpFacts facts = dump(database, selection, output);
        output.requireAllFinished();
        return new Dump(facts, output);
    }

    private DumpFacts dump(String database, Selection selection, MemoryDump output) {
        return engine().dump(target(database), new DumpSpec(selection, false, false), output, new Cancellation());
    }

    private String globals(String database, boolean passwordHashes) {
        MemoryDump output = MemoryDump.taking();
        engine().dump(
                        target(database),
                        new DumpSpec(Selection.EVERYTHING, true, passwordHashes),
                        output,
                        new Cancellation());
        output.requireAllFinished();
        assertThat(output.kinds()).containsExactlyInAnyOrder(EntryKind.DUMP, EntryKind.GLOBALS);
        return new String(output.bytes(EntryKind.GLOBALS), UTF_8);
    }

    private RestoreFacts restore(String database, RestoreMode mode, Dump dump) {
        MemoryInput input = MemoryInput.of(dump.bytes());
        RestoreFacts restored =
                engine().restore(target(database), new RestoreSpec(mode, dump.facts()), input, new Cancellation());
        input.requireAllClosed();
        return restored;
    }
}
