package io.codeb.it;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.TopContainerCmd;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import io.codeb.Project;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A real PostgreSQL in a real container: one of each major version, shared by all tests of a run. */
public final class PostgresServer implements AutoCloseable {
    static final String USER = "owner";
    static final String PASSWORD = "pass word'\"$(x)";

    private static final int MOST_LOOKS = 10;

    private static final Map<String, PostgresServer> SHARED = new ConcurrentHashMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final PostgreSQLContainer container;

    private PostgresServer(PostgreSQLContainer container) {
        this.container = container;
        container.start();
    }

    static PostgresServer shared(int major) {
        return shared("postgres:" + major);
    }

    /** One of each image, too. */
    static PostgresServer shared(String image) {
        return SHARED.computeIfAbsent(image, name -> {
            PostgresServer server = start(name);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        });
    }

    /** Starts a server that a test may break. */
    static PostgresServer start(String image, String... serverArguments) {
        return new PostgresServer(container(image, serverArguments));
    }

    /** Starts a server whose data lie on a small disk. */
    static PostgresServer startWithDisk(String size) {
        return new PostgresServer(container("postgres:15", "-c", "max_wal_size=32MB", "-c", "min_wal_size=32MB")
                // The log of changes lies elsewhere: a server whose log is on the full disk would stop altogether.
                .withEnv(
                        "POSTGRES_INITDB_ARGS",
                        "--auth-host=scram-sha-256 --auth-local=scram-sha-256 --waldir=/var/lib/postgresql/wal")
                .withTmpFs(Map.of("/var/lib/postgresql/data", "rw,size=" + size)));
    }

    private static PostgreSQLContainer container(String image, String... serverArguments) {
        PostgreSQLContainer container = new PostgreSQLContainer(
                        DockerImageName.parse("localhost/codeb-test/" + image).asCompatibleSubstituteFor("postgres"))
                .withUsername(USER)
                .withPassword(PASSWORD)
                .withDatabaseName("postgres")
                // Passwords are asked for on every way in, unlike in the official image, so that a wrong one shows.
                .withEnv("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256");
        String[] command = new String[serverArguments.length + 3];
        command[0] = "postgres";
        command[1] = "-c";
        command[2] = "fsync=off";
        System.arraycopy(serverArguments, 0, command, 3, serverArguments.length);
        container.setCommand(command);
        return container;
    }

    static RuntimeConfig runtime() {
        return RuntimeConfig.of("podman").withEndpoint(URI.create("unix://" + environment("CODEB_TEST_PODMAN_SOCKET")));
    }

    public static String environment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new AssertionError(name + " is not set: run these tests with dev/test");
        }
        return value;
    }

    /** A project whose database has a name of its own and does not exist yet. */
    Project project() {
        return project("db_" + DATABASES.incrementAndGet());
    }

    Project project(String database) {
        return project("shop", database);
    }

    /** One whose containers are no other test's, which may be at work in another JVM. */
    Project project(String name, String database) {
        return Project.postgresql(name)
                .container(container.getContainerId())
                .runtime(runtime())
                .database(database)
                .user(USER)
                .password(Secret.of(PASSWORD));
    }

    PostgreSQLContainer container() {
        return container;
    }

    void createDatabase(String database) {
        sql("postgres", "CREATE DATABASE \"" + database.replace("\"", "\"\"") + "\"");
    }

    /** Runs a script of the test resources. */
    void load(String database, String resource) {
        byte[] script = read(resource);
        container.copyFileToContainer(Transferable.of(script), "/tmp/" + resource);
        run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "/tmp/" + resource, conninfo(database));
    }

    /** Connects to a database, as an application does. */
    Connection connect(String database, String user) throws SQLException {
        PGSimpleDataSource source = dataSource(database);
        source.setUser(user);
        source.setApplicationName("worker");
        return source.getConnection();
    }

    private PGSimpleDataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {container.getHost()});
        source.setPortNumbers(new int[] {container.getMappedPort(5432)});
        source.setDatabaseName(database);
        source.setUser(USER);
        source.setPassword(PASSWORD);
        return source;
    }

    /** Puts a file where the server looks for extensions. */
    void install(String name, String content) {
        String directory = sql("postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'") + "/extension/";
        container.copyFileToContainer(Transferable.of(utf8(content)), directory + name);
    }

    /**
     * Runs statements, as one where there are several, and answers what {@code psql -A -t} prints for them. They take
     * the way of an application, which is many times faster than a command in the container.
     */
    String sql(String database, String statements) {
        PGSimpleDataSource source = dataSource(database);
        source.setApplicationName("psql");
        source.setPreferQueryMode(PreferQueryMode.SIMPLE);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            StringJoiner lines = new StringJoiner("\n");
            boolean rows = statement.execute(statements);
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    addLines(lines, statement.getResultSet());
                }
                rows = statement.getMoreResults();
            }
            return lines.toString().strip();
        } catch (SQLException e) {
            throw new AssertionError(statements + ": " + e.getMessage(), e);
        }
    }

    /** The same by psql in the container: a driver has settings of its own, which stand above those of a database. */
    String psql(String database, String statement) {
        return run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, conninfo(database))
                .strip();
    }

    private static void addLines(StringJoiner lines, ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            StringJoiner line = new StringJoiner("|");
            for (int column = 1; column <= columns; column++) {
                line.add(Objects.requireNonNullElse(rows.getString(column), ""));
            }
            lines.add(line.toString());
        }
    }

    /**
     * The database as one text: two databases with the same text hold the same. Of a line there is no more than its
     * beginning; a digest of all lines stands behind them.
     */
    String content(String database) {
        return content(database, "cat");
    }

    /** The same in whatever order the rows of a table are, as they are when several sessions have loaded it. */
    String contentInAnyOrder(String database) {
        return content(database, "LC_ALL=C sort");
    }

    private String content(String database, String order) {
        String script = "f=$(mktemp) && pg_dump -f $f -d \"$1\" && { grep -av '^.\\(un\\)\\{0,1\\}restrict ' $f | "
                + order + " > $f.all; rm $f; LC_ALL=C cut -b1-300 $f.all; md5sum < $f.all; rm $f.all; }";
        return run("sh", "-c", script, "sh", conninfo(database));
    }

    /** Runs a command in the container, which must end well, and answers its output. */
    String run(String... command) {
        try {
            ExecResult result = container.execInContainer(org.testcontainers.containers.ExecConfig.builder()
                    .command(command)
                    .envVars(Map.of("PGPASSWORD", PASSWORD, "PGUSER", USER))
                    .build());
            if (result.getExitCode() != 0) {
                throw new AssertionError(
                        command[0] + " ended with " + result.getExitCode() + ": " + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The names of all programs that run in the container. A command in it would take many times as long. */
    List<String> programs() {
        TopContainerCmd look = container
                .getDockerClient()
                .topContainerCmd(container.getContainerId())
                .withPsArgs("comm");
        for (int looks = 1; ; looks++) {
            try {
                return Arrays.stream(look.exec().getProcesses())
                        .map(columns -> columns[0])
                        .toList();
            } catch (InternalServerErrorException e) {
                // One of them may have ended while it was looked at.
                if (looks == MOST_LOOKS) {
                    throw e;
                }
            }
        }
    }

    /** Freezes all of the container's processes. */
    void pause() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    void unpause() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    /** Kills all of the container's processes, and starts it again when they have ended. */
    void crash() {
        DockerClient docker = container.getDockerClient();
        docker.killContainerCmd(container.getContainerId()).exec();
        int unused = docker.waitContainerCmd(container.getContainerId()).start().awaitStatusCode();
        docker.startContainerCmd(container.getContainerId()).exec();
    }

    private static String conninfo(String database) {
        return "dbname='" + database.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    static byte[] read(String resource) {
        try (var in = PostgresServer.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        container.stop();
    }
}
