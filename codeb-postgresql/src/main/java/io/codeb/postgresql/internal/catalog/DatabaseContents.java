package io.codeb.postgresql.internal.catalog;

import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.List;

/**
 * How much is in a database that was not there when it was made. What an extension has made counts as the extension.
 *
 * @param relations tables, views, sequences, indexes and composite types
 * @param routines functions, procedures and aggregates
 * @param types domains, enumerations, ranges and base types
 * @param schemas all but {@code public}
 * @param largeObjects large objects
 * @param extensions all but {@code plpgsql}
 * @param others operators, casts, publications, foreign servers and whatever else does not need one of the above
 */
public record DatabaseContents(
        long relations, long routines, long types, long schemas, long largeObjects, long extensions, long others) {
    /** Where the server begins to number what users make: FirstNormalObjectId in its sources. */
    private static final int FIRST_OF_USERS = 16_384;

    private static final List<String> OTHERS = List.of(
            "pg_operator",
            "pg_opfamily",
            "pg_cast",
            "pg_collation",
            "pg_conversion",
            "pg_language",
            "pg_am",
            "pg_transform",
            "pg_ts_config",
            "pg_ts_dict",
            "pg_ts_parser",
            "pg_ts_template",
            "pg_foreign_data_wrapper",
            "pg_foreign_server",
            "pg_event_trigger",
            "pg_publication",
            "pg_default_acl");

    private static final List<String> QUERIES = List.of(
            count("pg_class", " AND o.relkind <> 't' AND o.relpersistence <> 't'"),
            count("pg_proc", ""),
            // What comes with a table or with another type is no type of its own.
            count(
                    "pg_type",
                    " AND o.typrelid = 0 AND o.typtype <> 'm'"
                            + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type e WHERE e.typarray = o.oid)"),
            count("pg_namespace", " AND o.nspname <> 'public' AND o.nspname !~ '^pg_'"),
            "pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata",
            "pg_catalog.count(*) FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'",
            OTHERS.stream()
                            .map(catalog -> "(SELECT " + count(catalog, "") + ")")
                            .collect(java.util.stream.Collectors.joining(" + "))
                    + " + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d"
                    + " ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database())");

    private static String count(String catalog, String condition) {
        return "pg_catalog.count(*) FROM pg_catalog." + catalog + " o WHERE o.oid >= " + FIRST_OF_USERS + condition
                + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog." + catalog
                + "'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'e')";
    }

    /**
     * Looks into the database that psql is connected to.
     *
     * @param psql sees what its transaction has made, too
     */
    public static DatabaseContents of(PsqlLoad psql) {
        List<Long> counts = psql.ask(QUERIES).stream().map(Long::valueOf).toList();
        return new DatabaseContents(
                counts.get(0),
                counts.get(1),
                counts.get(2),
                counts.get(3),
                counts.get(4),
                counts.get(5),
                counts.get(6));
    }

    /** Whether it is as when it was made. */
    public boolean isEmpty() {
        return hasRoom() && extensions == 0 && others == 0;
    }

    /** Whether it is as when it was made, but for extensions. */
    public boolean isEmptyButForExtensions() {
        return hasRoom() && others == 0;
    }

    /** Whether it has nothing that a dump's objects could be confused with. */
    boolean hasRoom() {
        return relations == 0 && routines == 0 && types == 0 && schemas == 0 && largeObjects == 0;
    }

    @Override
    public String toString() {
        return relations + " relations, " + routines + " routines, " + types + " types, " + schemas + " schemas, "
                + largeObjects + " large objects, " + extensions + " extensions, " + others + " other objects";
    }
}
