package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a restore cannot make again because a function leans on the search path: pg_dump's scripts run with an
 * empty one, so that a body that names a function, a table or a type of another schema than {@code pg_catalog} without
 * that schema fails. It fails where the function runs during the load: in expressions of indexes, in checks, in
 * generated columns and in materialized views. The extension earthdistance is the best known one of the kind, up to
 * version 1.1.
 *
 * <p>The server knows no dependencies of a body that is text. What is told is what the text shows: names in front of a
 * parenthesis, behind {@code FROM} and the like, and in casts with {@code ::}. What is not seen: what is called by a
 * function that is called, operators, {@code CAST}, and statements that are put together at run time.
 */
public final class SearchPathReliance {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int TOLD = 10;

    /** Rows of (kind, schema, name, schema of the function, function, names in its body). */
    private static final String QUERY = """
            WITH called AS (
                SELECT DISTINCT d.classid, d.objid, p.oid, fn.nspname::text AS schema, p.proname::text AS name,
                       pg_catalog.lower(pg_catalog.regexp_replace(
                           p.prosrc, '--[^\\n]*|/\\*.*?\\*/|''(?:[^'']|'''')*''', ' ', 'g')) AS body
                FROM pg_catalog.pg_depend d
                JOIN pg_catalog.pg_proc p
                    ON d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.refobjid
                JOIN pg_catalog.pg_namespace fn ON fn.oid = p.pronamespace
                JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
                WHERE d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
                                    'pg_catalog.pg_constraint'::pg_catalog.regclass,
                                    'pg_catalog.pg_attrdef'::pg_catalog.regclass,
                                    'pg_catalog.pg_rewrite'::pg_catalog.regclass)
                  AND fn.nspname NOT IN ('pg_catalog', 'information_schema')
                  AND pg_catalog.to_jsonb(p) ->> 'prosqlbody' IS NULL
                  AND NOT EXISTS (
                      SELECT FROM pg_catalog.unnest(p.proconfig) c (setting) WHERE c.setting LIKE 'search\\_path=%')),
            callers AS (
                SELECT f.oid, f.body, f.schema, f.name, x.kind, xn.nspname::text AS caller_schema, x.caller::text
                FROM called f
                CROSS JOIN LATERAL (
                    SELECT 'index' AS kind, c.relnamespace AS namespace, c.relname AS caller FROM pg_catalog.pg_class c
                    WHERE f.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND c.oid = f.objid AND c.relkind IN ('i', 'I')
                    UNION ALL
                    SELECT 'check', k.connamespace, k.conname FROM pg_catalog.pg_constraint k
                    WHERE f.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                      AND k.oid = f.objid AND k.contype = 'c'
                    UNION ALL
                    SELECT 'generated column of', c.relnamespace, c.relname
                    FROM pg_catalog.pg_attrdef a
                    JOIN pg_catalog.pg_class c ON c.oid = a.adrelid
                    JOIN pg_catalog.pg_attribute t
                        ON t.attrelid = a.adrelid AND t.attnum = a.adnum AND t.attgenerated <> ''
                    WHERE f.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND a.oid = f.objid
                    UNION ALL
                    SELECT 'materialized view', c.relnamespace, c.relname
                    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'm'
                    WHERE f.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = f.objid
                ) AS x
                JOIN pg_catalog.pg_namespace xn ON xn.oid = x.namespace),
            names AS (
                SELECT DISTINCT n.name
                FROM (SELECT proname::text, pronamespace FROM pg_catalog.pg_proc
                      UNION ALL SELECT relname::text, relnamespace FROM pg_catalog.pg_class
                      WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
                      UNION ALL SELECT typname::text, typnamespace FROM pg_catalog.pg_type
                      WHERE typrelid = 0 AND typname !~ '^_'
                ) AS n (name, namespace)
                JOIN pg_catalog.pg_namespace s
                    ON s.oid = n.namespace AND s.nspname NOT IN ('pg_catalog', 'information_schema')
                WHERE n.name ~ '^[a-z_][a-z0-9_]*$'),
            words AS (
                SELECT DISTINCT c.oid, w.m[1] AS name
                FROM callers c
                CROSS JOIN LATERAL pg_catalog.regexp_matches(
                    c.body, '(?:^|[^.a-z0-9_"$])([a-z_][a-z0-9_]*)\\s*(?=\\()', 'g') AS w (m)
                UNION
                SELECT DISTINCT c.oid, w.m[1]
                FROM callers c
                CROSS JOIN LATERAL pg_catalog.regexp_matches(
                    c.body,
                    '(?:\\m(?:from|join|into|update)\\s+(?:only\\s+)?|::\\s*)([a-z_][a-z0-9_]*)(?![a-z0-9_.])',
                    'g') AS w (m))
            SELECT c.kind, c.caller_schema, c.caller, c.schema, c.name, pg_catalog.string_agg(DISTINCT w.name, ', ')
            FROM callers c
            JOIN words w ON w.oid = c.oid
            JOIN names n ON n.name = w.name
            WHERE NOT EXISTS (
                SELECT FROM pg_catalog.pg_proc b
                WHERE b.proname = w.name AND b.pronamespace = 'pg_catalog'::pg_catalog.regnamespace)
            GROUP BY 1, 2, 3, 4, 5
            ORDER BY 1, 2, 3, 4, 5
            """;

    private SearchPathReliance() {}

    /** What to tell of the database that the client is connected to. */
    public static List<Notice> notices(SqlClient client, Cancellation cancellation) {
        QuerySpec query = new QuerySpec(QUERY, List.of(), TOLD, TIMEOUT, true);
        return client.query(query, cancellation).rows().stream()
                .map(SearchPathReliance::notice)
                .toList();
    }

    private static Notice notice(List<@Nullable Object> row) {
        TableName caller = new TableName(String.valueOf(row.get(1)), String.valueOf(row.get(2)));
        TableName function = new TableName(String.valueOf(row.get(3)), String.valueOf(row.get(4)));
        return new Notice(
                "search-path",
                row.get(0) + " " + caller + " calls function " + function + ", which names " + row.get(5)
                        + " without a schema: a restore has an empty search_path, and fails there if there are rows;"
                        + " write the schema into the function, or ALTER FUNCTION … SET search_path (one of an"
                        + " extension: update the extension, or wrap the function in one of your own)");
    }
}
