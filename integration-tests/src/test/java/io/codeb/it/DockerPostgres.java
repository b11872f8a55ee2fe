package io.codeb.it;

import java.util.ArrayList;
import java.util.List;

/** A real PostgreSQL in a container of Docker's. */
final class DockerPostgres implements AutoCloseable {
    private final DockerEngine engine;
    private final String container;

    private DockerPostgres(DockerEngine engine, String container) {
        this.engine = engine;
        this.container = container;
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @param options more of {@code docker run}
     */
    static DockerPostgres start(DockerEngine engine, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--env=POSTGRES_USER=" + PostgresServer.USER,
                "--env=POSTGRES_PASSWORD=" + PostgresServer.PASSWORD,
                "--env=POSTGRES_DB=postgres"));
        words.addAll(List.of(options));
        words.addAll(List.of(
                PostgresServer.environment("CODEB_TEST_IMAGES") + "/postgres:15", "postgres", "-c", "fsync=off"));
        DockerPostgres server = new DockerPostgres(
                engine, engine.docker(words.toArray(String[]::new)).strip());
        try {
            server.await();
            return server;
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
    }

    String container() {
        return container;
    }

    /** Waits until it answers; the entrypoint's own server, which is there first, listens on no address. */
    void await() {
        Aftermath.eventually(this::answers, true);
    }

    private boolean answers() {
        try {
            return psql("postgres", "SELECT 1", "--host=127.0.0.1").equals("1");
        } catch (AssertionError e) {
            return false;
        }
    }

    /** Runs statements, and answers what {@code psql -A -t} prints for them. */
    String sql(String database, String statements) {
        return psql(database, statements, "--quiet");
    }

    private String psql(String database, String statements, String option) {
        return engine.docker(
                        "exec",
                        "--env=PGPASSWORD=" + PostgresServer.PASSWORD,
                        container,
                        "psql",
                        "-X",
                        "-q",
                        "-A",
                        "-t",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "--username=" + PostgresServer.USER,
                        "--dbname=" + database,
                        option,
                        "--command=" + statements)
                .strip();
    }

    @Override
    public void close() {
        engine.docker("rm", "--force", "--volumes", container);
    }
}
