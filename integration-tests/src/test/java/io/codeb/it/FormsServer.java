package io.codeb.it;

import io.codeb.Project;
import io.codeb.model.Secret;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.images.builder.Transferable;

/** A server of one major version with a small database, dumps of it in many forms, and places to restore them to. */
final class FormsServer implements AutoCloseable {
    /** The database that the dumps are of. */
    static final String SOURCE = "forms";
    /** Who owns it, and is no superuser. */
    private static final String OWNER = "forms_owner";

    private static final String FACTS = new String(PostgresServer.read("forms-facts.sql"), StandardCharsets.UTF_8);
    private static final List<String> HAND_MADE = List.of(
            "row of customers (1,\"Ann O'Neill\")",
            "row of customers (2,\"semicolon; and\na second line\")",
            "row of customers (3,Jörg)");

    /** As whom a dump is restored. */
    enum Restorer {
        SUPERUSER(PostgresServer.USER),
        OWNER_OF_DATABASES(OWNER),
        /** Who is no member of the owner, and cannot give anything to it. */
        STRANGER("forms_stranger");

        private final String role;

        Restorer(String role) {
            this.role = role;
        }
    }

    /** What is at the target before: a database of which it is a copy. */
    enum Before {
        NOTHING(""),
        EMPTY("forms_empty"),
        DEFINITIONS("forms_definitions"),
        OTHER_ROWS("forms_old");

        private final String template;

        Before(String template) {
            this.template = template;
        }
    }

    final int major;
    private final PostgresServer server;
    private final Map<DumpForm, byte[]> dumps = new EnumMap<>(DumpForm.class);
    private final Map<Before, List<String>> before = new EnumMap<>(Before.class);
    private final List<String> source;
    private List<String> surroundings;
    private final AtomicInteger targets = new AtomicInteger();

    FormsServer(int major, Collection<DumpForm> forms) {
        this.major = major;
        server = PostgresServer.start("postgres:" + major);
        for (String script : List.of("forms.sql", "forms-adminer.sql", "forms-dbeaver.sql")) {
            server.container().copyFileToContainer(Transferable.of(PostgresServer.read(script)), "/tmp/" + script);
        }
        execute("postgres", "CREATE ROLE forms_reader");
        for (String role : List.of(OWNER, Restorer.STRANGER.role)) {
            execute(
                    "postgres",
                    "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD $p$" + PostgresServer.PASSWORD + "$p$");
        }
        for (String database : List.of(SOURCE, "forms_empty", "forms_definitions", "forms_old", "bystander")) {
            execute("postgres", "CREATE DATABASE " + database + " OWNER forms_owner");
        }
        execute("forms_old", "CREATE TABLE precious AS SELECT g FROM generate_series(1, 3) g");
        execute("bystander", "CREATE TABLE precious AS SELECT g FROM generate_series(1, 3) g");
        execute(SOURCE, new String(PostgresServer.read("forms.sql"), StandardCharsets.UTF_8));
        server.run("bash", "-c", "pg_dump --schema-only " + SOURCE + " | psql -X -q forms_definitions");
        dumps.putAll(DumpForm.make(server, SOURCE, forms));
        for (Before each : Before.values()) {
            before.put(each, each == Before.NOTHING ? List.of() : facts(each.template));
        }
        source = facts(SOURCE);
        surroundings = surroundings();
    }

    byte[] dump(DumpForm form) {
        byte[] dump = dumps.get(form);
        if (dump == null) {
            throw new AssertionError("no " + form + " was made by PostgreSQL " + major);
        }
        return dump;
    }

    Project project(Restorer restorer) {
        return Project.postgresql(projectName(restorer))
                .container(server.container().getContainerId())
                .runtime(PostgresServer.runtime())
                .user(restorer.role)
                .password(Secret.of(PostgresServer.PASSWORD));
    }

    String projectName(Restorer restorer) {
        return "forms-" + major + "-" + restorer.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name of a database that nobody else restores into. */
    String target(Before state) {
        String database = "target_" + targets.incrementAndGet();
        if (state != Before.NOTHING) {
            execute("postgres", "CREATE DATABASE " + database + " OWNER forms_owner TEMPLATE " + state.template);
        }
        return database;
    }

    /** What is missing in a restored database, and what is too much. */
    List<String> differences(String database, FormsServer origin, DumpForm form, DumpForm.Sameness sameness) {
        List<String> expected = form.sameness == DumpForm.Sameness.ROWS ? HAND_MADE : origin.source;
        return differences(sameness.of(form.sameness.of(expected)), sameness.of(form.sameness.of(facts(database))));
    }

    /** What has changed at a target that should be as it was made. */
    List<String> changes(String database, Before state) {
        boolean exists = query("postgres", "SELECT datname FROM pg_database").contains(database);
        if (exists != (state != Before.NOTHING)) {
            return List.of(exists ? "there is a database" : "the database is gone");
        }
        return exists ? differences(before.getOrDefault(state, List.of()), facts(database)) : List.of();
    }

    /** What has changed that is none of a restore's business: roles, other databases, what is in one of them. */
    synchronized List<String> damage() {
        List<String> now = surroundings();
        List<String> damage = differences(surroundings, now);
        // Told once: by the restore that did it, or one that ended at the same time.
        surroundings = now;
        return damage;
    }

    private List<String> surroundings() {
        List<String> all = new ArrayList<>(query("postgres", "SELECT a::text FROM pg_authid a ORDER BY 1"));
        all.addAll(query(
                "postgres",
                "SELECT concat_ws(' ', datname, datdba, datacl, datconnlimit, datallowconn) FROM pg_database"
                        + " WHERE datname NOT LIKE 'target\\_%' AND datname NOT LIKE 'codeb\\_%' ORDER BY 1"));
        if (query("postgres", "SELECT datname FROM pg_database").contains("bystander")) {
            all.addAll(query("bystander", "SELECT 'rows of bystander ' || count(*) FROM precious"));
        }
        return all;
    }

    private List<String> facts(String database) {
        try (Connection connection = connect(database)) {
            List<String> facts = new ArrayList<>(query(connection, FACTS));
            for (String table : query(
                    connection,
                    "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                            + " AND relkind IN ('r', 'v', 'S')")) {
                // Of a sequence, what is not on its way to the log.
                String row = table.endsWith("_seq") || table.equals("tickets") ? "(last_value, is_called)" : "t";
                String rows =
                        "SELECT 'row of ' || " + literal(table) + " || ' ' || " + row + "::text FROM " + table + " t";
                facts.addAll(query(connection, rows));
            }
            return facts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static List<String> differences(List<String> expected, List<String> found) {
        List<String> differences = new ArrayList<>();
        found.stream().filter(line -> !expected.contains(line)).forEach(line -> differences.add("+ " + line));
        expected.stream().filter(line -> !found.contains(line)).forEach(line -> differences.add("- " + line));
        return differences;
    }

    void forget(String database) {
        execute("postgres", "DROP DATABASE IF EXISTS " + database);
    }

    void isClean() {
        Aftermath.serverIsClean(server);
    }

    // Over a connection, which is much faster than a command in the container.

    private Connection connect(String database) throws SQLException {
        return server.connect(database, PostgresServer.USER);
    }

    private void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> query(String database, String sql) {
        try (Connection connection = connect(database)) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }

    @Override
    public void close() {
        server.close();
    }
}
