package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RollbackRequest;
import io.codeb.error.CodeBException;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FilterRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that crashes forgets what was committed without a wait. It waits for no commit by itself here and writes its
 * WAL seldom, so that it forgets whatever CodeB has not waited for.
 */
class CrashedServerIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithSettings(
                "-c synchronous_commit=off -c wal_writer_delay=10s -c wal_writer_flush_after=0");
        server.sql("postgres", "CREATE ROLE reader");
        server.sql("postgres", "CREATE DATABASE app");
        server.sql("app", "CREATE TABLE item (id serial PRIMARY KEY, name text)");
        server.sql("app", "INSERT INTO item (name) SELECT 'item ' || n FROM generate_series(1, 100) n");
        server.sql("app", "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1'");
        server.sql("app", "CREATE TABLE secret (word text)");
        server.sql(
                "app",
                "CREATE TRIGGER guard BEFORE UPDATE ON item FOR EACH ROW"
                        + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");
        server.sql("app", "GRANT SELECT ON item TO reader");
        server.sql("app", "CHECKPOINT");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Aftermath.noThreadIsLeft();
    }

    /** Crashes the server right before one of the programs that are started. */
    private record Crashing(int at, AtomicInteger started) implements RuntimeProvider {
        Crashing(int at) {
            this(at, new AtomicInteger());
        }

        @Override
        public String id() {
            return "crashing";
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            return new FilterRuntime(Installed.runtime("host", config)) {
                @Override
                public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
                    if (started.incrementAndGet() == at) {
                        server.crash();
                    }
                    return super.exec(container, spec, cancellation);
                }
            };
        }
    }

    private static final String ANONYMOUS = "UPDATE item SET name = 'anonymous'";

    private CodeB codeb(Crashing runtime) {
        Project project =
                server.project("app").runtime(RuntimeConfig.of("crashing")).container("whatever");
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .runtime(runtime)
                .project(project)
                .build();
    }

    @Test
    void aRestoreThatIsDoneLacksNothingWhereverTheServerHasCrashedBetweenItsPrograms() {
        BackupId backup;
        Crashing never = new Crashing(0);
        try (CodeB codeb = codeb(never)) {
            backup = codeb.backups().run("shop").id();
            never.started().set(0);
            codeb.restores().run(RestoreRequest.of(backup).into("fresh").afterLoad(ANONYMOUS));
        }
        String expected = server.content("app").replaceAll("item [0-9]+", "anonymous");
        assertThat(server.content("fresh")).isEqualTo(expected);
        int programs = never.started().get();
        assertThat(programs).isGreaterThan(3);
        int done = 0;
        for (int at = 1; at <= programs; at++) {
            server.sql("postgres", "DROP DATABASE IF EXISTS fresh");
            try (CodeB codeb = codeb(new Crashing(at))) {
                codeb.restores().run(RestoreRequest.of(backup).into("fresh").afterLoad(ANONYMOUS));
                assertThat(server.content("fresh"))
                        .as("crashed before program %d of %d", at, programs)
                        .isEqualTo(expected);
                done++;
            } catch (CodeBException e) {
                assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'fresh'"))
                        .as("crashed before program %d of %d: %s", at, programs, e)
                        .isEqualTo("0");
            }
        }
        assertThat(done).isPositive();
    }

    @Test
    void whatIsDoneSurvivesACrashRightBehindIt() {
        try (CodeB codeb = codeb(new Crashing(0))) {
            BackupId backup = codeb.backups().run("shop").id();
            server.sql("postgres", "CREATE DATABASE shop OWNER owner");
            server.sql("shop", "CREATE TABLE item AS SELECT 1 AS live");
            server.sql("shop", "CHECKPOINT");

            codeb.restores()
                    .run(RestoreRequest.of(backup).into("shop").replacing().afterLoad(ANONYMOUS));
            server.crash();
            assertThat(server.sql("shop", "SELECT DISTINCT name FROM item")).isEqualTo("anonymous");

            codeb.restores().rollback(RollbackRequest.of("shop").database("shop"));
            server.crash();
            assertThat(server.sql("shop", "SELECT live FROM item")).isEqualTo("1");

            server.sql("postgres", "CREATE DATABASE empty");
            codeb.restores().run(RestoreRequest.of(backup).into("empty").intoExisting());
            server.crash();
            assertThat(server.sql("empty", "SELECT count(*) FROM item")).isEqualTo("100");
        }
    }
}
