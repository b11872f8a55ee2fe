package io.codeb.postgresql.internal.catalog;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerVersion;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privileges;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.SecurityLabel;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import io.codeb.postgresql.internal.program.PostgresVersion;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server's shared catalogs have on one database, in one query, which any database of the server answers. Only
 * its extensions are known to nobody but itself.
 */
public final class DatabaseCatalog {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ROW_LIMIT = 1_000_000;

    /**
     * Rows of (kind, name, value, role, flag). The columns of pg_database differ by version, so they are taken from a
     * row as JSON, where a missing one is null: the provider came with version 15, its locale was called daticulocale
     * until 16, its rules came with 16.
     */
    private static final String QUERY = """
            WITH d AS (
                SELECT b.*, pg_catalog.to_jsonb(b) AS j
                FROM pg_catalog.pg_database b
                WHERE b.datname::text = coalesce($1::text, pg_catalog.current_database()::text))
            SELECT kind, name, value, role, flag FROM (
                SELECT 'fact'::text AS kind, f.name::text, f.value::text, NULL::text AS role, false AS flag
                FROM d CROSS JOIN LATERAL (VALUES
                    ('server_version', pg_catalog.current_setting('server_version')),
                    ('server_version_num', pg_catalog.current_setting('server_version_num')),
                    ('name', d.datname::text),
                    ('owner', pg_catalog.pg_get_userbyid(d.datdba)::text),
                    ('encoding', pg_catalog.pg_encoding_to_char(d.encoding)::text),
                    ('collation', d.datcollate::text),
                    ('character_type', d.datctype::text),
                    ('locale_provider', d.j ->> 'datlocprovider'),
                    ('locale', coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale')),
                    ('locale_rules', d.j ->> 'daticurules'),
                    ('size', CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                                  THEN pg_catalog.pg_database_size(d.oid)::text END),
                    ('initial_privileges', (d.datacl IS NULL)::text),
                    ('connection_limit', d.datconnlimit::text),
                    ('comment', pg_catalog.shobj_description(d.oid, 'pg_database')),
                    ('tablespace', (SELECT t.spcname::text FROM pg_catalog.pg_tablespace t WHERE t.oid = d.dattablespace)),
                    ('template', d.datistemplate::text)
                ) AS f (name, value)
                UNION ALL
                SELECT 'extension', e.extname::text, e.extversion, NULL, false
                FROM d JOIN pg_catalog.pg_extension e ON d.datname = pg_catalog.current_database()
                UNION ALL
                SELECT 'setting',
                       pg_catalog.split_part(c.setting, '=', 1),
                       pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1),
                       r.rolname::text,
                       false
                FROM d
                JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
                LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
                UNION ALL
                SELECT 'grant',
                       a.privilege_type,
                       NULL,
                       CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee)::text END,
                       pg_catalog.bool_or(a.is_grantable)
                FROM d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
                GROUP BY a.privilege_type, a.grantee
                UNION ALL
                SELECT 'label', l.provider, l.label, NULL, false
                FROM d
                JOIN pg_catalog.pg_shseclabel l
                    ON l.objoid = d.oid AND l.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
            ) AS known
            ORDER BY role COLLATE "C" NULLS FIRST, name COLLATE "C"
            """;

    private final Map<String, String> facts = new HashMap<>();
    private final List<Extension> extensions = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final List<SecurityLabel> labels = new ArrayList<>();

    private DatabaseCatalog() {}

    /**
     * Looks at the database that the client is connected to.
     *
     * @throws EngineException {@code DATABASE_NOT_FOUND} when it is being dropped
     */
    static DatabaseCatalog ofCurrent(SqlClient client, Cancellation cancellation) {
        DatabaseCatalog catalog = read(client, null, cancellation);
        if (!catalog.isFound()) {
            throw new EngineException(
                    ErrorCode.DATABASE_NOT_FOUND, "the database is gone while it is looked at", "try again");
        }
        return catalog;
    }

    /**
     * Looks at any database of the server without connecting to it.
     *
     * @param client is connected to any database of the server
     * @param name which one to look at
     * @param cancellation ends it early
     * @return what is known of it, its extensions only if it is the client's own; empty when there is none of that name
     */
    public static Optional<DatabaseFacts> find(SqlClient client, String name, Cancellation cancellation) {
        DatabaseCatalog catalog = read(client, name, cancellation);
        return catalog.isFound() ? Optional.of(catalog.database()) : Optional.empty();
    }

    private static DatabaseCatalog read(SqlClient client, @Nullable String name, Cancellation cancellation) {
        QuerySpec query = new QuerySpec(QUERY, Collections.singletonList(name), ROW_LIMIT, TIMEOUT, true);
        DatabaseCatalog catalog = new DatabaseCatalog();
        client.query(query, cancellation).rows().forEach(catalog::add);
        return catalog;
    }

    private void add(List<@Nullable Object> row) {
        String name = String.valueOf(row.get(1));
        String value = textOrEmpty(row.get(2));
        String role = textOrEmpty(row.get(3));
        boolean flag = Boolean.TRUE.equals(row.get(4));
        switch (String.valueOf(row.get(0))) {
            case "fact" -> facts.put(name, value);
            case "extension" -> extensions.add(new Extension(name, value));
            case "setting" -> settings.add(new Setting(role, name, SettingList.values(name, value)));
            case "grant" -> grants.add(new Grant(role, privilege(name), flag));
            case "label" -> labels.add(new SecurityLabel(name, value));
            default -> throw new IllegalStateException("the query answers what it does not ask for");
        }
    }

    private static String textOrEmpty(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static Privilege privilege(String word) {
        for (Privilege privilege : Privilege.values()) {
            if (privilege.name().equals(word)) {
                return privilege;
            }
        }
        throw new EngineException(
                ErrorCode.SQL_FAILED,
                "the database has a privilege that this version does not know: " + word,
                "use a newer version of CodeB");
    }

    private boolean isFound() {
        return facts.containsKey("name");
    }

    private String text(String fact) {
        return facts.getOrDefault(fact, "");
    }

    private long number(String fact) {
        String text = text(fact);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    ServerVersion server() {
        return PostgresVersion.ofServer((int) number("server_version_num"), text("server_version"));
    }

    DatabaseFacts database() {
        String provider = localeProvider(text("locale_provider"));
        return new DatabaseFacts(
                text("name"),
                text("owner"),
                text("encoding"),
                text("collation"),
                text("character_type"),
                provider,
                provider.equals("libc") ? "" : text("locale"),
                text("locale_rules"),
                number("size"),
                extensions,
                new DatabaseProperties(
                        settings,
                        new Privileges(text("initial_privileges").equals("true"), grants),
                        (int) number("connection_limit"),
                        text("comment"),
                        text("tablespace"),
                        text("template").equals("true"),
                        labels));
    }

    private static String localeProvider(String letter) {
        return switch (letter) {
            case "", "c" -> "libc";
            case "i" -> "icu";
            case "b" -> "builtin";
            default -> letter;
        };
    }
}
