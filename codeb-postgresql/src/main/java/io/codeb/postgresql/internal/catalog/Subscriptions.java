package io.codeb.postgresql.internal.catalog;

import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The subscriptions of the database that psql is connected to. Two databases that pull through one slot take each
 * other's changes away, and a database that has a subscription cannot be dropped.
 */
public final class Subscriptions {
    private static final String MINE = " FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d"
            + " ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database() ORDER BY s.subname";

    private Subscriptions() {}

    /**
     * A subscription.
     *
     * @param name its name
     * @param slot the slot that it pulls from; empty for none
     */
    public record Subscription(String name, String slot) {}

    /** Lists them by name. */
    public static List<Subscription> of(PsqlLoad psql) {
        List<Subscription> found = new ArrayList<>();
        for (String answer : psql.ask(List.of(hex("s.subname") + ", " + hex("coalesce(s.subslotname, '')") + MINE))) {
            String[] parts = answer.split("\\|", 2);
            found.add(new Subscription(text(parts[0]), text(parts[1])));
        }
        return found;
    }

    private static String hex(String name) {
        return "pg_catalog.encode(pg_catalog.textsend(" + name + "::pg_catalog.text), 'hex')";
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    /** Keeps a subscription from pulling, and takes its slot from it, which stays where it is. */
    public static void detach(PsqlLoad psql, Subscription subscription) {
        String alter = "ALTER SUBSCRIPTION " + SqlText.identifier(subscription.name());
        psql.statement(alter + " DISABLE; " + alter + " SET (slot_name = NONE);");
    }

    /** Drops a subscription, and leaves its slot where it is. */
    public static void drop(PsqlLoad psql, Subscription subscription) {
        detach(psql, subscription);
        psql.statement("DROP SUBSCRIPTION " + SqlText.identifier(subscription.name()) + ";");
    }
}
