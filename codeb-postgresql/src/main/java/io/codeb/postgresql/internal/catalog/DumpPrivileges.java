package io.codeb.postgresql.internal.catalog;

import io.codeb.error.Finding;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a dump needs and its user may not have: pg_dump would refuse too, but at the first of them, and for rows and
 * large objects only when it comes to them. One query, which answers what is missing and nothing else.
 *
 * <p>pg_dump locks each table, which takes the right to read it and to use its schema, also where it takes no rows. It
 * reads sequences and large objects where it takes content. Foreign tables and views are definitions to it. Tables of
 * extensions are not asked about, unless their rows are dumped.
 */
public final class DumpPrivileges {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** Whoever lacks more has not been granted anything, and sees it in these. */
    private static final int TOLD = 1_000;

    private static final String USERS_OWN =
            " c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ";

    /** Rows of (what, schema, name, schema of the table that owns it, that table). */
    private static final String QUERY = """
            WITH me AS (
                SELECT r.rolsuper AS super FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER),
            relations AS (
                SELECT c.oid, c.relkind, c.relname, c.relrowsecurity, n.nspname, n.oid AS namespace
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'S') AND""" + USERS_OWN + """
                  AND NOT EXISTS (
                      SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                        AND d.deptype = 'e'
                        AND NOT EXISTS (
                            SELECT FROM pg_catalog.pg_extension e
                            WHERE e.oid = d.refobjid AND c.oid = ANY (e.extconfig))))
            SELECT what, schema, name, owner_schema, owner FROM (
                SELECT 'schema'::text AS what, r.nspname::text AS schema, NULL::text AS name,
                       NULL::text AS owner_schema, NULL::text AS owner
                FROM relations r
                GROUP BY r.nspname, r.namespace
                HAVING NOT pg_catalog.has_schema_privilege(r.namespace, 'USAGE')
                UNION ALL
                SELECT 'table', r.nspname::text, r.relname::text, NULL, NULL
                FROM relations r
                WHERE r.relkind <> 'S' AND NOT pg_catalog.has_table_privilege(r.oid, 'SELECT')
                UNION ALL
                SELECT 'rows', r.nspname::text, r.relname::text, NULL, NULL
                FROM relations r
                WHERE r.relkind = 'r' AND r.relrowsecurity AND pg_catalog.row_security_active(r.oid)
                UNION ALL
                SELECT 'sequence', r.nspname::text, r.relname::text, o.nspname::text, o.relname::text
                FROM relations r
                LEFT JOIN pg_catalog.pg_depend d
                    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = r.oid
                   AND d.refclassid = d.classid AND d.deptype IN ('a', 'i')
                LEFT JOIN relations o ON o.oid = d.refobjid
                WHERE r.relkind = 'S' AND NOT pg_catalog.has_table_privilege(r.oid, 'SELECT')
                UNION ALL
                SELECT 'large object', NULL, m.oid::text, NULL, NULL
                FROM me
                CROSS JOIN pg_catalog.pg_largeobject_metadata m
                WHERE NOT me.super AND pg_catalog.current_setting('lo_compat_privileges') = 'off'
                  AND NOT EXISTS (
                      SELECT
                      FROM pg_catalog.aclexplode(coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))) a
                      WHERE a.privilege_type = 'SELECT'
                        AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
                UNION ALL
                SELECT 'globals', NULL, NULL, NULL, NULL FROM me WHERE NOT me.super
                UNION ALL
                SELECT 'subscription', NULL, s.subname::text, NULL, NULL
                FROM me
                CROSS JOIN pg_catalog.pg_subscription s
                JOIN pg_catalog.pg_database b ON b.oid = s.subdbid AND b.datname = pg_catalog.current_database()
                WHERE NOT me.super
            ) AS missing
            ORDER BY what = 'large object', schema COLLATE "C", name COLLATE "C"
            """;

    private final DatabaseTarget target;
    private final DumpSpec spec;
    private final Inspection inspection;
    private final ChosenTables tables;
    private final String role;

    private DumpPrivileges(DatabaseTarget target, DumpSpec spec, Inspection inspection, ChosenTables tables) {
        this.target = target;
        this.spec = spec;
        this.inspection = inspection;
        this.tables = tables;
        this.role = SqlText.identifier(target.user());
    }

    /**
     * Looks what the user lacks.
     *
     * @param client is connected to the database
     * @param target as whom
     * @param spec what is dumped
     * @param inspection of the database
     * @param tables those that are dumped
     * @param cancellation ends it early
     * @return one finding for each object
     */
    public static List<Finding> findings(
            SqlClient client,
            DatabaseTarget target,
            DumpSpec spec,
            Inspection inspection,
            ChosenTables tables,
            Cancellation cancellation) {
        DumpPrivileges wanted = new DumpPrivileges(target, spec, inspection, tables);
        List<Finding> findings = new ArrayList<>();
        QuerySpec query = new QuerySpec(QUERY, List.of(), TOLD, TIMEOUT, true);
        for (List<@Nullable Object> row : client.query(query, cancellation).rows()) {
            Finding finding = wanted.finding(row);
            if (finding != null) {
                findings.add(finding);
            }
        }
        return findings;
    }

    private @Nullable Finding finding(List<@Nullable Object> row) {
        String schema = String.valueOf(row.get(1));
        String name = String.valueOf(row.get(2));
        TableName relation = new TableName(schema, name);
        boolean content = spec.selection().content() != Content.SCHEMA_ONLY;
        return switch (String.valueOf(row.get(0))) {
            case "schema" -> holdsSomethingOf(schema) ? missing("schema", SqlText.identifier(schema), "USAGE") : null;
            case "table" -> tables.holds(relation) ? missing("table", SqlText.identifier(relation), "SELECT") : null;
            case "sequence" ->
                content && holdsSequence(row.get(3), row.get(4))
                        ? missing("sequence", SqlText.identifier(relation), "SELECT")
                        : null;
            case "large object" -> content && holdsLargeObjects() ? missing("large object", name, "SELECT") : null;
            case "rows" -> content && tables.holds(relation) ? hidden(relation) : null;
            case "globals" -> spec.globals() && spec.passwordHashes() ? passwords() : null;
            case "subscription" -> tables.scope() == ChosenTables.Scope.ONLY ? null : subscription(name);
            default -> throw new IllegalStateException("the query answers what it does not ask for");
        };
    }

    /** Of a whole database, the query answers only schemas with something in them that takes the right. */
    private boolean holdsSomethingOf(String schema) {
        return tables.scope() == ChosenTables.Scope.ALL
                || inspection.tables().stream()
                        .filter(table -> table.kind() == TableInfo.Kind.TABLE
                                || table.kind() == TableInfo.Kind.PARTITIONED_TABLE)
                        .map(TableInfo::table)
                        .anyMatch(table -> table.schema().equals(schema) && tables.holds(table));
    }

    private boolean holdsSequence(@Nullable Object ownerSchema, @Nullable Object owner) {
        return owner == null
                ? tables.scope() != ChosenTables.Scope.ONLY
                : tables.holds(new TableName(String.valueOf(ownerSchema), String.valueOf(owner)));
    }

    private boolean holdsLargeObjects() {
        return tables.scope() != ChosenTables.Scope.ONLY
                && !spec.selection().options().contains("--no-blobs");
    }

    private Finding missing(String kind, String name, String privilege) {
        return new Finding(
                "missing-privilege",
                Finding.Severity.ERROR,
                "none",
                privilege,
                "user " + target.user() + " has no " + privilege + " on " + kind + " " + name,
                "GRANT " + privilege + " ON " + kind.toUpperCase(Locale.ROOT) + " " + name + " TO " + role
                        + ", or back up as its owner or as a superuser");
    }

    private Finding hidden(TableName table) {
        return new Finding(
                "row-level-security",
                Finding.Severity.ERROR,
                "",
                "",
                "row-level security hides rows of " + table + " from user " + target.user(),
                "back up as a superuser, as a role with BYPASSRLS, or as the owner of tables that do not FORCE it;"
                        + " or leave these tables out");
    }

    private Finding passwords() {
        return new Finding(
                "globals-need-superuser",
                Finding.Severity.ERROR,
                "",
                "",
                "user " + target.user() + " may not read the roles' password hashes",
                "back up as a superuser, or withGlobals() without the hashes");
    }

    private Finding subscription(String name) {
        return new Finding(
                "subscription-left-out",
                Finding.Severity.WARNING,
                "",
                "",
                "subscription " + name + " is not in the dump, since user " + target.user() + " is no superuser",
                "back up as a superuser, or make the subscription by hand after a restore");
    }
}
