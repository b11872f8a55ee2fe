package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FilterRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeInfo;
import io.codeb.spi.runtime.RuntimeProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which programs a run starts in the container: each costs a tenth of a second, so none joins them unseen. */
class ProgramsIT {
    private static final PostgresServer SERVER = PostgresServer.shared(15);
    private static final String COUNTED = "counted";

    @TempDir
    Path directory;

    private final List<String> programs = new CopyOnWriteArrayList<>();
    private Project reachable;
    private CodeB codeb;

    @BeforeEach
    void makeDatabase() {
        RuntimeConfig podman = PostgresServer.runtime();
        reachable = SERVER.project()
                .runtime(
                        RuntimeConfig.of(COUNTED).withEndpoint(podman.endpoint().orElseThrow()));
        SERVER.createDatabase(reachable.database());
        SERVER.sql(reachable.database(), "CREATE TABLE t AS SELECT 1 AS a");
        codeb = of(reachable);
    }

    private CodeB of(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory))
                .runtime(new Counted())
                .project(project)
                .build();
    }

    @AfterEach
    void close() {
        codeb.close();
    }

    @Test
    void aBackupIsPgDumpAloneWhereTheServerCanBeReached() {
        codeb.backups().run("shop");

        assertThat(programs).containsExactly("pg_dump");
    }

    @Test
    void aBackupAsksOnePsqlWhereTheServerCannotBeReached() {
        // An address of the container's network, which is not known to be reachable from here.
        String address = SERVER.run("hostname", "-i").strip();
        try (CodeB inside = of(reachable.server(address, 5432))) {
            inside.backups().run("shop");
        }

        assertThat(programs).containsExactly("psql", "pg_dump");
    }

    @Test
    void globalsTakePgDumpallToo() {
        codeb.backups().run(BackupRequest.of("shop").withGlobals());

        assertThat(programs).containsExactly("pg_dump", "pg_dumpall");
    }

    @Test
    void aRestoreTakesThePsqlsThatTheDocumentsName() {
        BackupId backup = codeb.backups().run("shop").id();
        programs.clear();

        codeb.restores().run(RestoreRequest.of(backup).into(reachable.database() + "_new"));
        assertThat(programs).containsExactly("psql", "sh", "psql", "psql", "psql", "psql");

        programs.clear();
        codeb.restores()
                .run(RestoreRequest.of(backup)
                        .into(reachable.database() + "_new")
                        .replacing(Duration.ZERO));
        assertThat(programs).containsExactly("psql", "sh", "psql", "psql", "psql", "psql", "psql");
    }

    /** Podman, whose commands are noted. */
    private final class Counted implements RuntimeProvider {
        @Override
        public String id() {
            return COUNTED;
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            return new FilterRuntime(Installed.runtime("podman", config)) {
                @Override
                public String id() {
                    return COUNTED;
                }

                @Override
                public RuntimeInfo info() {
                    programs.add("a look at the service, which takes Podman longer than a program");
                    return super.info();
                }

                @Override
                public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
                    programs.add(spec.command().get(0));
                    return super.exec(container, spec, cancellation);
                }

                @Override
                public boolean endRun(String container, String run) {
                    programs.add("the end of " + run);
                    return super.endRun(container, run);
                }
            };
        }
    }
}
