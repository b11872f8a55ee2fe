package io.codeb.postgresql.internal.catalog;

import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.List;

/** What is in a database and not whole: indexes that are not used, constraints that rows may break. */
public final class Unsound {
    /** Without the indexes of temporary tables. */
    private static final String INDEXES = "c.oid, CASE c.relkind WHEN 'I' THEN 'PARTITIONED_INDEX' ELSE 'INDEX' END, "
            + ServerName.hex("n.nspname") + ", " + ServerName.hex("c.relname")
            + " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE NOT i.indisvalid AND c.relpersistence <> 't'";

    /**
     * Without those of partitions and children, which are as those they come from; without those of extensions; without
     * those that are not in force, which came with version 18.
     */
    private static final String CONSTRAINTS = "k.oid, 'CONSTRAINT', "
            + ServerName.hex("coalesce(c.relname, t.typname)") + ", " + ServerName.hex("k.conname")
            + " FROM pg_catalog.pg_constraint k"
            + " LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
            + " LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid"
            + " WHERE NOT k.convalidated AND k.conparentid = 0 AND k.conislocal"
            + " AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'"
            + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.deptype = 'e'"
            + " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = k.conrelid)";

    private Unsound() {}

    public enum Kind {
        INDEX,
        /** Of a partitioned table; not valid unless each partition has one that belongs to it. */
        PARTITIONED_INDEX,
        CONSTRAINT
    }

    /**
     * An index that is not valid, or a constraint that was not validated.
     *
     * @param oid the server's number of it
     * @param kind what it is
     * @param place its schema, or the table or domain that it is of
     * @param name its own name
     */
    public record Thing(String oid, Kind kind, String place, String name) {
        /** For messages. */
        public String text() {
            return kind == Kind.CONSTRAINT
                    ? "constraint " + name + " of " + place + " was not validated"
                    : "index " + place + "." + name + " is not valid";
        }
    }

    /** Looks into the database that psql is connected to. */
    public static List<Thing> of(PsqlLoad psql) {
        return psql.ask(List.of(INDEXES, CONSTRAINTS)).stream()
                .map(answer -> answer.split("\\|", 4))
                .map(parts -> new Thing(
                        parts[0], Kind.valueOf(parts[1]), ServerName.text(parts[2]), ServerName.text(parts[3])))
                .toList();
    }
}
