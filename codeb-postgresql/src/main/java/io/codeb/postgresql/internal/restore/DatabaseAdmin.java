package io.codeb.postgresql.internal.restore;

import static io.codeb.postgresql.internal.script.SqlText.identifier;
import static io.codeb.postgresql.internal.script.SqlText.literal;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.Secret;
import io.codeb.model.ServerVersion;
import io.codeb.postgresql.internal.catalog.CollationVersion;
import io.codeb.postgresql.internal.catalog.DatabaseCatalog;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseList;
import io.codeb.postgresql.internal.catalog.FreeConnections;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.Deadline;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.Limit;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.RunMarks;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, renames and drops databases, from a database that is none of them. All of it goes through one psql, which is
 * started by the first question and again after an error; every name is quoted. Used by one thread.
 */
final class DatabaseAdmin implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAdmin.class);

    private static final Duration SESSION_THAT_STAYS = Duration.ofSeconds(3);
    private static final int PREPARED_TOLD = 5;
    private static final int SWITCH_ATTEMPTS = 20;

    /** Of a twentieth of a second and more each: longer than the five seconds that the server waits. */
    private static final int SENDING_ROUNDS = 100;

    private static final int KNOWS_LOCALE_PROVIDERS = 15;

    /** PG_ENCODING_BE_LAST, which is KOI8U: those behind it are for clients only. */
    private static final int LAST_SERVER_ENCODING = 34;

    /** SQLSTATE of what cannot be done to a database while somebody is connected to it. */
    static final String OBJECT_IN_USE = "55006";

    private static final String LIMITED_WAIT = "SET lock_timeout = '30s';";

    /** Of workers that belong to nobody, such as autovacuum's, the role is null. */
    private static final String SESSIONS = " FROM pg_catalog.pg_stat_activity a"
            + " LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid"
            + " CROSS JOIN (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER) me (super)";

    /** What pg_terminate_backend asks of a role; null where the session's role is gone or there is none. */
    private static final String WITHIN_REACH = "(me.super AND a.usesysid IS NOT NULL OR NOT r.rolsuper"
            + " AND (pg_catalog.pg_has_role(r.oid, 'USAGE') OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE')))";

    private static final String KEPT = "nobody has ended it";

    private static final String MAY_MAKE_DATABASES =
            "rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER";

    /** Stands between the values of a row that is asked for as one text. */
    private static final String SEPARATOR = "\u001f";

    private static final String BETWEEN = "E'\\x1f'";

    private final DatabaseTarget server;
    private final Cancellation cancellation;
    private @Nullable DatabaseTarget maintenance;
    private @Nullable PsqlLoad session;
    private @Nullable ServerVersion version;

    /**
     * Connects with the first question.
     *
     * @param server any database of the server
     * @param cancellation ends statements early
     */
    DatabaseAdmin(DatabaseTarget server, Cancellation cancellation) {
        this.server = server;
        this.cancellation = cancellation;
    }

    /** Of a server of which no database is known. */
    static DatabaseAdmin of(ServerTarget server, Cancellation cancellation) {
        return new DatabaseAdmin(server.database(DatabaseList.MAINTENANCE.get(0)), cancellation);
    }

    /** The same, in a session of its own, for cleaning up after a run that was cancelled or whose session is lost. */
    DatabaseAdmin uncancellable() {
        return another(new Cancellation());
    }

    private PsqlLoad session() {
        PsqlLoad open = session;
        if (open == null) {
            open = maintenance == null ? openWhereThereIsOne() : open(maintenance);
            session = open;
        }
        return open;
    }

    private PsqlLoad openWhereThereIsOne() {
        EngineException missing = null;
        for (String name : DatabaseList.MAINTENANCE) {
            try {
                return open(server.withDatabase(name));
            } catch (EngineException e) {
                if (e.code() != ErrorCode.DATABASE_NOT_FOUND) {
                    throw e;
                }
                missing = e;
            }
        }
        throw missing;
    }

    private PsqlLoad open(DatabaseTarget database) {
        PsqlLoad psql = new PsqlLoad(database, cancellation);
        try {
            version = OwnSession.begin(psql);
            maintenance = database;
            return psql;
        } catch (RuntimeException e) {
            psql.close();
            throw e;
        }
    }

    /** Runs something in the session. After an error that is lost, and the next one is another. */
    private <T> T inSession(Function<PsqlLoad, T> work) {
        PsqlLoad psql = session();
        try {
            return work.apply(psql);
        } catch (RuntimeException e) {
            session = null;
            psql.close();
            throw e;
        }
    }

    /** Runs statements of our own, each of which ends in a semicolon, and waits for their end. */
    void run(String... statements) {
        run(Limit.SHORT, statements);
    }

    private void run(Limit limit, String... statements) {
        inSession(psql -> {
            psql.statement(String.join("\n", statements));
            return psql.ask(List.of(), limit);
        });
    }

    private List<String> ask(String query) {
        return ask(query, Limit.SHORT);
    }

    private List<String> ask(String query, Limit limit) {
        return inSession(psql -> psql.ask(List.of(query), limit));
    }

    @Override
    public void close() {
        disconnect();
    }

    /** Ends the session, so that none is idle for hours; the next question opens another. */
    void disconnect() {
        PsqlLoad ending = session;
        session = null;
        if (ending != null) {
            try (ending) {
                ending.finish();
            } catch (CodeBException e) {
                LOG.debug("psql did not end well after all its answers", e);
            }
        }
    }

    ServerVersion serverVersion() {
        session();
        return Objects.requireNonNull(version);
    }

    boolean exists(String database) {
        return !ask("1 FROM pg_catalog.pg_database WHERE datname = " + literal(database))
                .isEmpty();
    }

    /** How many connections more the user can have, whichever database they are for. */
    int freeConnections() {
        return FreeConnections.ofServer(inSession(psql -> psql.ask(List.of(FreeConnections.OF_SERVER), Limit.SHORT)));
    }

    /** The names of all roles. */
    Set<String> roles() {
        return new HashSet<>(names("SELECT rolname FROM pg_catalog.pg_roles"));
    }

    /** Makes roles that may do everything and cannot log in. */
    void createRoles(Collection<String> names) {
        run(names.stream()
                .map(name -> "CREATE ROLE " + identifier(name) + " SUPERUSER NOLOGIN;")
                .toArray(String[]::new));
    }

    /** Lets a role log in. */
    void admit(String role, Secret password) {
        run("ALTER ROLE " + identifier(role) + " LOGIN PASSWORD " + literal(password.reveal()) + ";");
    }

    /** The names of all tablespaces. */
    Set<String> tablespaces() {
        return new HashSet<>(names("SELECT spcname FROM pg_catalog.pg_tablespace"));
    }

    /** All extensions that can be made: the version that is made when none is named, by name. */
    Map<String, String> extensionVersions() {
        Map<String, String> versions = new HashMap<>();
        for (String row : names("SELECT pg_catalog.concat_ws(" + BETWEEN + ", name, default_version)"
                + " FROM pg_catalog.pg_available_extensions")) {
            String[] parts = row.split(SEPARATOR, 2);
            versions.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        return versions;
    }

    /** Whether a collation or a database of the server has a locale of libc's; another may be there all the same. */
    boolean knowsLocale(String locale) {
        String wanted = CollationVersion.plain(literal(locale));
        return ask("1 WHERE " + literal(locale) + " IN ('C', 'POSIX')"
                        + " OR EXISTS (SELECT FROM pg_catalog.pg_collation c WHERE "
                        + CollationVersion.plain("c.collcollate::pg_catalog.text") + " = " + wanted
                        + ") OR EXISTS (SELECT FROM pg_catalog.pg_database d WHERE "
                        + CollationVersion.plain("d.datcollate::pg_catalog.text") + " = " + wanted + ")")
                .equals(List.of("1"));
    }

    /** The version of what would sort the texts of a database like another one; empty where the server knows none. */
    String collationVersion(DatabaseFacts like) {
        return String.join("", names("SELECT coalesce(" + CollationVersion.query(like) + ", '')"));
    }

    /** Where the server keeps its data; empty where the user may not know. */
    Optional<ServerSpace.Directory> directory() {
        return names("SELECT pg_catalog.concat_ws(" + BETWEEN + ", pg_catalog.date_part('epoch',"
                        + " pg_catalog.pg_postmaster_start_time())::pg_catalog.int8,"
                        + " pg_catalog.current_setting('port'), setting)"
                        + " FROM pg_catalog.pg_settings WHERE name = 'data_directory'")
                .stream()
                .map(row -> row.split(SEPARATOR, 3))
                .map(parts -> new ServerSpace.Directory(parts[2], Long.parseLong(parts[0]), Integer.parseInt(parts[1])))
                .findFirst();
    }

    /** What has a name; empty where nothing has. */
    Optional<LiveDatabase> live(String database) {
        return names("SELECT pg_catalog.concat_ws(" + BETWEEN + ", d.datistemplate,"
                        + " pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate,"
                        + " pg_catalog.pg_has_role(d.datdba, 'USAGE'), (SELECT pg_catalog.count(*)"
                        + " FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid AND a.backend_type ="
                        + " 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()),"
                        + " pg_catalog.pg_get_userbyid(d.datdba))"
                        + " FROM pg_catalog.pg_database d WHERE d.datname = " + literal(database))
                .stream()
                .map(row -> row.split(SEPARATOR, 6))
                .map(parts -> new LiveDatabase(
                        parts[0].equals("t"),
                        parts[1],
                        parts[2],
                        parts[5],
                        parts[3].equals("t"),
                        Long.parseLong(parts[4])))
                .findFirst();
    }

    /** What would fail at the first step, or after hours of loading at the last one, is told now. */
    void requireThatDatabasesMayBeMade() {
        if (ask(MAY_MAKE_DATABASES).equals(List.of("f"))) {
            throw mayNotMakeDatabases(null);
        }
    }

    private EngineException mayNotMakeDatabases(@Nullable EngineException refusal) {
        return new EngineException(
                ErrorCode.PERMISSION_DENIED,
                "role " + server.user() + " may not create databases",
                "grant it CREATEDB, or restore into a database that exists with intoExisting()",
                refusal);
    }

    /** Names can have line ends in them. */
    private List<String> names(String query) {
        return ask("pg_catalog.encode(pg_catalog.textsend(name::pg_catalog.text), 'hex') FROM (" + query
                        + ") AS q (name)")
                .stream()
                .map(DatabaseAdmin::text)
                .toList();
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    /** What the server has on a database; empty when there is none of that name. */
    Optional<DatabaseFacts> find(String database) {
        return inSession(psql -> {
            try (SqlClient client = SqlClient.openForCatalog(Objects.requireNonNull(maintenance), psql)) {
                return DatabaseCatalog.find(client, database, cancellation);
            }
        });
    }

    /**
     * Makes an empty database.
     *
     * @param name its name
     * @param like which encoding and locale it gets
     * @param tablespace where its files are to be; empty for the default
     */
    void create(String name, DatabaseFacts like, String tablespace) {
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
        create(name, options);
    }

    /**
     * Makes an empty database.
     *
     * @param name its name
     * @param options of CREATE DATABASE, by their names in lower case; those that say nothing of encoding, locale and
     *     tablespace are passed over
     */
    void create(String name, Map<String, String> options) {
        StringBuilder sql =
                new StringBuilder("CREATE DATABASE ").append(identifier(name)).append(" TEMPLATE template0");
        option(sql, "ENCODING", options.get("encoding"));
        option(sql, "LOCALE", options.get("locale"));
        option(sql, "LC_COLLATE", options.get("lc_collate"));
        option(sql, "LC_CTYPE", options.get("lc_ctype"));
        String provider = options.get("locale_provider");
        if (provider != null && serverVersion().major() >= KNOWS_LOCALE_PROVIDERS) {
            sql.append(" LOCALE_PROVIDER ").append(identifier(provider));
            option(sql, "ICU_LOCALE", options.get("icu_locale"));
            option(sql, "BUILTIN_LOCALE", options.get("builtin_locale"));
            option(sql, "ICU_RULES", options.get("icu_rules"));
        }
        String tablespace = options.get("tablespace");
        if (tablespace != null) {
            sql.append(" TABLESPACE ").append(identifier(tablespace));
        }
        try {
            run(Limit.FILES, hold(name), sql.append(';').toString(), release(name));
        } catch (EngineException e) {
            if (e.code() == ErrorCode.PERMISSION_DENIED) {
                throw mayNotMakeDatabases(e);
            }
            throw e;
        }
    }

    /** Makes a database as somebody wants it, who is told what the server says. */
    void create(CreateSpec spec) {
        String template = spec.template();
        StringBuilder sql = new StringBuilder("CREATE DATABASE ")
                .append(identifier(spec.name()))
                .append(" TEMPLATE ")
                .append(identifier(template == null ? "template0" : template));
        String owner = spec.owner();
        if (owner != null) {
            sql.append(" OWNER ").append(identifier(owner));
        }
        option(sql, "ENCODING", spec.encoding());
        option(sql, "LOCALE", spec.locale());
        run(new Limit(spec.timeout()), hold(spec.name()), sql.append(';').toString(), release(spec.name()));
    }

    /** Drops a database as somebody wants it, who is told what the server says. */
    void drop(DropSpec spec) {
        String sql = "DROP DATABASE " + identifier(spec.name()) + ";";
        if (spec.disconnecting()) {
            disconnecting(List.of(spec.name()), false, new Limit(spec.timeout()), Work.of(sql));
        } else {
            run(new Limit(spec.timeout()), sql);
        }
    }

    /** Whether a database can have an encoding. */
    boolean knowsEncoding(String name) {
        return ask("pg_catalog.pg_char_to_encoding(" + literal(name) + ") BETWEEN 0 AND " + LAST_SERVER_ENCODING)
                .equals(List.of("t"));
    }

    /** The clients that are connected to a database, told by role, process and application. */
    Set<String> clientsOf(String database) {
        return new LinkedHashSet<>(names("SELECT pg_catalog.format('%s (process %s%s)', a.usename, a.pid,"
                + " ', ' || NULLIF(a.application_name, '')) FROM pg_catalog.pg_stat_activity a WHERE a.datname = "
                + literal(database)
                + " AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_type = 'client backend' ORDER BY a.pid"));
    }

    private static void option(StringBuilder sql, String name, @Nullable String value) {
        if (value != null) {
            sql.append(' ').append(name).append(' ').append(literal(value));
        }
    }

    /**
     * Drops a database if it is there, whoever is connected to it. Waits for a session that may still be making it.
     *
     * @return its subscriptions, which were dropped with it; their slots are where they were
     */
    List<Subscription> drop(String database) {
        run(LIMITED_WAIT, hold(database), release(database));
        List<String> template = ask("datistemplate FROM pg_catalog.pg_database WHERE datname = " + literal(database));
        if (template.isEmpty()) {
            return List.of();
        }
        List<Subscription> subscriptions = dropSubscriptions(database);
        if (template.equals(List.of("t"))) {
            run("ALTER DATABASE " + identifier(database) + " IS_TEMPLATE false;");
        }
        // FORCE would refuse while autovacuum is at work there, unless a superuser says it.
        disconnecting(
                List.of(database),
                false,
                Limit.SHORT,
                Work.of("DROP DATABASE IF EXISTS " + identifier(database) + ";"));
        return subscriptions;
    }

    /** While there is one, the database cannot be dropped, and only from within can one be dropped. */
    private List<Subscription> dropSubscriptions(String database) {
        List<String> any = ask("1 FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
                + " WHERE d.datname = " + literal(database));
        if (any.isEmpty()) {
            return List.of();
        }
        try (PsqlLoad psql = new PsqlLoad(server.withDatabase(database), cancellation)) {
            psql.statement(OwnSession.SOBER);
            List<Subscription> subscriptions = Subscriptions.of(psql);
            subscriptions.forEach(subscription -> Subscriptions.drop(psql, subscription));
            psql.finish();
            return subscriptions;
        }
    }

    /** The sessions of runs, but of the run that asks. Each is kept for now. */
    List<RunSession> sessionsOfRuns() {
        String waiting = "CASE WHEN wait_event IS NULL THEN '' ELSE ', waits for ' || wait_event END";
        List<RunSession> sessions = new ArrayList<>();
        for (String row : names("SELECT pg_catalog.concat_ws(' ', pid, application_name, pg_catalog.format("
                + "'process %s in database %s%s', pid, datname, " + waiting + "))"
                + " FROM pg_catalog.pg_stat_activity WHERE application_name LIKE '" + RunMarks.SESSION + "-%'"
                + " AND application_name <> pg_catalog.current_setting('application_name') ORDER BY pid")) {
            String[] parts = row.split(" ", 3);
            RunMarks.runOfSession(parts[1])
                    .ifPresent(run -> sessions.add(new RunSession(
                            Integer.parseInt(parts[0]),
                            parts[1],
                            new Leftover(Leftover.Kind.SESSION, parts[2], run, KEPT))));
        }
        return sessions;
    }

    /** The databases that runs have made or replaced, but those of the run that asks. Each is kept for now. */
    List<Leftover> databasesOfRuns() {
        String own = server.server().tools().run();
        List<Leftover> databases = new ArrayList<>();
        for (String name : names("SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE "
                + literal(RunMarks.SHADOW.replace("_", "\\_") + "%") + " OR datname LIKE "
                + literal(RunMarks.RETIRED.replace("_", "\\_") + "%") + " ORDER BY 1")) {
            RunMarks.runOfDatabase(name)
                    .filter(run -> !run.equals(own))
                    .ifPresent(run -> databases.add(new Leftover(Leftover.Kind.DATABASE, name, run, KEPT)));
        }
        return databases;
    }

    /** Ends a session, and waits until it is gone: for 60 s in all. */
    void end(RunSession session) {
        String same = " FROM pg_catalog.pg_stat_activity WHERE pid = " + session.process() + " AND application_name = "
                + literal(session.application());
        Deadline deadline = new Deadline(Limit.SHORT);
        for (int attempt = 0;
                !ask("pg_catalog.pg_terminate_backend(pid)" + same, deadline.left())
                        .isEmpty();
                attempt++) {
            if (attempt == SWITCH_ATTEMPTS || deadline.isOver()) {
                throw new EngineException(
                        ErrorCode.LOCK_TIMEOUT,
                        "it was told to end and is still there",
                        "look at what it waits for in pg_stat_activity");
            }
            run(deadline.left(), "SELECT pg_catalog.pg_sleep(0.2);");
        }
    }

    /**
     * Gives a database another name.
     *
     * @param deciding hears of the transaction that does it, before it does
     */
    void rename(String from, String to, Consumer<String> deciding) {
        disconnecting(List.of(from), false, Limit.SHORT, Work.deciding(from, deciding, renaming(from, to)));
    }

    /**
     * Gives a database the name of another one, which gets a new name: both or neither.
     *
     * @param keep for how long the other one is kept; zero for a moment only
     * @param deciding hears of the transaction that does it, before it does
     */
    void exchange(String incoming, String live, String retired, Duration keep, Consumer<String> deciding) {
        disconnecting(
                List.of(live, incoming),
                isUsed(live),
                Limit.SHORT,
                Work.deciding(
                        incoming,
                        deciding,
                        renaming(live, retired),
                        renaming(incoming, live),
                        keep.isZero() ? "" : Kept.mark(retired, live, keep)));
    }

    /**
     * Gives a database that is kept the name that it had: with all that {@link #exchange} does, or nothing of it.
     *
     * @param kept its name
     * @param live the name that it gets
     * @param retired the name that what has its name now gets; empty where nothing has
     * @param keep for how long that is kept
     */
    void putBack(String kept, String live, String retired, Duration keep) {
        boolean exists = !retired.isEmpty();
        disconnecting(
                List.of(live, kept),
                isUsed(live),
                Limit.SHORT,
                Work.deciding(
                        kept,
                        null,
                        exists ? renaming(live, retired) : "",
                        renaming(kept, live),
                        Kept.unmark(live),
                        exists ? Kept.mark(retired, live, keep) : ""));
    }

    /** Whether there are sessions in a database; of others' sessions no more than that may be seen. */
    private boolean isUsed(String database) {
        return !ask("1 FROM pg_catalog.pg_stat_activity WHERE datname = " + literal(database)
                        + " AND pid <> pg_catalog.pg_backend_pid() LIMIT 1")
                .isEmpty();
    }

    /** The databases that were replaced and are kept, the latest first. */
    List<Kept> kept() {
        String trusted = "(d.datdba = (SELECT l.datdba FROM pg_catalog.pg_database l WHERE l.datname = "
                + literal(server.database()) + ") OR r.rolsuper OR r.rolname = CURRENT_USER) IS TRUE";
        List<Kept> kept = new ArrayList<>();
        for (String row : ask("pg_catalog.encode(pg_catalog.textsend(d.datname::pg_catalog.text), 'hex'),"
                + " pg_catalog.encode(pg_catalog.textsend(" + Kept.FIRST_LINE + "), 'hex'), " + trusted
                + ", (1000 * pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))::pg_catalog.int8"
                + " FROM pg_catalog.pg_database d LEFT JOIN pg_catalog.pg_roles r ON r.oid = d.datdba"
                + " WHERE d.datname LIKE " + literal(RunMarks.RETIRED.replace("_", "\\_") + "%")
                + " AND " + Kept.FIRST_LINE + " LIKE 'codeb-kept %' ORDER BY 1")) {
            String[] values = row.split("\\|", -1);
            Kept.of(
                            text(values[0]),
                            text(values[1]),
                            values[2].equals("t"),
                            Instant.ofEpochMilli(Long.parseLong(values[3])))
                    .ifPresent(kept::add);
        }
        kept.sort(Comparator.comparing((Kept each) -> each.facts().replacedAt()).reversed());
        return kept;
    }

    /** The database that was replaced and is kept under a name. */
    Optional<ReplacedDatabase> kept(String keptAs) {
        return kept().stream()
                .map(Kept::facts)
                .filter(facts -> facts.keptAs().equals(keptAs))
                .findFirst();
    }

    /** Drops what is kept for longer than it had to be, as far as that can be. */
    void dropExpired(String database) {
        for (Kept each : kept()) {
            if (each.expired() && each.facts().database().equals(database)) {
                try {
                    drop(each.facts().keptAs());
                    LOG.info("dropped {}, whose time was over", each.facts());
                } catch (EngineException e) {
                    LOG.warn("{} is kept for longer than it had to be: {}", each.facts(), e.getMessage());
                }
            }
        }
    }

    /** The names of a database's subscriptions. */
    List<String> subscriptions(String database) {
        return names("SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d"
                + " ON d.oid = s.subdbid WHERE d.datname = " + literal(database) + " ORDER BY 1");
    }

    /** What would fail after hours of loading is told now. Who only comes to look is no obstacle. */
    void requireThatItCanBeFreed(String database) {
        List<String> prepared = names("SELECT pg_catalog.format('%s of %s', gid, owner) FROM"
                + " pg_catalog.pg_prepared_xacts WHERE database = " + literal(database) + " ORDER BY prepared");
        if (!prepared.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DATABASE_IN_USE,
                    "database " + database + " has prepared transactions, which keep it: "
                            + String.join(
                                    ", ", prepared.stream().limit(PREPARED_TOLD).toList())
                            + (prepared.size() > PREPARED_TOLD ? " and more" : ""),
                    "end them with COMMIT PREPARED or ROLLBACK PREPARED, as their application would");
        }
        Set<String> sessions = sessionsOutOfReach(database);
        if (!sessions.isEmpty()) {
            run("SELECT pg_catalog.pg_sleep(" + SESSION_THAT_STAYS.toSeconds() + ");");
            sessions.retainAll(sessionsOutOfReach(database));
        }
        if (!sessions.isEmpty()) {
            throw inUse(database, sessions, null);
        }
    }

    /**
     * Whether a database has lost a name that nobody else knows, by {@link #rename}, {@link #exchange} or {@link
     * #putBack}. Waits for a session that may still be at it, since what it does shows only when it is done; asks in
     * one of its own, which nobody cancels.
     *
     * @param name its name before
     */
    boolean isRenamed(String name) {
        try (DatabaseAdmin own = uncancellable()) {
            own.run(LIMITED_WAIT, hold(name));
            return !own.exists(name);
        }
    }

    /** What became of a transaction, as far as this server knows. */
    StepOutcome outcome(DecidingTransaction transaction) {
        try {
            List<String> status = ask(transaction.status());
            return switch (status.isEmpty() ? "" : status.get(0)) {
                case "committed" -> StepOutcome.DONE;
                case "aborted" -> StepOutcome.NOT_DONE;
                case "in progress" -> StepOutcome.GOES_ON;
                default -> StepOutcome.UNKNOWN;
            };
        } catch (EngineException e) {
            if (Diagnosis.stateOf(e).equals(DecidingTransaction.IN_THE_FUTURE)) {
                return StepOutcome.UNKNOWN;
            }
            throw e;
        }
    }

    /** Keeps others away from a name until it is released, or the session has ended, however it does. */
    private static String hold(String name) {
        return "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtext(" + literal(name) + "));";
    }

    private static String release(String name) {
        return "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtext(" + literal(name) + "));";
    }

    private static String renaming(String from, String to) {
        return "ALTER DATABASE " + identifier(from) + " RENAME TO " + identifier(to) + ";";
    }

    /**
     * Sessions in a database that this role may not end: of a superuser, or of others where it does not have what
     * pg_signal_backend has. None of autovacuum's, which gives way to who renames or drops a database.
     *
     * @return who they are, told by role, process and application
     */
    Set<String> sessionsOutOfReach(String database) {
        return new LinkedHashSet<>(names("SELECT pg_catalog.format('%s (process %s%s)', a.usename, a.pid,"
                + " ', ' || NULLIF(a.application_name, ''))" + SESSIONS + " WHERE a.datname = " + literal(database)
                + " AND a.pid <> pg_catalog.pg_backend_pid() AND a.usesysid IS NOT NULL AND "
                + WITHIN_REACH + " IS NOT TRUE ORDER BY a.pid"));
    }

    /**
     * Something that is done to databases.
     *
     * @param first what comes before
     * @param deciding hears of the transaction that the rest is done in, before it is; null where nobody does
     * @param rest what is done
     */
    private record Work(String first, @Nullable Consumer<String> deciding, String rest) {
        static Work of(String statement) {
            return new Work("", null, statement);
        }

        /** In one transaction, while others are kept away from a name. */
        static Work deciding(String held, @Nullable Consumer<String> deciding, String... statements) {
            return new Work(hold(held) + "\nBEGIN;", deciding, String.join("\n", statements) + "\nCOMMIT;");
        }
    }

    /** Clients are sent away only when nothing but the rest is to be waited for. */
    private void begin(PsqlLoad psql, Work work, String sendingAway, Deadline deadline) {
        psql.statement(work.first());
        Consumer<String> deciding = work.deciding();
        if (deciding != null) {
            try (DatabaseAdmin other = another(cancellation)) {
                DecidingTransaction.announce(psql, other, deadline.left(), deciding);
            }
        }
        psql.statement(sendingAway + ";\n" + work.rest());
    }

    /** Makes durable what the server has written to its WAL so far; no standby is waited for. */
    void flushWal() {
        run(DecidingTransaction.FLUSH);
    }

    /** The same, in another session. */
    private DatabaseAdmin another(Cancellation ending) {
        DatabaseAdmin other = new DatabaseAdmin(server, ending);
        other.maintenance = maintenance;
        return other;
    }

    /**
     * Does something to databases that cannot be done while somebody is connected to them. Whom this role may not send
     * away may leave.
     *
     * @param databases which; the first is the one that clients use
     * @param crowded whether there are clients, who may come back at once; else that is believed when a try has failed
     * @param limit for all that is tried
     * @param work what is done
     */
    private void disconnecting(List<String> databases, boolean crowded, Limit limit, Work work) {
        String names = databases.stream().map(SqlText::literal).collect(Collectors.joining(", "));
        String sendingAway = sendingAway("a.datname IN (" + names + ")");
        Deadline deadline = new Deadline(limit);
        EngineException inUse = null;
        for (int attempt = 1; ; attempt++) {
            try {
                if (crowded || inUse != null) {
                    whileSendingAway(databases.get(0), deadline, work, sendingAway);
                } else {
                    inSession(psql -> {
                        begin(psql, work, sendingAway, deadline);
                        return psql.ask(List.of(), deadline.left());
                    });
                }
                return;
            } catch (EngineException e) {
                if (Diagnosis.stateOf(e).equals(OBJECT_IN_USE)) {
                    inUse = e;
                } else if (e.code() != ErrorCode.QUERY_TIMEOUT || inUse == null) {
                    throw e;
                } else {
                    inUse.addSuppressed(e);
                }
                if (attempt == SWITCH_ATTEMPTS || e.code() == ErrorCode.QUERY_TIMEOUT || deadline.isOver()) {
                    throw inUse(databases, inUse);
                }
            }
        }
    }

    /**
     * Who renames or drops a database lets nobody in from the moment that it has its lock, and waits for those to leave
     * who came before: for five seconds, in which nobody else gets in. Another session sends them away meanwhile: out
     * of that database, and not out of the one that has its name from the next moment on.
     */
    private void whileSendingAway(String database, Deadline deadline, Work work, String sendingAway) {
        try (DatabaseAdmin door = another(cancellation)) {
            List<String> oid = door.ask("oid FROM pg_catalog.pg_database WHERE datname = " + literal(database));
            inSession(psql -> {
                List<String> process = psql.ask(List.of("pg_catalog.pg_backend_pid()"), deadline.left());
                begin(psql, work, sendingAway, deadline);
                if (!oid.isEmpty()) {
                    door.sendAway(oid.get(0), process.get(0), deadline);
                }
                return psql.ask(List.of(), deadline.left());
            });
        }
    }

    /**
     * Sends clients away until nobody comes any more.
     *
     * @param oid the database's
     * @param process of the server, which renames or drops it
     */
    private void sendAway(String oid, String process, Deadline deadline) {
        String sent = "pg_catalog.count(*) FROM (" + sendingAway("a.datid = " + oid) + ") AS sent";
        String working =
                "pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE pid = " + process + " AND state <> 'idle'";
        boolean nobody = false;
        for (int round = 1; round <= SENDING_ROUNDS && !deadline.isOver(); round++) {
            List<String> answers = inSession(psql -> psql.ask(List.of(sent, working), deadline.left()));
            boolean nobodyBefore = nobody;
            nobody = answers.get(0).equals("0");
            if (nobody && (nobodyBefore || answers.get(1).equals("0"))) {
                return;
            }
            run(deadline.left(), "SELECT pg_catalog.pg_sleep(0.05);");
        }
    }

    private static String sendingAway(String who) {
        return "SELECT pg_catalog.pg_terminate_backend(a.pid)" + SESSIONS + " WHERE " + who
                + " AND a.pid <> pg_catalog.pg_backend_pid() AND " + WITHIN_REACH;
    }

    private EngineException inUse(List<String> databases, EngineException cause) {
        for (String database : databases) {
            Set<String> sessions = sessionsOutOfReach(database);
            if (!sessions.isEmpty()) {
                return inUse(database, sessions, cause);
            }
        }
        return cause;
    }

    /**
     * What is told where a database cannot be freed of sessions.
     *
     * @param sessions who they are
     * @param cause what the server said, or null where it was not asked
     */
    private EngineException inUse(String database, Set<String> sessions, @Nullable EngineException cause) {
        return new EngineException(
                ErrorCode.PERMISSION_DENIED,
                "database " + database + " is in use by sessions that role " + server.user() + " may not end: "
                        + String.join(", ", sessions),
                "end them, or do it as a superuser; for sessions of roles that are none, grant it pg_signal_backend",
                cause);
    }
}
