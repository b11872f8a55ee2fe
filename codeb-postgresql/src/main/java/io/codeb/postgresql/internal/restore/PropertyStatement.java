package io.codeb.postgresql.internal.restore;

import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import io.codeb.postgresql.internal.script.SqlText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * SQL that gives a database one of the properties of another one. It may run in a transaction. The tablespace is not
 * among them: it is chosen when a database is made.
 *
 * @param property what it gives, for people: for example {@code setting search_path}
 * @param sql one or more statements, each with its semicolon and line end; all of them or none are to be in force
 */
record PropertyStatement(String property, String sql) {
    /** Names the statements on who may do what: without them the database is open to everybody. */
    static final String PRIVILEGES = "privileges";

    /**
     * Writes the statements, in the order in which they are to run: privileges first, so that nobody gets in before.
     * The settings govern every session that begins after them, so they belong behind the load: one can make all of its
     * transactions read-only. So does what makes a template of it: a template cannot be dropped.
     *
     * @param database the name of the database that gets the properties; it was just made
     * @param like the database that had them
     * @return none for what is as in a new database
     */
    static List<PropertyStatement> of(String database, DatabaseFacts like) {
        DatabaseProperties properties = like.properties();
        String name = SqlText.identifier(database);
        List<PropertyStatement> statements = new ArrayList<>();
        if (!properties.privileges().initial()) {
            statements.add(new PropertyStatement(PRIVILEGES, privileges(name, like)));
        }
        if (properties.connectionLimit() != -1) {
            statements.add(new PropertyStatement(
                    "connection limit",
                    "ALTER DATABASE " + name + " CONNECTION LIMIT " + properties.connectionLimit() + ";\n"));
        }
        if (!properties.comment().isEmpty()) {
            statements.add(new PropertyStatement(
                    "comment", "COMMENT ON DATABASE " + name + " IS " + SqlText.literal(properties.comment()) + ";\n"));
        }
        properties
                .securityLabels()
                .forEach(label -> statements.add(new PropertyStatement(
                        "security label of " + label.provider(),
                        "SECURITY LABEL FOR " + SqlText.identifier(label.provider()) + " ON DATABASE " + name + " IS "
                                + SqlText.literal(label.label()) + ";\n")));
        properties.settings().forEach(setting -> statements.add(setting(name, setting)));
        if (properties.template()) {
            statements.add(new PropertyStatement("template", "ALTER DATABASE " + name + " IS_TEMPLATE true;\n"));
        }
        return statements;
    }

    private static PropertyStatement setting(String database, Setting setting) {
        String subject = setting.role().isEmpty()
                ? "ALTER DATABASE " + database
                : "ALTER ROLE " + SqlText.identifier(setting.role()) + " IN DATABASE " + database;
        String values = setting.values().isEmpty()
                ? "''"
                : setting.values().stream().map(SqlText::literal).collect(Collectors.joining(", "));
        return new PropertyStatement(
                "setting " + setting.name() + (setting.role().isEmpty() ? "" : " of role " + setting.role()),
                subject + " SET " + SqlText.identifier(setting.name()) + " TO " + values + ";\n");
    }

    /** From a new database's state, in which everybody may connect and the owner may do everything. */
    private static String privileges(String database, DatabaseFacts like) {
        List<Grant> grants = like.properties().privileges().grants();
        StringBuilder sql = new StringBuilder("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC;\n");
        Set<Privilege> ownersOwn = grants.stream()
                .filter(grant -> grant.role().equals(like.owner()))
                .map(Grant::privilege)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Privilege.class)));
        // An owner who has all of them needs no grant, and may be another role here.
        boolean ownerHasAll = ownersOwn.containsAll(EnumSet.allOf(Privilege.class));
        if (!ownerHasAll) {
            sql.append("REVOKE ALL ON DATABASE " + database + " FROM " + SqlText.identifier(like.owner()) + ";\n");
        }
        for (Grant grant : grants) {
            if (ownerHasAll && grant.role().equals(like.owner())) {
                continue;
            }
            sql.append("GRANT " + grant.privilege() + " ON DATABASE " + database + " TO ")
                    .append(grant.role().isEmpty() ? "PUBLIC" : SqlText.identifier(grant.role()))
                    .append(grant.grantable() ? " WITH GRANT OPTION;\n" : ";\n");
        }
        return sql.toString();
    }
}
