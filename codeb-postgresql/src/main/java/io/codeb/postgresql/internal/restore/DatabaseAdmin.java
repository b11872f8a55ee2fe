package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseFacts;
import io.codeb.model.ServerVersion;
import io.codeb.postgresql.internal.catalog.DatabaseCatalog;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.CommandOutput;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.program.LoadFailure;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.ServerError;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes, renames and drops databases, from a database that is none of them. Statements that must not run in a
 * transaction go through psql one by one; every name in them is quoted.
 */
final class DatabaseAdmin {
    /** Made by initdb for this purpose; template1 is there when somebody has dropped it. */
    private static final List<String> MAINTENANCE = List.of("postgres", "template1");

    private static final int SWITCH_ATTEMPTS = 20;
    private static final int KNOWS_LOCALE_PROVIDERS = 15;

    /** SQLSTATE of what cannot be done to a database while somebody is connected to it. */
    private static final String OBJECT_IN_USE = "55006";

    /** Of workers that belong to nobody, such as autovacuum's, the role is null. */
    private static final String SESSIONS = " FROM pg_catalog.pg_stat_activity a"
            + " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid"
            + " CROSS JOIN (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER) me (super)";

    /** What pg_terminate_backend asks of a role; null where the session's role is gone or there is none. */
    private static final String WITHIN_REACH = "(me.super AND a.usesysid IS NOT NULL OR NOT r.rolsuper"
            + " AND (pg_catalog.pg_has_role(r.oid, 'USAGE') OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')))";

    private final DatabaseTarget target;
    private final Cancellation cancellation;

    /**
     * Connects to a maintenance database.
     *
     * @param target any database of the server
     * @param cancellation ends statements early
     */
    DatabaseAdmin(DatabaseTarget target, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.target = maintenance(target, cancellation);
    }

    private DatabaseAdmin(DatabaseAdmin other, Cancellation cancellation) {
        this.cancellation = cancellation;
        this.target = other.target;
    }

    /** The same, for cleaning up after a run that was cancelled. */
    DatabaseAdmin uncancellable() {
        return new DatabaseAdmin(this, new Cancellation());
    }

    private static DatabaseTarget maintenance(DatabaseTarget target, Cancellation cancellation) {
        EngineException missing = null;
        for (String name : MAINTENANCE) {
            DatabaseTarget candidate = target.withDatabase(name);
            try {
                psql(candidate, "SELECT 1;\n", cancellation);
                return candidate;
            } catch (EngineException e) {
                if (e.code() != ErrorCode.DATABASE_NOT_FOUND) {
                    throw e;
                }
                missing = e;
            }
        }
        throw missing;
    }

    static boolean isMaintenance(String database) {
        return MAINTENANCE.contains(database) || database.equals("template0");
    }

    ServerVersion serverVersion() {
        List<String> lines =
                psql("SHOW server_version_num;\nSHOW server_version;\n").lines().toList();
        int number = Integer.parseInt(lines.get(0));
        return new ServerVersion(lines.get(1), number / 10_000, number % 10_000);
    }

    boolean exists(String database) {
        return !psql("SELECT 1 FROM pg_catalog.pg_database WHERE datname = " + SqlText.literal(database) + ";\n")
                .isBlank();
    }

    /** The names of all roles. */
    Set<String> roles() {
        return new HashSet<>(names("SELECT rolname FROM pg_catalog.pg_roles"));
    }

    /** The names of all tablespaces. */
    Set<String> tablespaces() {
        return new HashSet<>(names("SELECT spcname FROM pg_catalog.pg_tablespace"));
    }

    /** The names of all extensions that can be made. */
    Set<String> extensions() {
        return new HashSet<>(names("SELECT name FROM pg_catalog.pg_available_extensions"));
    }

    /** Names can have line ends in them. */
    private List<String> names(String query) {
        return names("", query);
    }

    private List<String> names(String before, String query) {
        return psql(before + "SELECT pg_catalog.encode(pg_catalog.textsend(name::pg_catalog.text), 'hex') FROM ("
                        + query + ") AS q (name);\n")
                .lines()
                .map(hex -> new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8))
                .toList();
    }

    /** What the server has on a database; empty when there is none of that name. */
    Optional<DatabaseFacts> look(String database) {
        try (SqlClient client = SqlClient.open(target)) {
            return DatabaseCatalog.find(client, database, cancellation);
        }
    }

    /** Runs statements of our own. */
    void run(String sql) {
        psql(sql);
    }

    /**
     * Makes an empty database.
     *
     * @param name its name
     * @param like which encoding and locale it gets
     * @param tablespace where its files are to be; empty for the default
     * @param serverMajor the server's major version
     */
    void create(String name, DatabaseFacts like, String tablespace, int serverMajor) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("encoding", like.encoding());
        options.put("lc_collate", like.collation());
        options.put("lc_ctype", like.characterType());
        if (!like.localeProvider().equals("libc")) {
            options.put("locale_provider", like.localeProvider());
            options.put(like.localeProvider().equals("icu") ? "icu_locale" : "builtin_locale", like.locale());
            if (!like.localeRules().isEmpty()) {
                options.put("icu_rules", like.localeRules());
            }
        }
        if (!tablespace.isEmpty()) {
            options.put("tablespace", tablespace);
        }
        create(name, options, serverMajor);
    }

    /**
     * Makes an empty database.
     *
     * @param name its name
     * @param options of CREATE DATABASE, by their names in lower case; those that say nothing of encoding, locale and
     *     tablespace are passed over
     * @param serverMajor the server's major version
     */
    void create(String name, Map<String, String> options, int serverMajor) {
        StringBuilder sql = new StringBuilder("CREATE DATABASE ")
                .append(SqlText.identifier(name))
                .append(" TEMPLATE template0");
        option(sql, "ENCODING", options.get("encoding"));
        option(sql, "LOCALE", options.get("locale"));
        option(sql, "LC_COLLATE", options.get("lc_collate"));
        option(sql, "LC_CTYPE", options.get("lc_ctype"));
        String provider = options.get("locale_provider");
        if (provider != null && serverMajor >= KNOWS_LOCALE_PROVIDERS) {
            sql.append(" LOCALE_PROVIDER ").append(SqlText.identifier(provider));
            option(sql, "ICU_LOCALE", options.get("icu_locale"));
            option(sql, "BUILTIN_LOCALE", options.get("builtin_locale"));
            option(sql, "ICU_RULES", options.get("icu_rules"));
        }
        String tablespace = options.get("tablespace");
        if (tablespace != null) {
            sql.append(" TABLESPACE ").append(SqlText.identifier(tablespace));
        }
        try {
            psql(sql.append(";\n").toString());
        } catch (EngineException e) {
            if (e.code() == ErrorCode.PERMISSION_DENIED) {
                throw new EngineException(
                        ErrorCode.PERMISSION_DENIED,
                        "role " + target.user() + " may not create databases",
                        "grant it CREATEDB, or restore into a database that exists with intoExisting()",
                        e);
            }
            throw e;
        }
    }

    private static void option(StringBuilder sql, String name, @Nullable String value) {
        if (value != null) {
            sql.append(' ').append(name).append(' ').append(SqlText.literal(value));
        }
    }

    /**
     * Drops a database if it is there, whoever is connected to it.
     *
     * @return its subscriptions, which were dropped with it; their slots are where they were
     */
    List<Subscription> drop(String database) {
        if (!exists(database)) {
            return List.of();
        }
        List<Subscription> subscriptions = dropSubscriptions(database);
        String name = SqlText.identifier(database);
        boolean template = !psql("SELECT 1 FROM pg_catalog.pg_database WHERE datistemplate AND datname = "
                        + SqlText.literal(database) + ";\n")
                .isBlank();
        // FORCE would refuse while autovacuum is at work there, unless a superuser says it.
        disconnecting(
                database,
                (template ? "ALTER DATABASE " + name + " IS_TEMPLATE false;\n" : "") + "DROP DATABASE IF EXISTS " + name
                        + ";\n");
        return subscriptions;
    }

    /** While there is one, the database cannot be dropped, and only from within can one be dropped. */
    private List<Subscription> dropSubscriptions(String database) {
        String any = "SELECT 1 FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
                + " WHERE d.datname = " + SqlText.literal(database) + ";\n";
        if (psql(any).isBlank()) {
            return List.of();
        }
        try (PsqlLoad psql = new PsqlLoad(target.withDatabase(database), cancellation)) {
            psql.statement(OwnSession.SOBER);
            List<Subscription> subscriptions = Subscriptions.of(psql);
            subscriptions.forEach(subscription -> Subscriptions.drop(psql, subscription));
            psql.finish();
            return subscriptions;
        }
    }

    void rename(String from, String to) {
        disconnecting(from, held(from) + renaming(from, to));
    }

    /** Gives a database the name of another one, which gets a new name: both or neither. */
    void exchange(String incoming, String live, String retired) {
        disconnecting(
                live, held(incoming) + "BEGIN;\n" + renaming(live, retired) + renaming(incoming, live) + "COMMIT;\n");
    }

    /**
     * Whether a database has lost a name that nobody else knows, by {@link #rename} or {@link #exchange}. Waits for a
     * session that may still be at it, since what it does shows only when it is done.
     *
     * @param name its name before
     */
    boolean isRenamed(String name) {
        return psql("SET lock_timeout = '30s';\n" + held(name) + "SELECT 1 FROM pg_catalog.pg_database WHERE datname = "
                        + SqlText.literal(name) + ";\n")
                .isBlank();
    }

    /** Keeps others away from a name until the session has ended, however it does. */
    private static String held(String name) {
        return "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext(" + SqlText.literal(name) + ")) \\g /dev/null\n";
    }

    private static String renaming(String from, String to) {
        return "ALTER DATABASE " + SqlText.identifier(from) + " RENAME TO " + SqlText.identifier(to) + ";\n";
    }

    /**
     * Sessions in a database that this role may not end: of a superuser, or of others where it does not have what
     * pg_signal_backend has. None of autovacuum's, which gives way to who renames or drops a database.
     *
     * @param after when to look
     * @return who they are, told by role, process and application
     */
    Set<String> sessionsOutOfReach(String database, Duration after) {
        return new LinkedHashSet<>(names(
                "SELECT pg_catalog.pg_sleep(" + after.toSeconds() + ") \\g /dev/null\n",
                "SELECT pg_catalog.format('%s (process %s%s)', a.usename, a.pid,"
                        + " ', ' || NULLIF(a.application_name, ''))" + SESSIONS + " WHERE a.datname = "
                        + SqlText.literal(database)
                        + " AND a.pid <> pg_catalog.pg_backend_pid() AND a.usesysid IS NOT NULL AND "
                        + WITHIN_REACH + " IS NOT TRUE ORDER BY a.pid"));
    }

    /**
     * Does something to a database that cannot be done while somebody is connected to it. Who was sent away may be back
     * at once; whom this role may not send away may leave.
     */
    private void disconnecting(String database, String sql) {
        String script = "SELECT pg_catalog.pg_terminate_backend(a.pid)" + SESSIONS + " WHERE a.datname = "
                + SqlText.literal(database) + " AND a.pid <> pg_catalog.pg_backend_pid() AND "
                + WITHIN_REACH + " \\g /dev/null\n" + sql;
        for (int attempt = 1; ; attempt++) {
            try {
                psql(script);
                return;
            } catch (EngineException e) {
                if (!Diagnosis.stateOf(e).equals(OBJECT_IN_USE)) {
                    throw e;
                }
                if (attempt == SWITCH_ATTEMPTS) {
                    throw inUse(database, sessionsOutOfReach(database, Duration.ZERO), e);
                }
            }
        }
    }

    /**
     * What is told where a database cannot be freed of sessions.
     *
     * @param sessions who they are
     * @param cause what the server said, or null where it was not asked
     */
    EngineException inUse(String database, Set<String> sessions, @Nullable EngineException cause) {
        if (sessions.isEmpty() && cause != null) {
            return cause;
        }
        return new EngineException(
                ErrorCode.PERMISSION_DENIED,
                "database " + database + " is in use by sessions that role " + target.user() + " may not end: "
                        + String.join(", ", sessions),
                "end them, or restore as a superuser; for sessions of roles that are none, grant it pg_signal_backend",
                cause);
    }

    private String psql(String script) {
        return psql(target, script, cancellation);
    }

    private static String psql(DatabaseTarget target, String script, Cancellation cancellation) {
        ExecSpec spec = LibpqEnvironment.command(target, "psql", PsqlLoad.ARGUMENTS);
        try {
            return CommandOutput.of(target, spec, script, cancellation);
        } catch (CommandFailedException e) {
            ServerError error = ServerError.fatal(e.stderrTail(), line -> false);
            throw error == null ? Diagnosis.of("psql", e) : LoadFailure.of(error, 0, "", e);
        } catch (CodeBException e) {
            throw Diagnosis.of("psql", e);
        }
    }
}
