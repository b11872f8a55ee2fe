package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.QueryResult;
import io.codeb.model.Selection;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.tool.ToolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a dump will name and not make, in the catalog, by the rules that pg_dump has for what it writes: objects
 * of extensions and of the server itself have no owner in a dump, and privileges are written as far as they differ from
 * those that a new object has.
 */
public final class NeedsCatalog {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

    /** From this major version on, pg_dump writes the owner of the schema {@code public}. */
    private static final int PUBLIC_HAS_OWNER = 15;

    /**
     * Rows of (reason, name, version). The parameters are the scope ({@code all} tables, {@code only} or {@code
     * without} those listed, or {@code none}, and then no other definitions either), the tables, whether there are
     * large objects in the dump, and its options. Roles and tablespaces whose names begin with {@code pg_} are the
     * server's own. 16384 is the first number of what is not.
     */
    private static final String QUERY = """
            WITH
            chosen AS (
                SELECT c.oid
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE pg_catalog.format('"%s"."%s"', pg_catalog.replace(n.nspname, '"', '""'),
                                        pg_catalog.replace(c.relname, '"', '""'))
                      IN (SELECT pg_catalog.unnest($2::text[]))),
            relations AS (
                SELECT c.oid, c.relkind, c.relowner, c.relacl
                FROM pg_catalog.pg_class c
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
                  AND CASE $1::text
                      WHEN 'all' THEN true
                      WHEN 'without' THEN c.oid NOT IN (SELECT oid FROM chosen)
                      WHEN 'only' THEN c.oid IN (SELECT oid FROM chosen)
                          OR c.relkind = 'S' AND EXISTS (
                              SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                AND d.objid = c.oid
                                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                AND d.refobjid IN (SELECT oid FROM chosen)
                                AND d.deptype IN ('a', 'i'))
                      ELSE false END),
            relation_parts AS (
                SELECT oid FROM relations
                UNION ALL
                SELECT i.indexrelid FROM pg_catalog.pg_index i JOIN relations r ON r.oid = i.indrelid),
            others (class, oid, kind, owner, acl) AS (
                SELECT 'pg_namespace', oid, 'n', nspowner, nspacl FROM pg_catalog.pg_namespace
                WHERE nspname !~ '^pg_(toast|temp)'
                UNION ALL SELECT 'pg_proc', oid, 'f', proowner, proacl FROM pg_catalog.pg_proc
                UNION ALL SELECT 'pg_type', t.oid, 'T', t.typowner, t.typacl FROM pg_catalog.pg_type t
                    WHERE t.oid NOT IN (SELECT typarray FROM pg_catalog.pg_type)
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
                UNION ALL SELECT 'pg_language', oid, 'l', lanowner, lanacl FROM pg_catalog.pg_language
                UNION ALL SELECT 'pg_foreign_data_wrapper', oid, 'F', fdwowner, fdwacl
                    FROM pg_catalog.pg_foreign_data_wrapper
                UNION ALL SELECT 'pg_foreign_server', oid, 'S', srvowner, srvacl FROM pg_catalog.pg_foreign_server
                UNION ALL SELECT 'pg_operator', oid, '', oprowner, NULL FROM pg_catalog.pg_operator
                UNION ALL SELECT 'pg_opclass', oid, '', opcowner, NULL FROM pg_catalog.pg_opclass
                UNION ALL SELECT 'pg_opfamily', oid, '', opfowner, NULL FROM pg_catalog.pg_opfamily
                UNION ALL SELECT 'pg_conversion', oid, '', conowner, NULL FROM pg_catalog.pg_conversion
                UNION ALL SELECT 'pg_collation', oid, '', collowner, NULL FROM pg_catalog.pg_collation
                UNION ALL SELECT 'pg_ts_config', oid, '', cfgowner, NULL FROM pg_catalog.pg_ts_config
                UNION ALL SELECT 'pg_ts_dict', oid, '', dictowner, NULL FROM pg_catalog.pg_ts_dict
                UNION ALL SELECT 'pg_publication', oid, '', pubowner, NULL FROM pg_catalog.pg_publication
                    WHERE '--no-publications' <> ALL ($4::text[])
                UNION ALL SELECT 'pg_event_trigger', oid, '', evtowner, NULL FROM pg_catalog.pg_event_trigger),
            objects (class, oid, part, kind, owner, acl) AS (
                SELECT 'pg_class', oid, 0, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END, relowner, relacl FROM relations
                UNION ALL
                SELECT 'pg_class', r.oid, a.attnum, 'c', r.relowner, a.attacl
                FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attacl IS NOT NULL
                UNION ALL
                SELECT 'pg_statistic_ext', s.oid, 0, '', s.stxowner, NULL
                FROM pg_catalog.pg_statistic_ext s JOIN relations r ON r.oid = s.stxrelid
                WHERE $1::text <> 'only'
                UNION ALL
                SELECT 'pg_largeobject', oid, 0, 'L', lomowner, lomacl FROM pg_catalog.pg_largeobject_metadata
                WHERE $3::text = 'true'
                UNION ALL
                SELECT class, oid, 0, kind, owner, acl FROM others WHERE $1::text IN ('all', 'without')),
            owners (role) AS (
                SELECT o.owner FROM objects o
                WHERE o.class = 'pg_largeobject'
                   OR o.oid >= 16384 AND NOT EXISTS (
                      SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = ('pg_catalog.' || o.class)::pg_catalog.regclass
                        AND d.objid = o.oid AND d.deptype = 'e')
                UNION ALL
                SELECT subowner FROM pg_catalog.pg_subscription s
                JOIN pg_catalog.pg_database b ON b.oid = s.subdbid AND b.datname = pg_catalog.current_database()
                WHERE $1::text IN ('all', 'without') AND pg_catalog.current_setting('is_superuser') = 'on'
                  AND '--no-subscriptions' <> ALL ($4::text[])),
            acls (owner, acl, base) AS (
                SELECT o.owner, o.acl, coalesce(i.initprivs, pg_catalog.acldefault(o.kind::"char", o.owner))
                FROM objects o
                LEFT JOIN pg_catalog.pg_init_privs i
                    ON i.classoid = ('pg_catalog.' || o.class)::pg_catalog.regclass
                    AND i.objoid = o.oid AND i.objsubid = o.part
                WHERE o.acl IS NOT NULL
                UNION ALL
                SELECT defaclrole, defaclacl,
                       CASE WHEN defaclnamespace = 0
                            THEN pg_catalog.acldefault(
                                CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END, defaclrole) END
                FROM pg_catalog.pg_default_acl WHERE $1::text IN ('all', 'without')),
            grantees (role) AS (
                SELECT x.role
                FROM acls a
                CROSS JOIN LATERAL (
                    (SELECT * FROM pg_catalog.aclexplode(a.acl) EXCEPT SELECT * FROM pg_catalog.aclexplode(a.base))
                    UNION ALL
                    (SELECT * FROM pg_catalog.aclexplode(a.base) EXCEPT SELECT * FROM pg_catalog.aclexplode(a.acl))
                ) AS d
                CROSS JOIN LATERAL (VALUES (d.grantee), (CASE WHEN d.grantor <> a.owner THEN d.grantor END)) AS x (role)
                UNION ALL
                SELECT defaclrole FROM pg_catalog.pg_default_acl WHERE $1::text IN ('all', 'without')),
            others_named (role) AS (
                SELECT pg_catalog.unnest(p.polroles) FROM pg_catalog.pg_policy p JOIN relations r ON r.oid = p.polrelid
                UNION ALL
                SELECT umuser FROM pg_catalog.pg_user_mappings WHERE $1::text IN ('all', 'without')),
            roles (reason, role) AS (
                SELECT 'owner', role FROM owners
                UNION SELECT 'owner of public', nspowner FROM pg_catalog.pg_namespace
                    WHERE nspname = 'public' AND oid < 16384 AND $1::text IN ('all', 'without')
                UNION SELECT 'grantee', role FROM grantees
                UNION SELECT 'other', role FROM others_named)
            SELECT r.reason, a.rolname::text AS name, NULL::text AS version
            FROM roles r JOIN pg_catalog.pg_roles a ON a.oid = r.role AND a.rolname !~ '^pg_'
            UNION ALL
            SELECT DISTINCT 'tablespace', t.spcname::text, NULL::text
            FROM relation_parts p
            JOIN pg_catalog.pg_class c ON c.oid = p.oid
            JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace AND t.spcname !~ '^pg_'
            UNION ALL
            SELECT 'extension', e.extname::text, e.extversion
            FROM pg_catalog.pg_extension e
            WHERE e.oid >= 16384 AND $1::text IN ('all', 'without')
            """;

    private final List<String> options;
    private final QueryResult answer;

    private NeedsCatalog(List<String> options, QueryResult answer) {
        this.options = options;
        this.answer = answer;
    }

    /**
     * Looks at the database that the client is connected to.
     *
     * @param client is connected to it
     * @param selection what is dumped of it
     * @param tables which tables that means
     * @param cancellation ends it early
     */
    public static NeedsCatalog of(
            SqlClient client, Selection selection, ChosenTables tables, Cancellation cancellation) {
        boolean definitions = selection.content() != Content.DATA_ONLY;
        boolean largeObjects = selection.content() != Content.SCHEMA_ONLY
                && tables.scope() != ChosenTables.Scope.ONLY
                && !selection.options().contains("--no-blobs");
        QuerySpec query = new QuerySpec(
                QUERY,
                List.of(
                        definitions ? tables.scope().word() : "none",
                        tables.asArray(),
                        Boolean.toString(largeObjects),
                        SqlText.array(selection.options())),
                ROW_LIMIT,
                TIMEOUT,
                true);
        QueryResult answer = client.query(query, cancellation);
        if (answer.truncated()) {
            throw new EngineException(ErrorCode.SQL_FAILED, "the database names more than " + ROW_LIMIT + " roles", "");
        }
        return new NeedsCatalog(selection.options(), answer);
    }

    /** What a dump needs at the most, whichever pg_dump makes it. */
    public ServerNeeds atMost() {
        return needs(Set.of("owner", "owner of public"));
    }

    /** What the dump of a certain pg_dump needs. */
    public ServerNeeds of(ToolVersion tool) {
        return tool.major() >= PUBLIC_HAS_OWNER ? atMost() : needs(Set.of("owner"));
    }

    private ServerNeeds needs(Set<String> owners) {
        List<Extension> extensions = new ArrayList<>();
        for (List<@Nullable Object> row : answer.rows()) {
            if ("extension".equals(row.get(0))) {
                extensions.add(new Extension(String.valueOf(row.get(1)), String.valueOf(row.get(2))));
            }
        }
        return new ServerNeeds(
                options.contains("--no-owner") ? List.of() : names(owners),
                options.contains("--no-privileges") ? List.of() : names(Set.of("grantee")),
                names(Set.of("other")),
                options.contains("--no-tablespaces") ? List.of() : names(Set.of("tablespace")),
                extensions);
    }

    private List<String> names(Set<String> reasons) {
        TreeSet<String> names = new TreeSet<>();
        for (List<@Nullable Object> row : answer.rows()) {
            if (reasons.contains(String.valueOf(row.get(0)))) {
                names.add(String.valueOf(row.get(1)));
            }
        }
        return List.copyOf(names);
    }
}
