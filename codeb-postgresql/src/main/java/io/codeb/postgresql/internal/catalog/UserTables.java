package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tables of a database that users or extensions have made, as psql's session sees them. */
public final class UserTables {
    private static final String TABLES = "c.oid, " + ServerName.hex("n.nspname") + ", " + ServerName.hex("c.relname")
            + ", c.relkind, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_depend d"
            + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.oid >= 16384 AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p')"
            // A standby has no rows of unlogged tables, and says so as an error.
            + " AND (c.relpersistence <> 'u' OR NOT pg_catalog.pg_is_in_recovery())";

    private static final int COUNTED_AT_A_TIME = 1_000;

    private UserTables() {}

    /**
     * A table.
     *
     * @param oid the server's number of it
     * @param name its name
     * @param partitioned whether its rows are in its partitions, and none in itself
     * @param extensions whether it belongs to an extension
     */
    public record UserTable(String oid, TableName name, boolean partitioned, boolean extensions) {}

    /** All tables by their names, in the order of the names. */
    public static Map<TableName, UserTable> of(PsqlLoad psql) {
        Map<TableName, UserTable> tables = new TreeMap<>();
        for (String answer : psql.ask(List.of(TABLES))) {
            String[] parts = answer.split("\\|", 5);
            TableName name = new TableName(ServerName.text(parts[1]), ServerName.text(parts[2]));
            tables.put(name, new UserTable(parts[0], name, parts[3].equals("p"), !parts[4].equals("0")));
        }
        return tables;
    }

    /** Locks tables as whoever reads them does, until the transaction ends. */
    public static void lock(PsqlLoad psql, Collection<UserTable> tables) {
        List<String> oids = tables.stream().map(UserTable::oid).toList();
        for (int i = 0; i < oids.size(); i += COUNTED_AT_A_TIME) {
            List<String> some = oids.subList(i, Math.min(oids.size(), i + COUNTED_AT_A_TIME));
            psql.statement("SELECT pg_catalog.format('LOCK TABLE %s IN ACCESS SHARE MODE', pg_catalog.string_agg("
                    + "pg_catalog.format('ONLY %I.%I', n.nspname, c.relname), ', ')) FROM pg_catalog.pg_class c"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN ("
                    + String.join(", ", some) + ") \\gexec");
        }
        psql.ask(List.of());
    }

    /** Counts the rows of tables themselves, without those of their partitions and children. */
    public static Map<TableName, Long> count(PsqlLoad psql, Collection<UserTable> tables) {
        return count(psql, tables, "ONLY %I.%I");
    }

    /** Counts the rows of tables and of all their partitions and children. */
    public static Map<TableName, Long> countWithChildren(PsqlLoad psql, Collection<UserTable> tables) {
        return count(psql, tables, "%I.%I");
    }

    /** Looks which tables have rows, in themselves or in their partitions. */
    public static Set<TableName> withRows(PsqlLoad psql, Collection<UserTable> tables) {
        Set<TableName> found = new TreeSet<>();
        for (boolean partitioned : List.of(false, true)) {
            List<UserTable> some = tables.stream()
                    .filter(table -> table.partitioned() == partitioned)
                    .toList();
            String from = "(SELECT 1 FROM " + (partitioned ? "" : "ONLY ") + "%I.%I LIMIT 1) AS any_row";
            count(psql, some, from).forEach((table, rows) -> {
                if (rows > 0) {
                    found.add(table);
                }
            });
        }
        return found;
    }

    private static Map<TableName, Long> count(PsqlLoad psql, Collection<UserTable> tables, String from) {
        Map<String, TableName> names = tables.stream().collect(Collectors.toMap(UserTable::oid, UserTable::name));
        List<String> oids = new ArrayList<>(names.keySet());
        Map<TableName, Long> rows = new HashMap<>();
        for (int i = 0; i < oids.size(); i += COUNTED_AT_A_TIME) {
            List<String> some = oids.subList(i, Math.min(oids.size(), i + COUNTED_AT_A_TIME));
            // The server itself writes the names into the statements.
            String statements = "pg_catalog.format('%s, pg_catalog.count(*) FROM " + from
                    + "', c.oid, n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = c.relnamespace WHERE c.oid IN (" + String.join(", ", some) + ")";
            for (String answer : psql.askWhatItAnswers(statements)) {
                String[] parts = answer.split("\\|", 2);
                rows.put(names.get(parts[0]), Long.parseLong(parts[1]));
            }
        }
        return rows;
    }
}
