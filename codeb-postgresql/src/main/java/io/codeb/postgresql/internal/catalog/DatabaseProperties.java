package io.codeb.postgresql.internal.catalog;

import java.util.List;

/**
 * What a database is besides its objects: what {@code CREATE DATABASE}, {@code ALTER DATABASE} and {@code GRANT … ON
 * DATABASE} made of it. A dump of its objects does not hold them.
 *
 * @param settings what sessions begin with, {@code ALTER DATABASE … SET} and {@code ALTER ROLE … IN DATABASE}
 * @param privileges who may connect, make schemas, and make temporary tables
 * @param connectionLimit how many sessions it takes at a time; -1 for any number
 * @param comment empty for none
 * @param tablespace where its files are; empty when nobody wants to know
 * @param template whether everybody who may make databases may copy it
 * @param securityLabels labels of security modules
 */
public record DatabaseProperties(
        List<Setting> settings,
        Privileges privileges,
        int connectionLimit,
        String comment,
        String tablespace,
        boolean template,
        List<SecurityLabel> securityLabels) {
    /** Those of a database that was just made. */
    public static final DatabaseProperties INITIAL =
            new DatabaseProperties(List.of(), Privileges.INITIAL, -1, "", "", false, List.of());

    /** Copies the lists. */
    public DatabaseProperties {
        settings = List.copyOf(settings);
        securityLabels = List.copyOf(securityLabels);
    }

    /**
     * A setting that sessions begin with.
     *
     * @param role whose sessions; empty for everybody's
     * @param name for example {@code TimeZone}
     * @param values one; for a setting that is a list of names, such as {@code search_path}, any number of them,
     *     without their quotes
     */
    public record Setting(String role, String name, List<String> values) {
        /** Copies the list. */
        public Setting {
            values = List.copyOf(values);
        }
    }

    /**
     * Who may do what.
     *
     * @param initial whether nobody has ever changed them: the server's defaults hold, which let everybody in
     * @param grants who may do what, the owner included; none when {@code initial}. Nobody else may do anything.
     */
    public record Privileges(boolean initial, List<Grant> grants) {
        /** Those of a database that was just made. */
        public static final Privileges INITIAL = new Privileges(true, List.of());

        /** Copies the list. */
        public Privileges {
            grants = List.copyOf(grants);
        }
    }

    /** What can be granted on a database. */
    public enum Privilege {
        /** Make schemas and publications. */
        CREATE,
        /** Connect to it. */
        CONNECT,
        /** Make temporary tables. */
        TEMPORARY
    }

    /**
     * A privilege that somebody has.
     *
     * @param role who; empty for everybody
     * @param privilege what
     * @param grantable whether the role may grant it to others
     */
    public record Grant(String role, Privilege privilege, boolean grantable) {}

    /**
     * A label of a security module.
     *
     * @param provider the module, for example {@code selinux}
     * @param label what it says
     */
    public record SecurityLabel(String provider, String label) {}
}
