package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server on which databases of a shop are made, and the programs that work on it. {@code dev/bench} has set it up:
 * the variables of libpq (PGHOST and so on) name it, and what makes its data and CodeB's launcher are named by others.
 */
final class Shop {
    private static final String ZSTD = "{\"codec\": \"zstd\", \"options\": {\"level\": 3}}";

    /** How CodeB reads, compresses and encrypts. */
    static final List<Form> FORMS = List.of(
            new Form("sql-zstd", "--sql", ZSTD, false),
            new Form("sql-zstd-age", "--sql", ZSTD, true),
            new Form("parallel-zstd", "--parallel", ZSTD, false),
            new Form("parallel-zstd-age", "--parallel", ZSTD, true));

    /** What CodeB does at the least with what a program in the container writes. */
    static final Form BARE = new Form("exec-sql", "--sql", "\"none\"", false);

    private static final int ORDERS_OF_A_CUSTOMER = 10;

    private final Map<String, String> environment;
    private final Path directory;

    /**
     * One way in which CodeB makes a backup.
     *
     * @param name of its repository
     * @param mode how the database is read, as the command line has it
     * @param compression as the configuration has it
     * @param encrypted whether it is encrypted
     */
    record Form(String name, String mode, String compression, boolean encrypted) {}

    Shop(Map<String, String> environment) {
        this.environment = environment;
        this.directory = Path.of(variable("CODEB_BENCH_DIR"));
    }

    /** Where commands run, and what they make is. */
    Path directory() {
        return directory;
    }

    Command command(String line) {
        return new Command(line, directory);
    }

    /** What a command that runs beside the server begins with; empty where that is this host. */
    String exec() {
        return inContainer() ? runtime() + " exec --interactive " + variable("CODEB_DEMO_CONTAINER") + " " : "";
    }

    boolean inContainer() {
        return !runtime().equals("host");
    }

    private String runtime() {
        return variable("CODEB_DEMO_RUNTIME");
    }

    /** Makes a database with so many orders. */
    void fill(String database, long orders) {
        makeAnew(database);
        command("psql -Xq -v orders=%d -v customers=%d -f '%s' %s"
                        .formatted(
                                orders,
                                Math.max(1, orders / ORDERS_OF_A_CUSTOMER),
                                variable("CODEB_BENCH_SHOP_SQL"),
                                database))
                .run();
        // What the next look at the rows would write otherwise.
        command("psql -Xq -c 'VACUUM (PARALLEL 0)' -c 'CHECKPOINT' " + database).run();
    }

    /** Makes a database of so many tables with ten rows each. */
    void fillWithTables(String database, int tables) {
        makeAnew(database);
        String each = "SELECT format(''CREATE TABLE t%s AS SELECT i AS id, repeat(''''x'''', 20) AS note"
                + " FROM generate_series(1, 10) i'', n) FROM generate_series(1, " + tables + ") n";
        command("psql -Xq " + database + " <<<'" + each.replace("''", "'\\''") + " \\gexec'")
                .run();
        command("psql -Xq -c 'VACUUM ANALYZE' -c 'CHECKPOINT' " + database).run();
    }

    /** Makes an empty database, in place of one that is there. */
    void makeAnew(String database) {
        drop(database);
        command("createdb " + database).run();
    }

    void drop(String database) {
        command("PGOPTIONS='-c client_min_messages=warning' dropdb --force --if-exists " + database)
                .run();
    }

    long number(String database, String query) {
        return Long.parseLong(
                command("psql -XAtc \"" + query + "\" " + database).output().strip());
    }

    /** How many bytes are below a path in the directory. */
    long size(String name) {
        return Long.parseLong(command("du -sb " + name + " | cut -f1").output().strip());
    }

    /** A line that runs CodeB, with the configuration that is in the directory. */
    String codeb(String words) {
        return "codeb/bin/codeb " + words + " --quiet --config codeb.json";
    }

    /** The public key that the others encrypt to. */
    String recipient() {
        return variable("CODEB_BENCH_RECIPIENT");
    }

    /** The file with its private key. */
    String identity() {
        return variable("CODEB_BENCH_IDENTITY");
    }

    /** The server's directory, if it can be read from here; and where its sockets are. */
    boolean hasData() {
        return environment.containsKey("CODEB_BENCH_DATA");
    }

    /** What a project is called that lets others go first when it backs a database up. */
    static String nice(String database) {
        return database + "_nice";
    }

    /** Writes the configuration of CodeB, and that of pgBackRest: two projects for each of the databases. */
    void configure(List<String> databases) {
        List<String> projects = new ArrayList<>();
        for (String database : databases) {
            projects.add(project(database, database, false));
            projects.add(project(nice(database), database, true));
        }
        List<String> repositories = new ArrayList<>();
        for (Form form : Stream.concat(FORMS.stream(), Stream.of(BARE)).toList()) {
            repositories.add("\"" + form.name() + "\": {\"at\": \"local:" + directory.resolve(form.name()) + "\""
                    + ", \"compression\": " + form.compression()
                    + (form.encrypted()
                            ? ", \"encryptTo\": [\"" + recipient() + "\"], \"identity\": {\"file\": \"" + identity()
                                    + "\"}"
                            : "")
                    + "}");
        }
        write(
                "codeb.json",
                "{\"repositories\": {" + String.join(",\n", repositories) + "},\n\"projects\": {"
                        + String.join(",\n", projects) + "}}\n");
        if (hasData()) {
            write("pgbackrest.conf", physical());
        }
    }

    private String project(String name, String database, boolean nice) {
        String place = inContainer()
                ? "\"container\": \"%s\", \"runtime\": {\"id\": \"%s\", \"endpoint\": \"unix://%s\"}"
                        .formatted(variable("CODEB_DEMO_CONTAINER"), runtime(), variable("CODEB_DEMO_SOCKET"))
                : "\"host\": \"%s\", \"port\": %s, \"tools\": \"%s\""
                        .formatted(
                                variable("CODEB_DEMO_HOST"),
                                variable("CODEB_DEMO_PORT"),
                                variable("CODEB_DEMO_PG_BIN"));
        return "\"%s\": {\"database\": {%s, \"name\": \"%s\", \"user\": \"%s\", \"password\": %s, \"nice\": %s}}"
                .formatted(name, place, database, variable("PGUSER"), "{\"env\": \"PGPASSWORD\"}", nice);
    }

    private String physical() {
        return """
                [global]
                repo1-path=%1$s/pgbackrest
                log-path=%1$s
                lock-path=%1$s
                spool-path=%1$s
                process-max=2
                compress-type=zst
                compress-level=3
                archive-check=n
                start-fast=y
                log-level-console=error
                log-level-file=off
                [shop]
                pg1-path=%2$s
                pg1-socket-path=%3$s
                pg1-user=%4$s
                pg1-database=postgres
                """.formatted(
                        directory, variable("CODEB_BENCH_DATA"), variable("CODEB_BENCH_SOCKETS"), variable("PGUSER"));
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new ConfigException(name + " cannot be written: " + e.getMessage(), "");
        }
    }

    private String variable(String name) {
        return Command.from(environment, name).line();
    }
}
