package io.codeb.examples;

import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server in a container, with a small shop in its database {@code shop}. */
final class ShopServer implements AutoCloseable {
    static final String PASSWORD = "correct horse battery staple";

    private static final String SCRIPT = """
            CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, note text);
            INSERT INTO customers SELECT g, 'customer ' || g FROM generate_series(1, 100) g;
            INSERT INTO orders SELECT g, 1 + g % 100, nullif('order ' || g, 'order 7') FROM generate_series(1, 900) g;
            """;

    private final PostgreSQLContainer container = new PostgreSQLContainer(
                    DockerImageName.parse(System.getenv("CODEB_TEST_IMAGES") + "/postgres:15")
                            .asCompatibleSubstituteFor("postgres"))
            .withDatabaseName("shop")
            .withUsername("shop")
            .withPassword(PASSWORD);

    ShopServer() {
        container.start();
        sql("shop", SCRIPT);
    }

    String containerId() {
        return container.getContainerId();
    }

    String host() {
        return container.getHost();
    }

    int port() {
        return container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT);
    }

    /** Runs a script with psql in the container, and answers what it printed. */
    String sql(String database, String script) {
        try {
            ExecResult result = container.execInContainer(
                    "psql", "-X", "-U", "shop", "-d", database, "-v", "ON_ERROR_STOP=1", "-At", "-c", script);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(result.getStderr());
            }
            return result.getStdout().strip();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        container.close();
    }
}
