package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
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
 * A server that crashes forgets what was committed without a wait. It writes its WAL seldom here, so that it forgets
 * whatever nobody has waited for.
 */
class CrashedServerIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithSettings("-c wal_writer_delay=10s -c wal_writer_flush_after=0");
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
            codeb.restores().run(RestoreRequest.of(backup).into("fresh"));
        }
        String expected = server.content("app");
        assertThat(server.content("fresh")).isEqualTo(expected);
        int programs = never.started().get();
        assertThat(programs).isGreaterThan(3);
        int done = 0;
        for (int at = 1; at <= programs; at++) {
            server.sql("postgres", "DROP DATABASE IF EXISTS fresh");
            try (CodeB codeb = codeb(new Crashing(at))) {
                codeb.restores().run(RestoreRequest.of(backup).into("fresh"));
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
}
