package io.codeb.it.faults;

import io.codeb.it.HostPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** Does what {@link Sabotage} says, where the server is on this machine. */
record Saboteur(Order order) {
    static Saboteur of(Order order) {
        return new Saboteur(order);
    }

    void work() {
        try {
            switch (order.sabotage()) {
                case NONE, LIE -> {}
                case LOSE_A_ROW -> sql("DELETE FROM sale WHERE id = (SELECT min(id) FROM sale)");
                case CHANGE_A_VALUE -> sql("UPDATE sale SET amount = 1000 - amount WHERE id = 7");
                case CHANGE_A_SETTING -> sql("ALTER DATABASE app SET work_mem = '6MB'");
                case LEAVE_A_DATABASE -> sql("CREATE DATABASE \"codeb_new_" + UUID.randomUUID() + "\"");
                case LEAVE_A_PROGRAM -> leaveAProgram();
                case LEAVE_A_STRAY -> Files.writeString(order.repository().resolve("stray.sql"), "SELECT 1;");
                case LEAVE_A_FILE -> Files.writeString(Path.of(System.getProperty("java.io.tmpdir"), "codeb.tmp"), "1");
                case CUT_AN_ENTRY -> {
                    byte[] bytes = Files.readAllBytes(entry());
                    Files.write(entry(), Arrays.copyOf(bytes, bytes.length - 1));
                }
                case HANG -> new CountDownLatch(1).await();
                case THROW -> throw new IllegalStateException("on purpose");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sql(String statement) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HostPostgres.HOST});
        source.setPortNumbers(new int[] {order.access().port()});
        source.setUser(Access.USER);
        source.setPassword(Access.PASSWORD);
        source.setDatabaseName(Operation.LIVE);
        try (Connection connection = source.getConnection();
                Statement all = connection.createStatement()) {
            all.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void leaveAProgram() throws IOException {
        ProcessBuilder psql = new ProcessBuilder(
                Path.of(order.access().programs(), "psql").toString(), "-c", "SELECT pg_sleep(600)", "postgres");
        psql.environment().put("PGHOST", HostPostgres.HOST);
        psql.environment().put("PGPORT", Integer.toString(order.access().port()));
        psql.environment().put("PGUSER", Access.USER);
        psql.environment().put("PGPASSWORD", Access.PASSWORD);
        psql.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** An entry of the newest backup. */
    private Path entry() throws IOException {
        try (Stream<Path> files = Files.walk(order.repository().resolve(Operation.PROJECT))) {
            return files.filter(file -> file.getFileName().toString().startsWith("dump."))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }
}
