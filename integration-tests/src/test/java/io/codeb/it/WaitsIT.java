package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.CreateRequest;
import io.codeb.DropRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does not do in time is given up, ended on the server too, and it is told what was in the way. */
@Timeout(180)
class WaitsIT {
    private static final String DATABASE = "waited_for";
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private PostgresServer server;
    private CodeB codeb;

    void open(int major) {
        server = PostgresServer.shared(major);
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project("postgres"))
                .build();
        server.createDatabase(DATABASE);
    }

    @AfterEach
    void close() {
        codeb.close();
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
        Aftermath.serverIsClean(server);
        Aftermath.noThreadIsLeft();
    }

    private void isThere(String database, boolean there) {
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"))
                .isEqualTo(there ? "1" : "0");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 18})
    void aDropThatWaitsForALockSaysWhoHoldsIt(int major) throws SQLException {
        open(major);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("COMMENT ON DATABASE " + DATABASE + " IS 'held'");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .drop(DropRequest.of("shop", DATABASE).timeout(SHORT)));

            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
            assertThat(failure)
                    .hasMessageContaining("within 2 s")
                    .hasMessageContaining("waits for Lock object")
                    .hasMessageContaining("worker, idle in transaction")
                    .hasMessageContaining("afterwards the database is there");
            Aftermath.serverIsClean(server);
            holder.rollback();
        }
        isThere(DATABASE, true);
        assertThat(codeb.databases().drop(DropRequest.of("shop", DATABASE)).name())
                .isEqualTo(DATABASE);
        isThere(DATABASE, false);
    }

    @Test
    void aCreationThatWaitsForAnotherSessionSaysWhoThatIs() throws SQLException {
        open(15);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('not_yet'))");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .create(CreateRequest.of("shop", "not_yet").timeout(SHORT)));

            assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT);
            assertThat(failure)
                    .hasMessageContaining("waits for Lock advisory")
                    .hasMessageContaining("worker, idle")
                    .hasMessageContaining("afterwards there is no such database");
        }
        isThere("not_yet", false);
    }

    /** The session that could tell what is in the way waits for the same: it is not waited for either. */
    @Test
    void aServerThatAnswersNobodyIsGivenUpToo() throws SQLException {
        open(15);
        try (Connection holder = server.connect("postgres", PostgresServer.USER);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE pg_database");

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.databases()
                    .drop(DropRequest.of("shop", DATABASE).timeout(SHORT)));

            assertThat(failure.code()).isIn(ErrorCode.QUERY_TIMEOUT, ErrorCode.SERVER_UNREACHABLE);
            holder.rollback();
        }
        isThere(DATABASE, true);
    }
}
