package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.UserTables.UserTable;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tables whose rows are exchanged, and what hangs on their rows, as psql's session sees them. */
public final class ExchangedTables {
    private static final String TABLES = "c.oid, c.relispartition OR c.relkind = 'p' OR EXISTS (SELECT FROM"
            + " pg_catalog.pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)),"
            + " c.relrowsecurity AND c.relforcerowsecurity AND NOT (SELECT r.rolsuper OR r.rolbypassrls"
            + " FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER),"
            + " pg_catalog.pg_has_role(c.relowner, 'USAGE')"
            + " FROM pg_catalog.pg_class c WHERE c.oid IN (%s)";

    private static final String COLUMNS = "a.attrelid, a.attgenerated <> '', " + ServerName.hex("a.attname") + ", "
            + ServerName.hex("pg_catalog.format_type(a.atttypid, a.atttypmod)"
                    + " || CASE a.attgenerated WHEN '' THEN '' ELSE ', generated' END")
            + " FROM pg_catalog.pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (%s)"
            + " ORDER BY a.attrelid, a.attnum";

    /** With the operators that the server compares with; a reference to a time span is left to the server alone. */
    private static final String FOREIGN_KEYS = ServerName.hex("k.conname") + ", " + ServerName.hex("n.nspname") + ", "
            + ServerName.hex("c.relname") + ", " + ServerName.hex("fn.nspname") + ", " + ServerName.hex("f.relname")
            + ", " + ServerName.hex("pg_catalog.pg_get_constraintdef(k.oid)") + ", "
            + ServerName.hex("coalesce(pg_catalog.obj_description(k.oid, 'pg_constraint'), '')") + ", k.convalidated,"
            + " k.conparentid <> 0 OR c.relkind <> 'r' OR f.relkind <> 'r' OR c.relispartition OR f.relispartition,"
            + " pg_catalog.pg_has_role(c.relowner, 'USAGE'), "
            + ServerName.hex("(SELECT pg_catalog.string_agg(pg_catalog.format('%%I', ca.attname), ' ' ORDER BY i)"
                    + " || '|' || pg_catalog.string_agg(pg_catalog.format('p.%%I OPERATOR(%%I.%%s) c.%%I', fa.attname,"
                    + " opn.nspname, op.oprname, ca.attname), ' AND ' ORDER BY i)"
                    + " || '|' || pg_catalog.string_agg(pg_catalog.format('c.%%I IS NOT NULL', ca.attname), ' AND '"
                    + " ORDER BY i)"
                    + " FROM pg_catalog.generate_subscripts(k.conkey, 1) AS i"
                    + " JOIN pg_catalog.pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = k.conkey[i]"
                    + " JOIN pg_catalog.pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = k.confkey[i]"
                    + " JOIN pg_catalog.pg_operator op ON op.oid = k.conpfeqop[i]"
                    + " JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace)")
            + " FROM pg_catalog.pg_constraint k"
            + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_class f ON f.oid = k.confrelid"
            + " JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace"
            + " WHERE k.contype = 'f' AND (k.conrelid IN (%1$s) OR k.confrelid IN (%1$s)) ORDER BY k.oid";

    private static final String TRIGGERS = "t.tgrelid, t.tgenabled, " + ServerName.hex("t.tgname")
            + " FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgrelid IN (%s)"
            + " ORDER BY t.tgrelid, t.tgname";

    private static final String SEQUENCES = "d.refobjid, " + ServerName.hex("a.attname") + ", "
            + ServerName.hex("n.nspname") + ", " + ServerName.hex("s.relname") + ", q.seqincrement"
            + " FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
            + " JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
            + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')"
            + " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid IN (%s)"
            + " ORDER BY n.nspname, s.relname";

    private final List<UserTable> tables;
    private final Map<TableName, List<Column>> columns = new HashMap<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private final List<Trigger> triggers = new ArrayList<>();
    private final List<OwnedSequence> sequences = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private final Set<String> notOwned = new TreeSet<>();

    private ExchangedTables(List<UserTable> tables) {
        this.tables = tables;
    }

    /**
     * A column.
     *
     * @param name its name
     * @param type as SQL names it, and whether its values are generated
     * @param generated whether they are
     */
    public record Column(String name, String type, boolean generated) {}

    /**
     * A foreign key of one of the tables, or to one.
     *
     * @param table whose it is
     * @param name its name
     * @param referenced what it refers to
     * @param definition as the server says it
     * @param comment empty for none
     * @param orphans how many rows refer to nothing, as what stands behind SELECT; null where the server alone can tell
     */
    public record ForeignKey(
            TableName table,
            String name,
            TableName referenced,
            String definition,
            String comment,
            @Nullable String orphans) {
        /** The statement that takes it away. */
        public String drop() {
            return "ALTER TABLE ONLY " + SqlText.identifier(table) + " DROP CONSTRAINT " + SqlText.identifier(name)
                    + ";";
        }

        /** The statement that makes it again, as it was. */
        public String add() {
            String on = SqlText.identifier(name) + " ON " + SqlText.identifier(table);
            return "ALTER TABLE ONLY " + SqlText.identifier(table) + " ADD CONSTRAINT " + SqlText.identifier(name)
                    + " " + definition + ";"
                    + (comment.isEmpty()
                            ? ""
                            : " COMMENT ON CONSTRAINT " + on + " IS " + SqlText.literal(comment) + ";");
        }
    }

    /**
     * A trigger that fires.
     *
     * @param table whose it is
     * @param name its name
     * @param when as {@code tgenabled} has it
     */
    public record Trigger(TableName table, String name, String when) {
        /** The statement that lets it fire again, when it did. */
        public String enable() {
            String how = when.equals("A") ? "ALWAYS " : when.equals("R") ? "REPLICA " : "";
            return "ALTER TABLE ONLY " + SqlText.identifier(table) + " ENABLE " + how + "TRIGGER "
                    + SqlText.identifier(name) + ";";
        }
    }

    /**
     * A sequence that a column of a table owns.
     *
     * @param table whose it is
     * @param column which column
     * @param name its own name
     * @param increment how far it goes each time
     */
    public record OwnedSequence(TableName table, String column, TableName name, String increment) {
        /** A statement that changes nothing, and after which nobody else gets a number until the transaction ends. */
        public String lock() {
            return "ALTER SEQUENCE " + SqlText.identifier(name) + " INCREMENT BY " + increment + ";";
        }
    }

    /**
     * Looks them up.
     *
     * @param psql in a session of our own
     * @param tables which
     * @return what there is
     */
    public static ExchangedTables of(PsqlLoad psql, List<UserTable> tables) {
        ExchangedTables found = new ExchangedTables(List.copyOf(tables));
        Map<String, TableName> names = tables.stream().collect(Collectors.toMap(UserTable::oid, UserTable::name));
        if (names.isEmpty()) {
            return found;
        }
        String oids = String.join(", ", names.keySet());
        psql.ask(List.of(TABLES.formatted(oids))).forEach(row -> found.table(names, row.split("\\|", 4)));
        for (String row : psql.ask(List.of(COLUMNS.formatted(oids)))) {
            String[] parts = row.split("\\|", 4);
            found.columns
                    .computeIfAbsent(named(names, parts[0]), none -> new ArrayList<>())
                    .add(new Column(ServerName.text(parts[2]), ServerName.text(parts[3]), parts[1].equals("t")));
        }
        psql.ask(List.of(FOREIGN_KEYS.formatted(oids))).forEach(row -> found.foreignKey(row.split("\\|", 11)));
        for (String row : psql.ask(List.of(TRIGGERS.formatted(oids)))) {
            String[] parts = row.split("\\|", 3);
            found.triggers.add(new Trigger(named(names, parts[0]), ServerName.text(parts[2]), parts[1]));
        }
        for (String row : psql.ask(List.of(SEQUENCES.formatted(oids)))) {
            String[] parts = row.split("\\|", 5);
            found.sequences.add(new OwnedSequence(
                    named(names, parts[0]), ServerName.text(parts[1]), name(parts[2], parts[3]), parts[4]));
        }
        return found;
    }

    private static TableName named(Map<String, TableName> names, String oid) {
        return Objects.requireNonNull(names.get(oid), oid);
    }

    private static TableName name(String schema, String name) {
        return new TableName(ServerName.text(schema), ServerName.text(name));
    }

    private void table(Map<String, TableName> names, String[] parts) {
        TableName name = named(names, parts[0]);
        if (parts[1].equals("t")) {
            obstacles.add(name + " has partitions or children, or is one");
        }
        if (parts[2].equals("t")) {
            obstacles.add(name + " hides rows from its owner by row-level security");
        }
        if (parts[3].equals("f")) {
            notOwned.add(name.toString());
        }
    }

    private void foreignKey(String[] parts) {
        TableName table = name(parts[1], parts[2]);
        TableName referenced = name(parts[3], parts[4]);
        String name = ServerName.text(parts[0]);
        String definition = ServerName.text(parts[5]);
        if (parts[8].equals("t")) {
            obstacles.add("constraint " + name + " of " + table + " is of a partitioned table, or refers to one");
        }
        if (parts[9].equals("f")) {
            notOwned.add(table.toString());
        }
        String[] terms = ServerName.text(parts[10]).split("\\|", 3);
        String orphans = parts[7].equals("t") && !definition.contains(" PERIOD ")
                ? "pg_catalog.count(*) FROM ONLY " + SqlText.identifier(table) + " c WHERE " + terms[2]
                        + " AND NOT EXISTS (SELECT FROM ONLY " + SqlText.identifier(referenced) + " p WHERE " + terms[1]
                        + ")"
                : null;
        foreignKeys.add(new ForeignKey(table, name, referenced, definition, ServerName.text(parts[6]), orphans));
    }

    /** In their order. */
    public List<UserTable> tables() {
        return tables;
    }

    /** In their order. */
    public List<TableName> names() {
        return tables.stream().map(UserTable::name).toList();
    }

    /** The tables themselves, and those of the foreign keys; in the order of their names. */
    public Set<TableName> locked() {
        Set<TableName> all = new TreeSet<>(names());
        foreignKeys.forEach(key -> all.addAll(List.of(key.table(), key.referenced())));
        return all;
    }

    /** In the table's order. */
    public List<Column> columns(TableName table) {
        return columns.getOrDefault(table, List.of());
    }

    public List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    public List<Trigger> triggers() {
        return triggers;
    }

    public List<OwnedSequence> sequences() {
        return sequences;
    }

    /** What keeps their rows from being exchanged, in words. */
    public List<String> obstacles() {
        return obstacles;
    }

    /** Those that are of others, in words. */
    public Collection<String> notOwned() {
        return notOwned;
    }
}
