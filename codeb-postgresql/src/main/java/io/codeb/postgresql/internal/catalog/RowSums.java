package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds up in the server what is in tables: each row as text, in the columns' order by name, in one encoding and under
 * settings of our own; its SHA-256; and the sums of the first and of the second eight bytes of all these. The same rows
 * make the same sums on any server, whatever order they are in. What the server computes anew at a restore, generated
 * columns, is not in it.
 *
 * <p>Used within a transaction, whose settings it changes.
 */
public final class RowSums {
    /** All that the text of a value depends on; what pg_dump sets is among it. */
    private static final String SETTINGS = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
            + " SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3;"
            + " SET LOCAL lc_monetary = 'C'; SET LOCAL jit = off;";

    private static final String COLUMNS = "c.oid, a.attnum, " + ServerName.hex("a.attname")
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
            + " WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.oid IN (%s)"
            + " ORDER BY a.attname::pg_catalog.text COLLATE \"C\"";

    /** The names into the statement by the server itself; nothing in it can be taken for what the path may have. */
    private static final String CURSOR = """
            SELECT pg_catalog.format('DECLARE codeb_rows NO SCROLL CURSOR FOR
                SELECT pg_catalog.count(*) AS count,
                       coalesce(pg_catalog.sum(
                           pg_catalog.textcat(''x'', pg_catalog.substr(h, 1, 16))::bit(64)::bigint), 0) AS first,
                       coalesce(pg_catalog.sum(
                           pg_catalog.textcat(''x'', pg_catalog.substr(h, 17, 16))::bit(64)::bigint), 0) AS second
                FROM (SELECT pg_catalog.encode(pg_catalog.sha256(
                                 pg_catalog.convert_to(ROW(%s)::pg_catalog.text, %L)), ''hex'') AS h
                      FROM ONLY %I.%I AS r OFFSET 0) AS hashed',
                (SELECT pg_catalog.string_agg(pg_catalog.format('r.%I', a.attname), ', ' ORDER BY w.place)
                 FROM pg_catalog.unnest('{COLUMNS}'::pg_catalog.int2[]) WITH ORDINALITY AS w (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = w.number),
                'ENCODING', n.nspname, c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = OID \\gexec""";

    private static final int ASKED_AT_A_TIME = 1_000;

    private final PsqlLoad psql;
    private final String encoding;

    private RowSums(PsqlLoad psql, String encoding) {
        this.psql = psql;
        this.encoding = encoding;
    }

    /**
     * A column.
     *
     * @param number the server's number of it
     * @param name its name
     */
    private record Column(String number, String name) {}

    /**
     * Adds up tables with all their columns.
     *
     * @param psql in a transaction
     * @param encoding {@code UTF8}, or {@code SQL_ASCII} for bytes as they are
     * @param tables which; none is partitioned
     * @return what they add up to, in their order
     */
    public static List<TableChecksum> of(PsqlLoad psql, String encoding, Collection<UserTable> tables) {
        RowSums sums = new RowSums(psql, encoding);
        Map<String, List<Column>> columns = sums.columns(tables);
        sums.begin();
        List<TableChecksum> found = new ArrayList<>();
        for (UserTable table : tables) {
            found.add(sums.sum(table, columns.getOrDefault(table.oid(), List.of())));
        }
        sums.end();
        return found;
    }

    /**
     * Adds up tables with the columns that others of these names had.
     *
     * @param psql in a transaction
     * @param encoding what those were added up in
     * @param tables all that there are
     * @param others what is to be there
     * @return what there is by name; without tables that are not there, or lack a column
     */
    public static Map<TableName, TableChecksum> like(
            PsqlLoad psql, String encoding, Map<TableName, UserTable> tables, Collection<TableChecksum> others) {
        RowSums sums = new RowSums(psql, encoding);
        Map<String, List<Column>> columns = sums.columns(others.stream()
                .map(other -> Optional.ofNullable(tables.get(other.table())))
                .flatMap(Optional::stream)
                .toList());
        sums.begin();
        Map<TableName, TableChecksum> found = new HashMap<>();
        for (TableChecksum other : others) {
            UserTable table = tables.get(other.table());
            List<Column> alike =
                    table == null ? null : named(other.columns(), columns.getOrDefault(table.oid(), List.of()));
            if (table != null && alike != null) {
                found.put(other.table(), sums.sum(table, alike));
            }
        }
        sums.end();
        return found;
    }

    /** Null where one of them is not there. */
    private static @Nullable List<Column> named(List<String> names, List<Column> there) {
        Map<String, Column> byName = new HashMap<>();
        there.forEach(column -> byName.put(column.name(), column));
        return byName.keySet().containsAll(names)
                ? names.stream().map(byName::get).toList()
                : null;
    }

    private Map<String, List<Column>> columns(Collection<UserTable> tables) {
        List<String> oids = tables.stream().map(UserTable::oid).toList();
        Map<String, List<Column>> columns = new HashMap<>();
        for (int i = 0; i < oids.size(); i += ASKED_AT_A_TIME) {
            List<String> some = oids.subList(i, Math.min(oids.size(), i + ASKED_AT_A_TIME));
            for (String answer : psql.ask(List.of(COLUMNS.formatted(String.join(", ", some))))) {
                String[] parts = answer.split("\\|", 3);
                columns.computeIfAbsent(parts[0], oid -> new ArrayList<>())
                        .add(new Column(parts[1], ServerName.text(parts[2])));
            }
        }
        return columns;
    }

    private void begin() {
        psql.statement(SETTINGS);
    }

    private void end() {
        psql.statement(OwnSession.SEARCH_PATH);
    }

    /**
     * Planning looks into indexes, whose functions may rely on the path that applications have; the text of names of
     * tables and the like, which some types hold, must not. What a cursor is planned with is not what it reads with.
     */
    private TableChecksum sum(UserTable table, List<Column> columns) {
        String numbers = String.join(",", columns.stream().map(Column::number).toList());
        psql.statement("RESET search_path;");
        psql.statement(
                CURSOR.replace("COLUMNS", numbers).replace("ENCODING", encoding).replace("OID", table.oid()));
        psql.statement(OwnSession.SEARCH_PATH);
        psql.statement("FETCH codeb_rows \\gset codeb_");
        psql.statement("CLOSE codeb_rows;");
        String[] answer = psql.ask(List.of(":'codeb_count', :'codeb_first', :'codeb_second'"))
                .get(0)
                .split("\\|", 3);
        return new TableChecksum(
                table.name().schema(),
                table.name().name(),
                columns.stream().map(Column::name).toList(),
                Long.parseLong(answer[0]),
                hex(answer[1]) + hex(answer[2]));
    }

    /** The last 64 bits of a sum. */
    private static String hex(String sum) {
        return "%016x".formatted(new BigInteger(sum).longValue());
    }
}
