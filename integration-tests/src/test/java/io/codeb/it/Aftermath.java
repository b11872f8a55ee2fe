package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What must be true after whatever has failed. */
final class Aftermath {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> PROGRAMS = Set.of("pg_dump", "pg_dumpall", "pg_restore", "psql");
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Aftermath() {}

    /** No backup, no entry, no temporary file, no lock. */
    static void repositoryIsEmpty(Path repository) {
        assertThat(filesBelow(repository)).as("files in the repository").isEmpty();
    }

    /** No program of a run in the container, no session of one in the server, no database of one. */
    static void serverIsClean(PostgresServer server) {
        eventually(() -> server.programs().stream().filter(PROGRAMS::contains).toList(), List.of());
        eventually(
                () -> server.sql(
                        "postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"),
                "0");
        assertThat(server.sql(
                        "postgres", "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'codeb\\_%'"))
                .as("databases of runs")
                .isEmpty();
    }

    /** No session of a run in the server, no database of one. */
    static void serverIsClean(HostPostgres server) {
        assertThat(server.sql(
                        "postgres", "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'codeb%'"))
                .as("databases that are left")
                .isEmpty();
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'codeb%'"))
                .as("sessions that are left")
                .isEqualTo("0");
    }

    /**
     * Drops the databases that restores have kept.
     *
     * @param sql runs a statement in the database that is named first
     */
    static void dropKept(BinaryOperator<String> sql) {
        sql.apply("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'codeb\\_old%'")
                .lines()
                .forEach(name -> assertThat(sql.apply("postgres", "DROP DATABASE \"" + name + "\""))
                        .isEmpty());
    }

    /** No thread of a CodeB that is closed. */
    static void noThreadIsLeft() {
        eventually(
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("codeb-"))
                        .sorted()
                        .toList(),
                List.of());
    }

    /** Nothing that was fetched of a commit lies among the temporary files, but for what other JVMs fetch just now. */
    static void noSourceIsLeft() {
        eventually(Aftermath::sources, List.of());
    }

    private static List<String> sources() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("codeb-source-"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Without the note that a backup has failed, which is to stay. */
    static List<Path> filesBelow(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("state/backup-failed"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks until the answer is right, or for too long. */
    static <T> void eventually(Supplier<T> question, T answer) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = question.get();
        while (!last.equals(answer) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE.toNanos());
            last = question.get();
        }
        assertThat(last).isEqualTo(answer);
    }
}
