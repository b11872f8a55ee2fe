package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Cancellation;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.QuerySpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The version of the library that sorts a database's texts, as the server tells it for a collation of the same kind and
 * locale. An attribute of a dump's entry keeps it, since a restore can be to a server that sorts in another way.
 */
public final class CollationVersion {
    /** The attribute of the entry. */
    public static final String ATTRIBUTE = "collation-version";

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private CollationVersion() {}

    /**
     * That of the database that the client is connected to.
     *
     * @return empty where the server knows none: sorted by bytes, or in a locale without a collation of its own
     */
    public static String of(SqlClient client, Cancellation cancellation) {
        String query = "SELECT " + version("coalesce(d.j ->> 'datlocprovider', 'c')", """
                coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale', d.j ->> 'datcollate')""")
                + " FROM (SELECT pg_catalog.to_jsonb(b) AS j FROM pg_catalog.pg_database b"
                + " WHERE b.datname = pg_catalog.current_database()) d";
        List<List<@Nullable Object>> rows = client.query(
                        new QuerySpec(query, List.of(), 1, TIMEOUT, true), cancellation)
                .rows();
        Object found = rows.isEmpty() ? null : rows.get(0).get(0);
        return found == null ? "" : found.toString();
    }

    /** What stands behind SELECT to know that of a database like another one; null where the server knows none. */
    public static String query(DatabaseFacts like) {
        String provider = like.localeProvider().substring(0, 1);
        String locale = like.locale().isEmpty() ? like.collation() : like.locale();
        return version(SqlText.literal(provider.equals("l") ? "c" : provider), SqlText.literal(locale));
    }

    /** The columns differ by version, so they are taken from a row as JSON; libc's names are spelt in several ways. */
    private static String version(String provider, String locale) {
        return "(SELECT pg_catalog.pg_collation_actual_version(c.oid) FROM pg_catalog.pg_collation c"
                + " CROSS JOIN LATERAL pg_catalog.to_jsonb(c) j WHERE c.collprovider = " + provider + "::\"char\" AND "
                + plain("coalesce(j ->> 'colllocale', j ->> 'colliculocale', j ->> 'collcollate')") + " = "
                + plain(locale) + " LIMIT 1)";
    }

    /** A locale's name without what the spellings of an encoding differ in. */
    public static String plain(String locale) {
        return "pg_catalog.lower(pg_catalog.replace(" + locale + ", '-', ''))";
    }
}
