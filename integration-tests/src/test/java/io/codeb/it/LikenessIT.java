package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.tck.fault.FaultyRuntime;
import io.codeb.tck.fault.RuntimeFault;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restored database is what it was besides its objects, or it is not there. */
class LikenessIT {
    @TempDir
    Path directory;

    /** A runtime of this host whose commands go wrong. */
    private record Faulty(RuntimeFault fault) implements RuntimeProvider {
        @Override
        public String id() {
            return "faulty";
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            return FaultyRuntime.around(Installed.runtime("host", config)).with(fault);
        }
    }

    @Test
    void aServerThatDiesDoesNotRefuseASetting() {
        try (HostPostgres server = HostPostgres.start()) {
            server.sql("postgres", "CREATE DATABASE app");
            server.sql("app", "CREATE TABLE t AS SELECT 1 AS n");
            server.sql("postgres", "ALTER DATABASE app SET work_mem = '5MB'; COMMENT ON DATABASE app IS 'the shop'");
            RuntimeFault dying = RuntimeFault.whenTold("work_mem", () -> {
                server.kill();
                server.startAgain();
            });
            try (CodeB codeb = CodeB.builder()
                    .runtime(new Faulty(dying))
                    .repository(BackupRepository.at(directory))
                    .project(server.project("app").container("host").runtime(RuntimeConfig.of("faulty")))
                    .build()) {
                BackupId backup = codeb.backups().run("shop").id();

                CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                        .run(RestoreRequest.of(backup).into("copy")));

                assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
                assertThat(server.sql(
                                "postgres",
                                "SELECT count(*) FROM pg_database WHERE datname = 'copy'"
                                        + " OR datname LIKE 'codeb%'"))
                        .isEqualTo("0");

                codeb.restores().run(RestoreRequest.of(backup).into("copy"));
                assertThat(server.sql("copy", "SHOW work_mem")).isEqualTo("5MB");
            }
        }
    }
}
