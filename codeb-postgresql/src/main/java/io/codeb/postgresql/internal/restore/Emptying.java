package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.postgresql.internal.catalog.DatabaseContents;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.PsqlLoad;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Drops all that users have made in a database, within a transaction. The server itself writes the statements, each in
 * the words in which it names the object; what depends on one goes with it. Extensions of others stay, since whoever
 * restores could not make them again; the schema {@code public} stays as it is, and so does what the database is
 * besides its objects.
 */
final class Emptying {
    /** What belongs to another object, as the functions of a range type do, goes with that. */
    private static final String USERS = "o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
            + " WHERE d.classid = o.tableoid AND d.objid = o.oid AND d.deptype IN ('e', 'i')"
            + " AND (d.refclassid, d.refobjid) <> (d.classid, d.objid))";

    /** Later than the schemas: what is in them is gone by then. Tables come before what they own. */
    private static final int IN_PUBLIC = 3;

    private static final String OBJECTS = Stream.of(
                    global(0, "pg_event_trigger", ""),
                    global(0, "pg_publication", ""),
                    "SELECT 1, o.tableoid, o.oid FROM pg_catalog.pg_extension o WHERE o.extname <> 'plpgsql'"
                            + " AND pg_catalog.pg_has_role(o.extowner, 'USAGE')",
                    global(2, "pg_namespace", " AND o.nspname <> 'public' AND o.nspname !~ '^pg_'"),
                    inPublic("pg_class", "relnamespace", " AND o.relkind IN ('r', 'p', 'f')", IN_PUBLIC),
                    inPublic("pg_class", "relnamespace", " AND o.relkind IN ('v', 'm', 'S')", IN_PUBLIC + 1),
                    inPublic("pg_proc", "pronamespace", "", IN_PUBLIC + 2),
                    inPublic("pg_operator", "oprnamespace", "", IN_PUBLIC + 3),
                    inPublic("pg_opclass", "opcnamespace", "", IN_PUBLIC + 3),
                    inPublic("pg_opfamily", "opfnamespace", "", IN_PUBLIC + 4),
                    inPublic(
                            "pg_type",
                            "typnamespace",
                            " AND (o.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.typrelid"
                                    + " AND c.relkind = 'c'))",
                            IN_PUBLIC + 5),
                    inPublic("pg_collation", "collnamespace", "", IN_PUBLIC + 6),
                    inPublic("pg_conversion", "connamespace", "", IN_PUBLIC + 6),
                    inPublic("pg_ts_config", "cfgnamespace", "", IN_PUBLIC + 6),
                    inPublic("pg_ts_dict", "dictnamespace", "", IN_PUBLIC + 7),
                    inPublic("pg_ts_parser", "prsnamespace", "", IN_PUBLIC + 8),
                    inPublic("pg_ts_template", "tmplnamespace", "", IN_PUBLIC + 8),
                    global(IN_PUBLIC + 9, "pg_transform", ""),
                    global(IN_PUBLIC + 9, "pg_cast", ""),
                    global(IN_PUBLIC + 9, "pg_language", ""),
                    global(IN_PUBLIC + 9, "pg_foreign_server", ""),
                    global(IN_PUBLIC + 10, "pg_foreign_data_wrapper", ""),
                    global(IN_PUBLIC + 10, "pg_am", ""))
            .collect(Collectors.joining(" UNION ALL "));

    private static final String DROPS = "SELECT pg_catalog.format('DROP %s IF EXISTS %s CASCADE', CASE i.type"
            + " WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE i.type END, i.identity)"
            + " FROM (" + OBJECTS + ") AS objects (rank, class, oid)"
            + " CROSS JOIN LATERAL pg_catalog.pg_identify_object(class, oid, 0) AS i"
            + " ORDER BY rank, oid \\gexec";

    private static final String LARGE_OBJECTS =
            "pg_catalog.count(pg_catalog.lo_unlink(oid)) FROM pg_catalog.pg_largeobject_metadata";

    private Emptying() {}

    private static String global(int rank, String catalog, String condition) {
        return "SELECT " + rank + ", o.tableoid, o.oid FROM pg_catalog." + catalog + " o WHERE " + USERS + condition;
    }

    private static String inPublic(String catalog, String namespace, String condition, int rank) {
        return global(rank, catalog, " AND o." + namespace + " = 'public'::pg_catalog.regnamespace" + condition);
    }

    /**
     * Drops it.
     *
     * @param psql in a transaction, which is good for nothing but its end when this throws
     * @param job whose target it is
     * @return what is in it now: what was there but is not to be dropped
     * @throws EngineException {@code DATABASE_NOT_EMPTY} when not all of it can be dropped in a transaction; {@code
     *     PERMISSION_DENIED} when some of it is of others; {@code LOCK_TIMEOUT} when others use it for too long
     */
    static DatabaseContents run(PsqlLoad psql, RestoreJob job) {
        String database = job.target().database();
        List<Subscription> subscriptions = Subscriptions.of(psql);
        if (!subscriptions.isEmpty()) {
            throw notEmptied(
                    database,
                    "the server drops no subscription in a transaction, and it has "
                            + subscriptions.stream().map(Subscription::name).collect(Collectors.joining(", ")));
        }
        // Without a limit, clients that come later would wait for whoever keeps a table locked, too.
        psql.statement(job.limitedLockWait() + " SET LOCAL client_min_messages = error;");
        psql.statement(DROPS);
        psql.ask(List.of(LARGE_OBJECTS));
        psql.statement("SET LOCAL lock_timeout = 0; SET LOCAL client_min_messages = warning;");
        DatabaseContents left = DatabaseContents.of(psql);
        if (!left.isEmptyButForExtensions()) {
            throw notEmptied(database, "it still has " + left);
        }
        return left;
    }

    private static EngineException notEmptied(String database, String why) {
        return new EngineException(
                ErrorCode.DATABASE_NOT_EMPTY,
                "database " + database + " cannot be emptied: " + why,
                "drop that by hand, or say replacing(); default privileges are taken back with ALTER DEFAULT"
                        + " PRIVILEGES");
    }
}
