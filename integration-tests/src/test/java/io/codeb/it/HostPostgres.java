package io.codeb.it;

import io.codeb.Project;
import io.codeb.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL on this machine, in no container: private, on a free port of the loopback address. */
public final class HostPostgres implements AutoCloseable {
    public static final String HOST = "127.0.0.1";
    public static final String USER = "owner";
    public static final String PASSWORD = "pass word'\"$(x)";

    private static final String PID_FILE = "postmaster.pid";
    private static final int START_ATTEMPTS = 5;
    private static final long PATIENCE_SECONDS = 120;

    private static final Path PROGRAMS = Path.of(PostgresServer.environment("CODEB_TEST_PG_BIN"));

    private final List<String> unprivileged;
    private final Path directory;
    private final Thread atExit = new Thread(this::stop);
    private Optional<SmallDisk> disk = Optional.empty();
    private String settings = "";
    private int port;

    private HostPostgres(List<String> unprivileged, Path directory) {
        this.unprivileged = unprivileged;
        this.directory = directory;
    }

    static HostPostgres start() {
        return startWithLocales();
    }

    /** Starts a server that can be told to speak other languages: {@code lc_messages = 'ko_KR.UTF-8'}, for example. */
    static HostPostgres startWithLocales(String... locales) {
        return start("", locales);
    }

    /** Starts a server with settings as pg_ctl takes them: {@code -c max_prepared_transactions=5}, for example. */
    static HostPostgres startWithSettings(String settings) {
        return start(settings);
    }

    /** Starts a server whose data lie on a small disk, and its log of changes elsewhere. Needs root. */
    public static HostPostgres startOnDisk(String size) {
        try {
            HostPostgres server = inNewDirectory("");
            server.disk = Optional.of(SmallDisk.mount(server.data(), size));
            Files.setOwner(server.data(), Files.getOwner(server.directory));
            return started(server);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HostPostgres start(String settings, String... locales) {
        try {
            return started(inNewDirectory(settings), locales);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HostPostgres started(HostPostgres server, String... locales) throws IOException {
        server.initialise();
        for (String locale : locales) {
            server.makeLocale(locale);
        }
        server.listen();
        return server;
    }

    private static HostPostgres inNewDirectory(String settings) throws IOException {
        // Links in the path, as some systems have them, would make the name of a socket too long.
        Path directory = Files.createTempDirectory("codeb-pg").toRealPath();
        HostPostgres server = new HostPostgres(unprivileged(directory), directory);
        server.settings = settings;
        Runtime.getRuntime().addShutdownHook(server.atExit);
        return server;
    }

    /** Starts a standby of this server, which follows it. */
    HostPostgres startStandby() {
        try {
            HostPostgres standby = inNewDirectory(settings);
            standby.server(
                    PASSWORD,
                    "sh",
                    "-c",
                    "PGPASSWORD=$(cat) \"$@\"",
                    "basebackup",
                    PROGRAMS.resolve("pg_basebackup").toString(),
                    "--pgdata=" + standby.data(),
                    "--host=" + HOST,
                    "--port=" + port,
                    "--username=" + USER,
                    "--checkpoint=fast",
                    "--write-recovery-conf",
                    "--no-sync");
            standby.listen();
            return standby;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** PostgreSQL refuses to run as root; its packages bring a user for it. */
    private static List<String> unprivileged(Path directory) throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        String user = exists("postgres") ? "postgres" : "nobody";
        Files.setOwner(
                directory,
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        String group = user.equals("nobody") ? "nogroup" : user;
        return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups");
    }

    private static boolean exists(String user) throws IOException {
        try {
            Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        }
    }

    private void initialise() {
        // The password comes through a pipe, which only its maker may open by name: hence the cat.
        server(
                PASSWORD,
                "sh",
                "-c",
                "cat | \"$@\"",
                "initdb",
                PROGRAMS.resolve("initdb").toString(),
                "--pgdata=" + data(),
                "--waldir=" + directory.resolve("wal"),
                "--username=" + USER,
                "--pwfile=/dev/stdin",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync");
    }

    /** The sources of all locales are on a system, compiled ones may not be. */
    private void makeLocale(String locale) throws IOException {
        Files.createDirectories(locales());
        await(
                "",
                new ProcessBuilder(
                        "localedef",
                        "--inputfile=" + locale,
                        "--charmap=UTF-8",
                        locales().resolve(locale + ".UTF-8").toString()));
    }

    private Path locales() {
        return directory.resolve("locales");
    }

    private void listen() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            try {
                listenThere();
                return;
            } catch (AssertionError e) {
                // Somebody else may have taken the port meanwhile.
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void listenThere() {
        server(
                "",
                PROGRAMS.resolve("pg_ctl").toString(),
                "--pgdata=" + data(),
                "--log=" + directory.resolve("log"),
                "--options=-c listen_addresses=" + HOST + " -c port=" + port + " -c fsync=off"
                        + " -c unix_socket_directories='" + sockets() + "' " + settings,
                "--wait",
                "--silent",
                "start");
    }

    /** Ends the server as a crash does, in the middle of whatever it does, and starts it again. */
    void crash() {
        end();
        listenThere();
    }

    /** Kills the server's first process and nothing else. The others end when they notice, and then this returns. */
    public void kill() {
        ProcessHandle first = ProcessHandle.of(firstProcess()).orElseThrow();
        List<ProcessHandle> others = first.descendants().toList();
        first.destroyForcibly();
        others.forEach(other ->
                other.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }

    private long firstProcess() {
        try {
            return Long.parseLong(Files.readAllLines(data().resolve(PID_FILE)).get(0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether its first process lives. */
    public boolean isRunning() {
        return Files.exists(data().resolve(PID_FILE))
                && ProcessHandle.of(firstProcess()).isPresent();
    }

    /** Starts the server again that has ended, in whatever way. */
    public void startAgain() {
        listenThere();
    }

    private void end() {
        server("", PROGRAMS.resolve("pg_ctl").toString(), "--pgdata=" + data(), "--mode=immediate", "--wait", "stop");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The directory of the server's data. */
    public Path data() {
        return directory.resolve("data");
    }

    public int port() {
        return port;
    }

    /** The directory of the server's Unix sockets. */
    Path sockets() {
        return directory;
    }

    /** The directory of PostgreSQL's programs. */
    public Path programs() {
        return PROGRAMS;
    }

    /** A database of this server, as its owner, under the name {@code shop}. */
    Project project(String database) {
        return project(port, database);
    }

    /** For a process that has not started the server itself. */
    static Project project(int port, String database) {
        return Project.postgresql("shop")
                .server(HOST, port)
                .database(database)
                .user(USER)
                .password(Secret.of(PASSWORD))
                .tools(PROGRAMS);
    }

    PGSimpleDataSource dataSource() {
        return dataSource(port);
    }

    /** For a process that has not started the server itself. */
    static PGSimpleDataSource dataSource(int port) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HOST});
        source.setPortNumbers(new int[] {port});
        source.setUser(USER);
        source.setPassword(PASSWORD);
        return source;
    }

    /** Runs a script of the test resources. */
    void load(String database, String resource) {
        try (var in = HostPostgres.class.getResourceAsStream(resource)) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            run(script, List.of("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", "-d", database));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The database as one text: two databases with the same text hold the same. */
    String content(String database) {
        return run("pg_dump", "-d", database)
                .lines()
                .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
                .collect(Collectors.joining("\n"));
    }

    /** The same in whatever order the rows of a table are, as they are when several sessions have loaded it. */
    String contentInAnyOrder(String database) {
        return content(database).lines().sorted().collect(Collectors.joining("\n"));
    }

    /** Runs statements and answers the rows of the last one, a line each, their columns divided by {@code |}. */
    String sql(String database, String statements) {
        return run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statements, database)
                .strip();
    }

    /** What the server says against a statement. */
    String complaint(String database, String statement) {
        try {
            throw new AssertionError("it was not refused: " + sql(database, statement));
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = dataSource();
        source.setDatabaseName(database);
        return source.getConnection();
    }

    /** Runs a program of PostgreSQL's as a client, which must end well, and answers its output. */
    String run(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        return run("", command);
    }

    /** Runs a program of PostgreSQL's whose output is no text. */
    byte[] runBytes(String program, String... arguments) {
        try {
            Path output = Files.createTempFile("codeb-pg", ".bytes");
            try {
                List<String> all = new ArrayList<>(List.of(arguments));
                all.add("--file=" + output);
                run(program, all.toArray(String[]::new));
                return Files.readAllBytes(output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String run(String input, List<String> command) {
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, PROGRAMS.resolve(command.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(resolved);
        builder.environment().put("PGHOST", HOST);
        builder.environment().put("PGPORT", Integer.toString(port));
        builder.environment().put("PGUSER", USER);
        builder.environment().put("PGPASSWORD", PASSWORD);
        return await(input, builder);
    }

    private void server(String input, String... command) {
        List<String> whole = new ArrayList<>(unprivileged);
        whole.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(whole);
        if (Files.exists(locales())) {
            builder.environment().put("LOCPATH", locales().toString());
        }
        await(input, builder);
    }

    private String await(String input, ProcessBuilder builder) {
        builder.directory(directory.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            Path in = Files.createTempFile("codeb-pg", ".in");
            Path out = Files.createTempFile("codeb-pg", ".out");
            try {
                // Files, not pipes: the server keeps what pg_ctl was given for as long as it runs.
                Files.writeString(in, input);
                Process process = builder.redirectInput(in.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(builder.command() + " does not end");
                }
                if (process.exitValue() != 0) {
                    throw new AssertionError(
                            builder.command() + " ended with " + process.exitValue() + ": " + Files.readString(out));
                }
                return Files.readString(out);
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        stop();
    }

    private void stop() {
        try {
            if (Files.exists(data().resolve(PID_FILE))) {
                end();
            }
            if (disk.isPresent()) {
                disk.get().close();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
