package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the tables whose rows are read over connections of our own: large plain heaps and nothing odd. What is not
 * found is left to pg_dump, which knows what to do with it.
 */
public final class BulkTables {
    /** Each of them is an argument of pg_dump, whose arguments have room for so many in any case. */
    static final int MOST = 2_000;

    private static final int ASKED_AT_A_TIME = 1_000;

    /**
     * The heap of a table and that of its out-of-line values. The server's own sum, pg_table_size, would open the index
     * of these as well, which takes twice as long where there are ten thousand tables.
     */
    private static final String BYTES = "(pg_catalog.pg_relation_size(c.oid)"
            + " + coalesce(pg_catalog.pg_relation_size(nullif(c.reltoastrelid, 0)), 0))";

    /**
     * Asked for in the moment of the dump, with the tables locked. One that somebody has rewritten between the moment
     * and the lock looks different to the catalog of the moment and to that of now.
     */
    private static final String TABLES = "c.oid, "
            + "pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint, "
            + BYTES + ", c.relpersistence"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_am a ON a.oid = c.relam"
            + " WHERE c.oid IN (%s) AND c.relkind = 'r'"
            + " AND a.amhandler = 'pg_catalog.heap_tableam_handler'::pg_catalog.regproc"
            + " AND pg_catalog.pg_relation_filenode(c.oid) = c.relfilenode"
            + " AND NOT pg_catalog.row_security_active(c.oid)"
            + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'"
            + " AND d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid)"
            + " AND " + BYTES + " >= %d";

    private static final String COLUMNS = "a.attrelid, " + ServerName.hex("a.attname")
            + " FROM pg_catalog.pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
            + " AND a.attrelid IN (%s) ORDER BY a.attrelid, a.attnum";

    private BulkTables() {}

    /**
     * Finds them.
     *
     * @param psql in the transaction that sees the moment of the dump, and has locked the tables
     * @param locked the tables that are dumped
     * @param threshold how large a table is at the least, in bytes of heap and out-of-line values
     * @param encoding of the dump; where it is {@code SQL_ASCII}, names are bytes that are text in no encoding, and
     *     tables with such names are not found
     * @return the largest first
     */
    public static List<BulkTable> of(PsqlLoad psql, Collection<UserTable> locked, long threshold, String encoding) {
        Map<String, TableName> names = new HashMap<>();
        locked.stream()
                .filter(table -> !table.partitioned() && !table.extensions())
                .forEach(table -> names.put(table.oid(), table.name()));
        List<BulkTable> found = new ArrayList<>();
        for (List<String> some : parts(new ArrayList<>(names.keySet()))) {
            List<String> sizes = psql.ask(List.of(TABLES.formatted(String.join(", ", some), threshold)));
            List<String> oids = sizes.stream()
                    .map(answer -> answer.substring(0, answer.indexOf('|')))
                    .toList();
            Map<String, List<String>> columns = columns(psql, oids);
            for (String size : sizes) {
                String[] parts = size.split("\\|", 4);
                TableName name = names.get(parts[0]);
                List<String> kept = columns.getOrDefault(parts[0], List.of());
                if (name != null && !kept.isEmpty() && canBeSaid(encoding, name, kept)) {
                    found.add(new BulkTable(
                            parts[0],
                            name,
                            kept,
                            Long.parseLong(parts[1]),
                            Long.parseLong(parts[2]),
                            parts[3].equals("u")));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(BulkTable::bytes).reversed().thenComparing(BulkTable::name))
                .limit(MOST)
                .toList();
    }

    private static Map<String, List<String>> columns(PsqlLoad psql, List<String> oids) {
        Map<String, List<String>> columns = new HashMap<>();
        if (!oids.isEmpty()) {
            for (String answer : psql.ask(List.of(COLUMNS.formatted(String.join(", ", oids))))) {
                String[] parts = answer.split("\\|", 2);
                columns.computeIfAbsent(parts[0], oid -> new ArrayList<>()).add(ServerName.text(parts[1]));
            }
        }
        return columns;
    }

    private static List<List<String>> parts(List<String> oids) {
        List<List<String>> parts = new ArrayList<>();
        for (int i = 0; i < oids.size(); i += ASKED_AT_A_TIME) {
            parts.add(oids.subList(i, Math.min(oids.size(), i + ASKED_AT_A_TIME)));
        }
        return parts;
    }

    private static boolean canBeSaid(String encoding, TableName table, List<String> columns) {
        return !encoding.equals("SQL_ASCII")
                || (isAscii(table.schema())
                        && isAscii(table.name())
                        && columns.stream().allMatch(BulkTables::isAscii));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
