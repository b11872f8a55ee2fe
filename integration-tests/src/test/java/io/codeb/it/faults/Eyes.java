package io.codeb.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.it.HostPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

/** Looks at a server as a superuser of its own, with nothing of the library's: a connection, and {@code pg_dump}. */
final class Eyes {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration A_BREAK = Duration.ofMillis(20);

    /** What a database is besides its objects; without the line by which it is kept. */
    private static final String PROPERTIES = """
            SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
                   datallowconn, datistemplate,
                   (SELECT array_agg(item::text ORDER BY item::text) FROM unnest(datacl) item),
                   regexp_replace(coalesce(shobj_description(oid, 'pg_database'), ''), '^codeb-kept [^\\n]*\\n?', ''),
                   (SELECT array_agg(setrole || setconfig::text ORDER BY setrole)
                    FROM pg_db_role_setting WHERE setdatabase = pg_database.oid)
            FROM pg_database WHERE datname = current_database()""";

    private final Path programs;
    private final int port;

    /**
     * Sees a server.
     *
     * @param programs where {@code pg_dump} is, of the server's major version or newer
     * @param port on the loopback address
     */
    Eyes(Path programs, int port) {
        this.programs = programs;
        this.port = port;
    }

    Connection connect(String database, String user, String password) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HostPostgres.HOST});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName("judge");
        return source.getConnection();
    }

    Connection connect(String database) throws SQLException {
        return connect(database, HostPostgres.USER, HostPostgres.PASSWORD);
    }

    /** Runs a statement, and answers the rows that it has, their columns divided by {@code |}. */
    List<String> rows(String database, String statement) {
        try (Connection connection = connect(database)) {
            return rows(connection, statement);
        } catch (SQLException e) {
            throw new AssertionError(statement + ": " + e.getMessage(), e);
        }
    }

    static List<String> rows(Connection connection, String statement) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement all = connection.createStatement()) {
            if (!all.execute(statement)) {
                return rows;
            }
            ResultSet result = all.getResultSet();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(result.getString(column)));
                }
                rows.add(String.join("|", row));
            }
        }
        return rows;
    }

    /** Waits until the server lets somebody in, and does what it is told. */
    void awaitServer() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection connection = connect("postgres")) {
                rows(connection, "SELECT 1");
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the server does not come back: " + e.getMessage(), e);
                }
                // Who asks without a break keeps the server from coming back.
                LockSupport.parkNanos(A_BREAK.toNanos());
            }
        }
    }

    /** The databases of a server, but for its own, each with a digest of what is in it and what it is. */
    Map<String, String> databases() {
        Map<String, String> databases = new TreeMap<>();
        for (String name : rows(
                "postgres",
                "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')")) {
            databases.put(name, look(name));
        }
        return databases;
    }

    /** A digest of what is in a database and what it is. Two with the same digest hold the same. */
    String look(String database) {
        return content(database) + "/" + digest(String.join("\n", rows(database, PROPERTIES)));
    }

    /** A digest of what is in a database: of the text that it is dumped as. */
    String content(String database) {
        MessageDigest digest = sha256();
        dump(database, line -> digest.update((line + "\n").getBytes(UTF_8)));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** What is in a database, as the text that it is dumped as. */
    List<String> text(String database) {
        List<String> lines = new ArrayList<>();
        dump(database, lines::add);
        return lines;
    }

    private void dump(String database, Consumer<String> listener) {
        try {
            Process process = program("pg_dump", "--dbname=" + database, "--lock-wait-timeout=30s")
                    .start();
            String last = "";
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.startsWith("\\restrict") && !line.startsWith("\\unrestrict")) {
                        listener.accept(line);
                        last = line.isEmpty() ? last : line;
                    }
                }
            }
            if (process.waitFor() != 0) {
                throw new AssertionError("pg_dump of " + database + ": " + last);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Writes an archive of a database, in the custom format. */
    void archive(String database, Path file) {
        Commands.run(program("pg_dump", "--format=custom", "--file=" + file, "--dbname=" + database));
    }

    /** Loads an archive into a database that is empty. */
    void load(Path archive, String database) {
        Commands.run(program("pg_restore", "--exit-on-error", "--dbname=" + database, archive.toString()));
    }

    private ProcessBuilder program(String name, String... words) {
        List<String> command = new ArrayList<>(List.of(programs.resolve(name).toString()));
        command.addAll(List.of(words));
        ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
        program.environment().put("PGHOST", HostPostgres.HOST);
        program.environment().put("PGPORT", Integer.toString(port));
        program.environment().put("PGUSER", HostPostgres.USER);
        program.environment().put("PGPASSWORD", HostPostgres.PASSWORD);
        return program;
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(UTF_8)), 0, 4);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
