package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.Project;
import io.codeb.error.ConfigException;
import io.codeb.model.BackupId;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Drills are made in another runtime than the one of the project, where it says so. */
@Timeout(180)
class DrillInDockerIT {
    @RegisterExtension
    static final DockerEngine DOCKER = DockerEngine.shared();

    private final PostgresServer server = PostgresServer.shared("postgres:15");

    @TempDir
    Path directory;

    private BackupId backUp(CodeB codeb, Project project) {
        server.createDatabase(project.database());
        server.sql(project.database(), "CREATE TABLE t AS SELECT g FROM generate_series(1, 1000) g");
        return codeb.backups().run("shop").id();
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory))
                .project(project)
                .build();
    }

    @Test
    void aBackupIsProvenWhereTheProjectSays() {
        Project project = server.project().drillsIn(DOCKER.runtime());
        try (CodeB codeb = codeb(project);
                ContainerRuntime docker = Installed.runtime(DOCKER.runtime())) {
            BackupId backup = backUp(codeb, project);

            DrillResult result = codeb.drills()
                    .run(DrillRequest.of(backup)
                            .image(PostgresServer.environment("CODEB_TEST_IMAGES") + "/postgres:15")
                            .withoutLimits());

            assertThat(result.totalRows()).isEqualTo(1_000);
            assertThat(docker.manager().orElseThrow().find(Map.of("io.codeb.kind", "drill")))
                    .isEmpty();
        }
    }

    @Test
    void aRuntimeThatMakesNoContainersIsRefused() {
        Project project = server.project().drillsIn(RuntimeConfig.of("host"));
        try (CodeB codeb = codeb(project)) {
            BackupId backup = backUp(codeb, project);

            ConfigException refusal = catchThrowableOfType(
                    ConfigException.class, () -> codeb.drills().run(backup));

            assertThat(refusal).hasMessageContaining("makes no containers");
        }
    }
}
