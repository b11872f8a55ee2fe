package io.codeb.postgresql.internal.restore;

import static io.codeb.postgresql.internal.script.SqlText.identifier;
import static io.codeb.postgresql.internal.script.SqlText.literal;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.ExchangedTables;
import io.codeb.postgresql.internal.catalog.ExchangedTables.Column;
import io.codeb.postgresql.internal.catalog.ExchangedTables.ForeignKey;
import io.codeb.postgresql.internal.catalog.ExchangedTables.OwnedSequence;
import io.codeb.postgresql.internal.catalog.ExchangedTables.Trigger;
import io.codeb.postgresql.internal.catalog.RowSums;
import io.codeb.postgresql.internal.catalog.StoredSequences;
import io.codeb.postgresql.internal.catalog.StoredSequences.StoredSequence;
import io.codeb.postgresql.internal.catalog.TableChecksum;
import io.codeb.postgresql.internal.catalog.TableSelection;
import io.codeb.postgresql.internal.catalog.UserTables;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptPromises.Position;
import io.codeb.postgresql.internal.script.ShortList;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges the rows of some tables of a live database for those of a shadow, in one transaction of the live one. Its
 * definitions stay; a table that it lacks is made as the shadow has it. What cannot be is told before anything is
 * touched; whoever uses the tables waits until the end.
 */
final class TableExchange {
    /** All that the text of a value depends on, as pg_dump sets it. */
    private static final String TEXT = "SET datestyle = 'ISO'; SET intervalstyle = 'postgres';"
            + " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET xmloption = content;";

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private final RestoreJob job;
    private final DatabaseAdmin admin;
    private final boolean checksums;
    private boolean clean = true;

    /**
     * Is to exchange.
     *
     * @param admin speaks to the server
     * @param checksums whether the contents are compared, besides the number of rows
     */
    TableExchange(RestoreJob job, DatabaseAdmin admin, boolean checksums) {
        this.job = job;
        this.admin = admin;
        this.checksums = checksums;
    }

    /** Whether nothing can be left of the run, such as a session whose answer was lost. */
    boolean isClean() {
        return clean;
    }

    /**
     * Tells what of a live database keeps its tables from being exchanged, before hours of loading.
     *
     * @param dumped the tables of the dump
     */
    static void requireThatTheyCanBeExchanged(RestoreJob job, Collection<TableName> dumped) {
        Set<TableName> chosen = TableSelection.matching(job.spec().tables(), dumped);
        try (PsqlLoad here = new PsqlLoad(job.target(), job.cancellation())) {
            here.statement(OwnSession.sober(job.serverMajor()));
            ExchangedTables unused = exchangeable(job, here, chosen);
            here.finish();
        }
    }

    private static ExchangedTables exchangeable(RestoreJob job, PsqlLoad psql, Set<TableName> chosen) {
        ExchangedTables tables = ExchangedTables.of(psql, those(UserTables.of(psql), chosen));
        if (!tables.obstacles().isEmpty()) {
            throw differ(job, tables.obstacles());
        }
        if (!tables.notOwned().isEmpty()) {
            throw new EngineException(
                    ErrorCode.PERMISSION_DENIED,
                    "role " + job.target().user() + " does not own " + ShortList.of(tables.notOwned())
                            + ", and may not exchange what is in the tables that refer to each other",
                    "restore as their owner, as a member of that role, or as a superuser");
        }
        return tables;
    }

    private static List<UserTable> those(Map<TableName, UserTable> all, Set<TableName> chosen) {
        return chosen.stream()
                .flatMap(table -> Optional.ofNullable(all.get(table)).stream())
                .toList();
    }

    private static EngineException differ(RestoreJob job, List<String> differences) {
        return new EngineException(
                ErrorCode.TABLES_DIFFER,
                "the tables of database " + job.target().database() + " cannot get the rows of the backup: "
                        + String.join("; ", differences.stream().limit(20).toList()),
                "nothing was changed; restore into a new database, and bring over what you need by hand");
    }

    /**
     * Exchanges.
     *
     * @param shadow whose rows come in; nobody else uses it
     * @return the tables that were exchanged, and their rows
     */
    List<TableRows> run(DatabaseTarget shadow) {
        try (PsqlLoad there = new PsqlLoad(shadow, job.cancellation());
                PsqlLoad here = new PsqlLoad(job.target(), job.cancellation())) {
            for (PsqlLoad psql : List.of(there, here)) {
                psql.statement(OwnSession.sober(job.serverMajor()));
                psql.statement(TEXT + " BEGIN;");
            }
            Map<TableName, UserTable> dumped = UserTables.of(there);
            Set<TableName> chosen = TableSelection.matching(job.spec().tables(), dumped.keySet());
            ExchangedTables source = ExchangedTables.of(there, those(dumped, chosen));
            if (!source.obstacles().isEmpty()) {
                throw differ(job, source.obstacles());
            }
            here.statement(job.limitedLockWait());
            lock(here, exchangeable(job, here, chosen));
            // What was altered while the locks were waited for is seen only now.
            Set<TableName> missing = new TreeSet<>(chosen);
            missing.removeAll(exchangeable(job, here, chosen).names());
            String transaction = Commit.transaction(here);
            define(shadow, here, missing, "pre-data");
            ExchangedTables live = exchangeable(job, here, chosen);
            requireSameColumns(source, live);
            List<TableRows> rows = exchange(shadow, there, here, source, live, missing);
            there.finish();
            DecidingTransaction.announce(here, admin, Limit.SHORT, job.deciding());
            clean = Commit.take(
                    job,
                    here,
                    transaction,
                    "the tables of database " + job.target().database() + " hold the rows of the backup, or those that"
                            + " they held");
            return rows;
        }
    }

    /** In the order of their names, so that two who do this do not wait for each other. */
    private static void lock(PsqlLoad here, ExchangedTables tables) {
        if (tables.locked().isEmpty()) {
            return;
        }
        here.statement("LOCK TABLE "
                + tables.locked().stream()
                        .map(table -> "ONLY " + identifier(table))
                        .collect(Collectors.joining(", "))
                + " IN ACCESS EXCLUSIVE MODE;");
        here.ask(List.of());
    }

    /** What a table needs that the live database lacks, a type for example, the server misses. */
    private void define(DatabaseTarget shadow, PsqlLoad here, Set<TableName> tables, String section) {
        if (tables.isEmpty()) {
            return;
        }
        // IF NOT EXISTS would ask for the right to make one also where it is there.
        tables.stream()
                .map(TableName::schema)
                .distinct()
                .map(schema -> "SELECT " + literal("CREATE SCHEMA " + identifier(schema)) + " WHERE NOT EXISTS (SELECT"
                        + " FROM pg_catalog.pg_namespace WHERE nspname = " + literal(schema) + ") \\gexec")
                .forEach(here::statement);
        List<String> words = new ArrayList<>(List.of("--schema-only", "--no-password", "--section=" + section));
        tables.forEach(table -> words.add("--table=" + identifier(table)));
        feed(shadow, here, LibpqEnvironment.command(shadow, "pg_dump", words));
        // The script has set the session to what it needs itself.
        here.statement(OwnSession.sober(job.serverMajor()) + " " + TEXT + " " + job.limitedLockWait());
        try {
            here.ask(List.of());
        } catch (EngineException e) {
            throw Diagnosis.stateOf(e).equals(FOREIGN_KEY_VIOLATION)
                    ? new EngineException(
                            ErrorCode.REFERENCE_BROKEN,
                            String.valueOf(e.getMessage()),
                            "nothing was changed; replace the tables that refer to each other together",
                            e)
                    : e;
        }
    }

    /** What a program says of the shadow, to the session of the live database; its end is proven. */
    private void feed(DatabaseTarget shadow, PsqlLoad here, ExecSpec program) {
        try (ExecSession reading = shadow.runtime().exec(shadow.container(), program, job.cancellation())) {
            ByteSource source = reading.stdout();
            ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
            while (source.read(piece.clear()) != ByteSource.END) {
                here.pass(piece.flip());
            }
        }
    }

    private void requireSameColumns(ExchangedTables source, ExchangedTables live) {
        List<String> differences = new ArrayList<>();
        for (TableName table : live.names()) {
            Map<String, String> there = types(source.columns(table));
            Map<String, String> here = types(live.columns(table));
            here.forEach((column, type) -> {
                String other = there.remove(column);
                if (other == null) {
                    differences.add(table + " has a column " + column + ", which the backup does not know");
                } else if (!other.equals(type)) {
                    differences.add(table + "." + column + " is " + type + " there, and " + other + " in the backup");
                }
            });
            there.keySet().forEach(column -> differences.add(table + " lacks the backup's column " + column));
        }
        if (!differences.isEmpty()) {
            throw differ(job, differences);
        }
    }

    private static Map<String, String> types(List<Column> columns) {
        Map<String, String> types = new TreeMap<>();
        columns.forEach(column -> types.put(column.name(), column.type()));
        return types;
    }

    private List<TableRows> exchange(
            DatabaseTarget shadow,
            PsqlLoad there,
            PsqlLoad here,
            ExchangedTables source,
            ExchangedTables live,
            Set<TableName> made) {
        live.foreignKeys().forEach(key -> here.statement(key.drop()));
        for (TableName table : live.names()) {
            here.statement("ALTER TABLE ONLY " + identifier(table) + " DISABLE TRIGGER USER;");
        }
        here.statement("TRUNCATE ONLY "
                + live.names().stream().map(SqlText::identifier).collect(Collectors.joining(", ONLY ")) + ";");
        for (TableName table : live.names()) {
            copy(shadow, here, table, source.columns(table));
        }
        here.statement("SET CONSTRAINTS ALL IMMEDIATE;");
        Map<TableName, Long> rows = compare(there, here, source, live);
        for (ForeignKey key : live.foreignKeys()) {
            requireThatItHolds(here, key);
            here.statement(key.add());
        }
        live.triggers().stream().map(Trigger::enable).forEach(here::statement);
        define(shadow, here, made, "post-data");
        advance(there, here, source, live);
        here.ask(List.of());
        return rows.entrySet().stream()
                .map(each -> new TableRows(each.getKey().schema(), each.getKey().name(), each.getValue()))
                .toList();
    }

    /** A COPY of the server's own is one for the server, byte by byte. */
    private void copy(DatabaseTarget shadow, PsqlLoad here, TableName table, List<Column> columns) {
        String names = columns.stream()
                .filter(column -> !column.generated())
                .map(column -> identifier(column.name()))
                .collect(Collectors.joining(", ", "(", ")"));
        String what = identifier(table) + (names.equals("()") ? "" : " " + names);
        List<String> words = List.of(
                "-X",
                "-q",
                "-t",
                "--no-password",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                OwnSession.SOBER + " SET statement_timeout = 0; " + TEXT,
                "-c",
                "COPY " + what + " TO STDOUT");
        here.statement("COPY " + what + " FROM STDIN;");
        feed(shadow, here, LibpqEnvironment.command(shadow, "psql", words));
        here.statement("\\.");
    }

    private Map<TableName, Long> compare(PsqlLoad there, PsqlLoad here, ExchangedTables source, ExchangedTables live) {
        // Planning looks into indexes, whose functions may rely on the path that applications have.
        here.statement("RESET search_path;");
        Map<TableName, Long> found = new TreeMap<>(UserTables.count(here, live.tables()));
        here.statement(OwnSession.SEARCH_PATH);
        Map<TableName, Long> expected = new TreeMap<>(UserTables.count(there, source.tables()));
        if (!found.equals(expected)) {
            throw differs("they have " + found + " rows instead of " + expected);
        }
        if (checksums) {
            List<TableChecksum> sums = RowSums.of(there, "UTF8", source.tables());
            List<TableChecksum> arrived = RowSums.of(here, "UTF8", live.tables());
            if (!Set.copyOf(sums).equals(Set.copyOf(arrived))) {
                throw differs("their rows add up to something else");
            }
        }
        return found;
    }

    private static IntegrityException differs(String how) {
        return new IntegrityException(
                ErrorCode.RESTORE_DIFFERS,
                "the tables do not hold what the backup has: " + how,
                "nothing was changed; look for rules that change rows as they come");
    }

    private void requireThatItHolds(PsqlLoad here, ForeignKey key) {
        String question = key.orphans();
        if (question == null) {
            return;
        }
        String orphans = here.ask(List.of(question)).get(0);
        if (!orphans.equals("0")) {
            throw new EngineException(
                    ErrorCode.REFERENCE_BROKEN,
                    "constraint " + key.name() + " of " + key.table() + " would not hold: " + orphans
                            + " of its rows refer to rows of " + key.referenced() + " that would not be there",
                    "nothing was changed; exchange " + key.table() + " and " + key.referenced() + " together");
        }
    }

    /** Never back: what a sequence has given out since the backup may be in use elsewhere. */
    private static void advance(PsqlLoad there, PsqlLoad here, ExchangedTables source, ExchangedTables live) {
        // Whoever wants a number from one waits from here on.
        live.sequences().forEach(sequence -> here.statement(sequence.lock()));
        Map<TableName, StoredSequence> dumped = StoredSequences.of(there, names(source.sequences()));
        Map<TableName, StoredSequence> now = StoredSequences.of(here, names(live.sequences()));
        for (OwnedSequence sequence : live.sequences()) {
            source.sequences().stream()
                    .filter(other -> other.table().equals(sequence.table())
                            && other.column().equals(sequence.column()))
                    .findFirst()
                    .flatMap(other -> Optional.ofNullable(dumped.get(other.name())))
                    .flatMap(other -> Optional.ofNullable(other.position()))
                    .ifPresent(position -> advance(here, sequence, now.get(sequence.name()), position));
        }
    }

    private static Set<TableName> names(List<OwnedSequence> sequences) {
        return sequences.stream().map(OwnedSequence::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void advance(
            PsqlLoad here, OwnedSequence sequence, @Nullable StoredSequence now, Position position) {
        if (now != null && now.isBehind(position)) {
            String name = identifier(sequence.name());
            // RESTART gives it a new file, so that what follows is taken back with the transaction.
            here.statement("ALTER SEQUENCE " + name + " RESTART; SELECT pg_catalog.setval(" + literal(name) + ", "
                    + position.lastValue() + ", " + position.called() + ");");
        }
    }
}
