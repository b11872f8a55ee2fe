package io.codeb.tck.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.StorageException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.model.TableInfo;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.StepOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * What every {@link DatabaseEngine} promises. Inherit it, say where a server is, and run it; for an engine that speaks
 * SQL, inherit {@link SqlEngineContract} instead.
 *
 * <p>A table in here is whatever holds rows in an engine: a table, a collection. Its rows are texts by number.
 *
 * <p>The user of the targets may create databases. Tests run one after the other and drop the databases that they make.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DatabaseEngineContract {
    static final List<String> BOTH_TABLES = List.of("items", "notes");
    private static final int ITEM_LENGTH = 100;
    static final int NOTES = 3;
    private static final Map<Integer, @Nullable String> PRECIOUS = Map.of(1, "gold", 2, "silver");
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
     * Makes an empty table by other means than the engine.
     *
     * @param database where
     * @param table its name, of lower-case letters
     */
    protected abstract void createTable(String database, String table);

    /**
     * Puts rows into a table by other means than the engine, all of them at once.
     *
     * @param database where
     * @param table its name
     * @param rows texts by number, at most 200 characters each; null for nothing in place of a text
     */
    protected abstract void insert(String database, String table, Map<Integer, @Nullable String> rows);

    /**
     * Reads a table.
     *
     * @param database where
     * @param table its name
     * @return its texts by number
     */
    protected abstract Map<Integer, @Nullable String> rows(String database, String table);

    /**
     * How many rows the larger table has. Fewer of them for a slow server find fewer faults: the smaller a dump is, the
     * less is on its way when something happens.
     *
     * @return at least 20
     */
    protected int itemCount() {
        return 400;
    }

    /**
     * A name that the server takes for a database, with as many characters in it as it can have that mean something to
     * a shell, a URL or a query.
     *
     * @return that name; a number is put behind it
     */
    protected String wildName() {
        return "we\"ird $(x) 'name' \\ ";
    }

    @AfterEach
    void dropDatabases() {
        made.forEach(this::dropDatabase);
        // One instance may be there for all tests.
        made.clear();
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
            assertThat(rows(copy, "items")).hasSize(itemCount());
            assertThat(restored.tables()).isEqualTo(dump.facts().tables());
            assertThat(restored.server()).isEqualTo(dump.facts().engine().server());
        }

        @Test
        void aDumpTellsWhatItHolds() {
            String source = shop();

            DumpFacts facts = dump(source).facts();

            assertThat(facts.tables()).extracting(TableRows::name).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(facts.tables()).extracting(TableRows::rows).containsExactly((long) itemCount(), (long) NOTES);
            assertThat(facts.engine().id()).isEqualTo(engine().id());
            assertThat(facts.engine().server().text()).isNotBlank();
            assertThat(facts.engine().tool()).isNotBlank();
            assertThat(facts.selection()).isEqualTo(Selection.EVERYTHING);
            assertThat(facts.database().name()).isEqualTo(source);
        }

        @Test
        void aDumpLeavesTheDatabaseAsItWas() {
            String source = shop();
            List<Map<Integer, @Nullable String>> before = content(source);
            Set<String> databases = databases();

            dump(source);

            assertThat(content(source)).isEqualTo(before);
            assertThat(databases()).isEqualTo(databases);
        }

        @Test
        void aDumpIsOfOneMoment() {
            String source = shop();
            MemoryDump output = MemoryDump.doingAtFirstByte(() -> {
                insert(source, "items", Map.of(1_000_001, "late"));
                insert(source, "notes", Map.of(1_000_001, "late"));
            });

            List<TableRows> tables = dump(source, Selection.EVERYTHING, output).tables();

            assertThat(tables.get(0).rows() - itemCount())
                    .isEqualTo(tables.get(1).rows() - NOTES);
            assertThat(rows(source, "items")).hasSize(itemCount() + 1);
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
            String source = withShop(made(wildName() + DATABASES.incrementAndGet()));
            String copy = made(wildName() + DATABASES.incrementAndGet());

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
        /** Parts of the dump, in thousandths. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 100, 700})
        void aFailureOfTheOutputFailsTheDumpAndIsWhatTheCallerSees(int thousandths) {
            String source = shop();
            long afterBytes = (long) dump(source).bytes().length * thousandths / 1_000;
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

            assertThatThrownBy(() ->
                            engine().dump(target(source), DumpSpec.of(Selection.EVERYTHING), output, cancellation))
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

        /** An engine that cannot do both or neither takes it for any database that is not empty. */
        @Test
        void aDatabaseThatShallBeEmptiedIsFilledOrStaysAsItWas() {
            String source = shop();
            Dump dump = dump(source);
            String other = otherThings();
            MemoryInput input = MemoryInput.of(dump.bytes());
            RestoreSpec emptying =
                    RestoreSpec.of(RestoreMode.EXISTING, dump.facts()).withEmptying();

            CodeBException refusal = catchThrowableOfType(
                    CodeBException.class, () -> engine().restore(target(other), emptying, input, new Cancellation()));

            input.requireAllClosed();
            if (refusal == null) {
                assertThat(content(other)).isEqualTo(content(source));
                assertThat(tables(other)).containsExactlyElementsOf(BOTH_TABLES);
            } else {
                assertThat(refusal.code()).isEqualTo(ErrorCode.DATABASE_NOT_EMPTY);
                requireOtherThings(other);
            }
        }

        @Test
        void aDatabaseThatShallBeReplacedIs() {
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
        void aDatabaseThatShallBeReplacedAndIsMissingIsMade() {
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
                            RestoreSpec.of(RestoreMode.NEW, null),
                            MemoryInput.of(dump(source).bytes()),
                            new Cancellation());

            assertThat(restored.tables()).extracting(TableRows::rows).containsExactly((long) itemCount(), (long) NOTES);
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
            tables.set(0, new TableRows(tables.get(0).schema(), tables.get(0).name(), itemCount() + 1));
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
                            engine().restore(target(target), RestoreSpec.of(mode, dump.facts()), input, cancellation))
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
            assertThatThrownBy(
                            () -> engine().dump(target(source), DumpSpec.of(Selection.EVERYTHING), output, cancelled))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> engine().restore(
                                    target(copy),
                                    RestoreSpec.of(RestoreMode.NEW, dump.facts()),
                                    MemoryInput.of(dump.bytes()),
                                    cancelled))
                    .isInstanceOf(CancelledException.class);

            output.requireNoneFinished();
            assertThat(databases()).doesNotContain(copy);
        }

        @Test
        void aDatabaseThatIsMissingIsSaidSo() {
            String missing = newName();
            MemoryDump output = MemoryDump.taking();

            refused(ErrorCode.DATABASE_NOT_FOUND, () -> inspect(missing));
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> engine().check(target(missing), new Cancellation()));
            refused(ErrorCode.DATABASE_NOT_FOUND, () -> checkDump(target(missing)));
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
            assertThat(refused(ErrorCode.AUTH_FAILED, () -> engine().check(wrong, new Cancellation())))
                    .hasMessageNotContaining("not-the-password");
            assertThat(refused(ErrorCode.AUTH_FAILED, () -> checkDump(wrong)))
                    .hasMessageNotContaining("not-the-password");
            assertThat(refused(ErrorCode.AUTH_FAILED, () -> engine().dump(
                                    wrong, DumpSpec.of(Selection.EVERYTHING), output, new Cancellation())))
                    .hasMessageNotContaining("not-the-password");

            output.requireNoneFinished();
        }

        @Test
        void nothingStandsInTheWayOfADumpThatCanBeMade() {
            String source = shop();
            List<Map<Integer, @Nullable String>> before = content(source);

            assertThat(checkDump(target(source)).findings())
                    .extracting(Finding::severity)
                    .doesNotContain(Finding.Severity.ERROR);
            assertThat(content(source)).isEqualTo(before);
            dump(source);
        }

        @Test
        void aLookBeforeARestoreOpensAndChangesNothing() {
            Dump dump = dump(shop());
            String copy = newName();
            String other = otherThings();
            Set<String> databases = databases();
            MemoryInput input = MemoryInput.of(dump.bytes());

            assertThat(checkRestore(copy, RestoreMode.NEW, dump, input))
                    .extracting(Finding::severity)
                    .doesNotContain(Finding.Severity.ERROR);
            assertThat(checkRestore(other, RestoreMode.REPLACING, dump, input))
                    .extracting(Finding::severity)
                    .doesNotContain(Finding.Severity.ERROR);

            input.requireNoneOpened();
            assertThat(databases()).isEqualTo(databases);
            requireOtherThings(other);
        }

        private List<Finding> checkRestore(String database, RestoreMode mode, Dump dump, MemoryInput input) {
            return engine().checkRestore(
                            target(database), RestoreSpec.of(mode, dump.facts()), input, new Cancellation())
                    .findings();
        }

        private DumpCheck checkDump(DatabaseTarget target) {
            return engine().checkDump(target, DumpSpec.of(Selection.EVERYTHING), new Cancellation());
        }

        @Test
        void aCheckTellsWhatItHasProven() {
            String source = shop();
            List<Map<Integer, @Nullable String>> before = content(source);

            assertThat(engine().check(target(source), new Cancellation()))
                    .isNotEmpty()
                    .allSatisfy(proven -> assertThat(proven).isNotBlank())
                    .anySatisfy(proven -> assertThat(proven).contains(source));
            assertThat(content(source)).isEqualTo(before);
        }

        @Test
        void anInspectionTellsWhatIsThere() {
            String source = shop();

            DatabaseInfo info = inspect(source);

            assertThat(info.engine()).isEqualTo(engine().id());
            assertThat(info.server().text()).isNotBlank();
            assertThat(info.server().major()).isPositive();
            assertThat(info.database().name()).isEqualTo(source);
            assertThat(info.database().sizeBytes()).isNotNegative();
            assertThat(info.facts()).isNotNull();
            assertThat(info.tables()).extracting(table -> table.table().name()).containsExactlyElementsOf(BOTH_TABLES);
            assertThat(info.tables()).extracting(TableInfo::kind).containsOnly(TableInfo.Kind.TABLE);
            assertThat(info.tables()).extracting(TableInfo::sizeBytes).allMatch(size -> size >= 0);
        }
    }

    /** A dump, and what the engine said of it. */
    record Dump(DumpFacts facts, MemoryDump output) {
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
                        RestoreSpec.of(target.mode(), dump.facts()),
                        input,
                        new Cancellation()));
        assertThat(refusal).as("the refusal to restore %s", target.mode()).isNotNull();
        input.requireAllClosed();
        return refusal;
    }

    static EngineException refused(ErrorCode code, ThrowingCallable call) {
        EngineException refusal = catchThrowableOfType(EngineException.class, call);
        assertThat(refusal).as("the refusal").isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    final String made(String name) {
        made.add(name);
        return name;
    }

    final String newName() {
        return made("contract_" + DATABASES.incrementAndGet());
    }

    final String newDatabase() {
        String name = newName();
        createDatabase(name);
        return name;
    }

    final String shop() {
        return withShop(newName());
    }

    private String withShop(String name) {
        createDatabase(name);
        createTables(name);
        Map<Integer, @Nullable String> items = new LinkedHashMap<>();
        for (int id = 1; id <= itemCount(); id++) {
            items.put(id, "주문 it's item " + id + " " + "x".repeat(ITEM_LENGTH));
        }
        insert(name, "items", items);
        Map<Integer, @Nullable String> notes = new LinkedHashMap<>();
        notes.put(1, "a note\twith a tab\nand a line");
        notes.put(2, "");
        notes.put(NOTES, null);
        insert(name, "notes", notes);
        return name;
    }

    final void createTables(String database) {
        BOTH_TABLES.forEach(table -> createTable(database, table));
    }

    private String otherThings() {
        String name = newDatabase();
        createTable(name, "precious");
        insert(name, "precious", PRECIOUS);
        return name;
    }

    private void requireOtherThings(String database) {
        assertThat(tables(database)).containsExactly("precious");
        assertThat(rows(database, "precious")).isEqualTo(PRECIOUS);
    }

    final List<String> tables(String database) {
        return inspect(database).tables().stream()
                .map(table -> table.table().name())
                .toList();
    }

    final List<Map<Integer, @Nullable String>> content(String database) {
        return BOTH_TABLES.stream().map(table -> rows(database, table)).toList();
    }

    final DatabaseInfo inspect(String database) {
        return engine().inspect(target(database), new Cancellation());
    }

    final Dump dump(String database) {
        return dump(database, Selection.EVERYTHING);
    }

    final Dump dump(String database, Selection selection) {
        MemoryDump output = MemoryDump.taking();
        DumpFacts facts = dump(database, selection, output);
        output.requireAllFinished();
        return new Dump(facts, output);
    }

    final DumpFacts dump(String database, Selection selection, MemoryDump output) {
        return engine().dump(target(database), DumpSpec.of(selection), output, new Cancellation());
    }

    final RestoreFacts restore(String database, RestoreMode mode, Dump dump) {
        MemoryInput input = MemoryInput.of(dump.bytes());
        RestoreFacts restored =
                engine().restore(target(database), RestoreSpec.of(mode, dump.facts()), input, new Cancellation());
        input.requireAllClosed();
        input.lastStep()
                .ifPresent(step -> assertThat(engine().outcome(target(database).server(), step, new Cancellation()))
                        .as("what the server says of %s, which is done", step)
                        .isEqualTo(StepOutcome.DONE));
        return restored;
    }
}
