package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.model.BackupId;
import io.codeb.model.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores by a role that owns its database and may make others, and is no superuser. */
class RestoreByOwnerIT {
    private static final String OWNER = "keeper";
    private static final String DATABASE = "kept";

    private static PostgresServer server;

    @TempDir
    Path directory;

    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** A server whose autovacuum comes at once and then takes hours. */
    @BeforeAll
    static void startServer() {
        server = PostgresServer.start(
                "postgres:15",
                "-c",
                "autovacuum_naptime=1s",
                "-c",
                "autovacuum_vacuum_cost_delay=100ms",
                "-c",
                "autovacuum_vacuum_cost_limit=1");
        server.sql("postgres", "CREATE ROLE keeper LOGIN CREATEDB PASSWORD $$" + PostgresServer.PASSWORD + "$$");
        server.sql("postgres", "CREATE DATABASE kept OWNER keeper");
        server.sql(
                DATABASE,
                "CREATE TABLE t AS SELECT g FROM generate_series(1, 200000) g; ALTER TABLE t OWNER TO keeper");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.serverIsClean(server);
    }

    private CodeB codeb() {
        Project project = server.project(DATABASE).user(OWNER).password(Secret.of(PostgresServer.PASSWORD));
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .listener(events::add)
                .build();
    }

    @Test
    void autovacuumInTheOldDatabaseGivesWay() {
        try (CodeB codeb = codeb()) {
            BackupId id = codeb.backups().run("shop").id();
            server.sql(DATABASE, "DELETE FROM t WHERE g > 10");
            Aftermath.eventually(
                    () -> server.sql(
                            "postgres",
                            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = 'kept' AND query LIKE"
                                    + " 'autovacuum:%public.t%'"),
                    "t");

            codeb.restores().run(RestoreRequest.of(id).into(DATABASE).replacing(Duration.ZERO));

            assertThat(server.sql(DATABASE, "SELECT count(*) FROM t")).isEqualTo("200000");
        }
    }

    @Test
    void sessionsOfTheRoleItselfAreEnded() throws SQLException {
        try (CodeB codeb = codeb();
                Connection application = server.connect(DATABASE, OWNER)) {
            BackupId id = codeb.backups().run("shop").id();
            codeb.restores().run(RestoreRequest.of(id).into(DATABASE).replacing(Duration.ZERO));
            assertThat(application.isValid(5)).isFalse();
        }
    }

    @Test
    void aSessionThatTheRoleMayNotEndIsNamedBeforeTheLoad() throws SQLException {
        try (CodeB codeb = codeb();
                Connection superusers = server.connect(DATABASE, PostgresServer.USER)) {
            BackupId id = codeb.backups().run("shop").id();
            events.clear();

            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).into(DATABASE).replacing(Duration.ZERO)));

            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure)
                    .hasMessageContaining("owner (process ")
                    .hasMessageContaining("worker")
                    .hasMessageContaining(DATABASE);
            assertThat(events).noneMatch(Event.Progress.class::isInstance);
            assertThat(superusers.isValid(5)).isTrue();
        }
    }
}
