package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RollbackRequest;
import io.codeb.model.BackupId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The moment in which another database takes the place of a live one, as its clients see it. */
class SwitchIT {
    private static final Duration LONGEST_REFUSAL = Duration.ofSeconds(2);
    private static final int CLIENTS = 6;
    private static final int KEPT_CONNECTIONS = 10;
    private static final int RESTORED = 1;

    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.sql("postgres", "CREATE DATABASE app");
        server.sql("app", "CREATE TABLE version (n int)");
        server.sql("app", "INSERT INTO version VALUES (1)");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
    }

    private CodeB codeb() {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("app"))
                .build();
    }

    /**
     * One who has come.
     *
     * @param connection is kept open
     * @param version what was answered
     */
    private record Client(Connection connection, int version) {
        static Client come() throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", HostPostgres.USER);
            properties.setProperty("password", HostPostgres.PASSWORD);
            Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://" + HostPostgres.HOST + ":" + server.port() + "/app", properties);
            return new Client(connection, ask(connection));
        }

        private static int ask(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT n FROM version")) {
                row.next();
                return row.getInt(1);
            }
        }

        /** Asks once more, and closes. Whether there was an answer, where it is the restored database's. */
        boolean leave() {
            try (connection) {
                ask(connection);
                return true;
            } catch (SQLException e) {
                return version != RESTORED;
            }
        }
    }

    /**
     * Clients that come again and again, and ask once more and go only when ten others have come: so there is always
     * one that has just come, and stays.
     */
    private static final class Crowd implements AutoCloseable {
        private final AtomicBoolean going = new AtomicBoolean(true);
        private final AtomicLong answers = new AtomicLong();
        private final AtomicLong longestNanos = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();

        Crowd() {
            for (int i = 0; i < CLIENTS; i++) {
                Thread thread = new Thread(this::ask, "client-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void ask() {
            Deque<Client> pool = new ArrayDeque<>();
            long answered = System.nanoTime();
            while (going.get()) {
                try {
                    Client client = Client.come();
                    pool.add(client);
                    long now = System.nanoTime();
                    longestNanos.accumulateAndGet(now - answered, Math::max);
                    answered = now;
                    answers.incrementAndGet();
                } catch (SQLException e) {
                    Thread.onSpinWait();
                }
                if (pool.size() > KEPT_CONNECTIONS && !pool.remove().leave()) {
                    lost.incrementAndGet();
                }
            }
            longestNanos.accumulateAndGet(System.nanoTime() - answered, Math::max);
            pool.forEach(Client::leave);
        }

        void goesOn() {
            long before = answers.get();
            Aftermath.eventually(() -> answers.get() > before + 1000, true);
        }

        Duration longestWait() {
            return Duration.ofNanos(longestNanos.get());
        }

        @Override
        public void close() {
            going.set(false);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void clientsThatComeAgainAndAgainAreRefusedForUnderTwoSeconds() {
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            server.sql("app", "UPDATE version SET n = 2");
            Crowd crowd = new Crowd();
            try (crowd) {
                crowd.goesOn();

                codeb.restores().run(RestoreRequest.of(id).replacing());
                crowd.goesOn();
                assertThat(server.sql("app", "SELECT n FROM version")).isEqualTo("1");
                assertThat(crowd.lost)
                        .as("clients of the new database that were sent away")
                        .hasValue(0);

                codeb.restores().rollback(RollbackRequest.of("shop"));
                crowd.goesOn();
                assertThat(server.sql("app", "SELECT n FROM version")).isEqualTo("2");
            }
            assertThat(crowd.longestWait()).isLessThan(LONGEST_REFUSAL);
        }
    }
}
