package io.codeb.postgresql.internal.restore;

import io.codeb.error.EngineException;
import io.codeb.model.Notice;
import io.codeb.model.RestoreOptions;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privileges;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.script.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a database that is like another one besides its objects, as far as this server and this user can. What cannot
 * be is told; only who may connect is never left wider than it was.
 */
final class DatabaseLikeness {
    private static final String DEFAULT_TABLESPACE = "pg_default";

    private final DatabaseAdmin admin;
    private final DatabaseFacts like;
    private final List<Notice> notices;

    /**
     * Adapts what a database was to this server.
     *
     * @param admin where the database is to be
     * @param like what it is to be like
     * @param options what of it is wanted, and whose name is another here
     * @param user who makes the database, and owns it where its owner is not here or not wanted
     * @param notices hears what cannot be
     */
    DatabaseLikeness(
            DatabaseAdmin admin, DatabaseFacts like, RestoreOptions options, String user, List<Notice> notices) {
        this.admin = admin;
        this.notices = notices;
        Set<String> roles = admin.roles();
        Set<String> missing = new TreeSet<>();
        String owner = options.roles().getOrDefault(like.owner(), like.owner());
        if (!options.owners() || !roles.contains(owner)) {
            if (options.owners()) {
                missing.add(owner);
            }
            owner = user;
        }
        DatabaseProperties properties = like.properties();
        List<Setting> settings = new ArrayList<>();
        for (Setting setting : properties.settings()) {
            String role = options.roles().getOrDefault(setting.role(), setting.role());
            if (role.isEmpty() || roles.contains(role)) {
                settings.add(new Setting(role, setting.name(), setting.values()));
            } else {
                missing.add(role);
            }
        }
        List<Grant> grants = new ArrayList<>();
        for (Grant grant : properties.privileges().grants()) {
            String role = grant.role().equals(like.owner())
                    ? owner
                    : options.roles().getOrDefault(grant.role(), grant.role());
            boolean wanted = options.privileges() || role.isEmpty() || role.equals(owner);
            if (wanted && (role.isEmpty() || roles.contains(role))) {
                grants.add(new Grant(role, grant.privilege(), grant.grantable()));
            } else if (wanted) {
                missing.add(role);
            }
        }
        if (!missing.isEmpty()) {
            notices.add(new Notice(
                    "roles-missing",
                    "the server does not have " + String.join(", ", missing) + ": what they owned, were granted or had"
                            + " set in database " + like.name() + " itself is left out"));
        }
        this.like = new DatabaseFacts(
                like.name(),
                owner,
                like.encoding(),
                like.collation(),
                like.characterType(),
                like.localeProvider(),
                like.locale(),
                like.localeRules(),
                like.sizeBytes(),
                like.extensions(),
                new DatabaseProperties(
                        settings,
                        new Privileges(properties.privileges().initial(), grants),
                        properties.connectionLimit(),
                        properties.comment(),
                        options.tablespaces() ? properties.tablespace() : "",
                        properties.template(),
                        properties.securityLabels()));
    }

    /** Makes the database, empty. What governs sessions in it comes with {@link #finish}. */
    void create(String database) {
        String tablespace = like.properties().tablespace();
        boolean own = !tablespace.isEmpty() && !tablespace.equals(DEFAULT_TABLESPACE);
        boolean there = own && admin.tablespaces().contains(tablespace);
        if (own && !there) {
            notices.add(new Notice(
                    "tablespace-missing",
                    "the server does not have tablespace " + tablespace + ": the database is in the default one"));
        }
        admin.create(database, like, there ? tablespace : "");
        attempt(
                "owner",
                "ALTER DATABASE " + SqlText.identifier(database) + " OWNER TO " + SqlText.identifier(like.owner())
                        + ";\n");
    }

    /**
     * Gives the database everything else.
     *
     * @throws EngineException when it cannot be told who may connect
     */
    void finish(String database) {
        for (PropertyStatement statement : PropertyStatement.of(database, like)) {
            if (statement.property().equals(PropertyStatement.PRIVILEGES)) {
                admin.run(inTransaction(statement.sql()));
            } else {
                attempt(statement.property(), statement.sql());
            }
        }
    }

    private void attempt(String property, String sql) {
        try {
            admin.run(inTransaction(sql));
        } catch (EngineException e) {
            if (!Diagnosis.isRefusal(e)) {
                throw e;
            }
            notices.add(new Notice(
                    "property-not-set",
                    "the database does not have the " + property + " that it had: " + e.getMessage()));
        }
    }

    private static String inTransaction(String sql) {
        return "BEGIN;\n" + sql + "COMMIT;\n";
    }
}
