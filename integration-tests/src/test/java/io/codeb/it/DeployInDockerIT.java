package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.deploy.Application;
import io.codeb.deploy.DeployFailedException;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.Release;
import io.codeb.deploy.SqlMigration;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is built, guarded, switched and brought back in Podman is so in Docker, too. */
@Timeout(180)
class DeployInDockerIT extends DeployedContract {
    @RegisterExtension
    static final DockerEngine DOCKER = DockerEngine.shared();

    private static final String SERVING = "exec busybox httpd -f -p 8080 -h /www";

    private static DockerPostgres postgres;

    @BeforeAll
    static void startServer() {
        postgres = DockerPostgres.start(DOCKER);
    }

    @AfterAll
    static void removeServer() {
        postgres.close();
    }

    @Override
    RuntimeConfig engine() {
        return DOCKER.runtime();
    }

    @Override
    String server() {
        return postgres.container();
    }

    @Override
    String sql(String name, String statements) {
        return postgres.sql(name, statements);
    }

    @Override
    String newDatabase() {
        postgres.sql("postgres", "CREATE DATABASE app");
        return "app";
    }

    @Override
    String page() {
        return "/";
    }

    @Override
    Application application() {
        String address = address(codeb);
        return application(directory)
                .container(spec -> spec.withEnvironment("PGHOST", address)
                        .withEnvironment("PGUSER", PostgresServer.USER)
                        .withEnvironment("PGDATABASE", database)
                        .withSecret("PGPASSWORD", Secret.of(PostgresServer.PASSWORD)))
                .guard(container -> GuardRequest.of(PROJECT).migrate(SqlMigration.in(directory.resolve("migrations"))))
                .within(Duration.ofSeconds(3));
    }

    /** A version that says its number and how many users it has found when it started, if it is run like that. */
    private void version(String version, String run) throws IOException, GitAPIException {
        put(
                "work/Containerfile",
                "FROM " + IMAGES + "/minimal:1 AS tools\nFROM " + IMAGES + "/postgres:15\n"
                        + "COPY --from=tools /bin/busybox /usr/local/bin/busybox\nCOPY serve.sh /serve.sh\n"
                        + "ENTRYPOINT []\nCMD [\"/serve.sh\"]\n");
        put(
                "work/serve.sh",
                "#!/bin/sh -e\nmkdir /www\npsql -XAtqc \"SELECT '" + version
                        + " ' || count(*) FROM users\" >/www/index.html\n" + run + "\n");
        assertThat(work().resolve("serve.sh").toFile().setExecutable(true)).isTrue();
        commit(version);
    }

    @Test
    void aVersionFollowsAnotherOrIsUndoneOrIsBroughtBackWithItsDatabase() throws Exception {
        sql(database, "CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10)");
        put("migrations/1.sql", "INSERT INTO users VALUES (11)");
        version("v1", SERVING);
        Release first = deploy().release().orElseThrow();
        visitors.begin();
        visitors.await("v1 10");
        put("migrations/2.sql", "INSERT INTO users VALUES (12)");
        version("v2", SERVING);

        DeployReport second = deploy();

        visitors.await("v2 11");
        assertThat(visitors.failures()).isEmpty();
        assertThat(users()).isEqualTo("12");
        assertThat(containers()).containsExactly(second.container());

        put("migrations/3.sql", "DELETE FROM users WHERE id > 5");
        version("v3", "exec sleep 1000");

        DeployFailedException silent = fails(ErrorCode.PROBE_FAILED);

        assertThat(silent).hasMessageContaining("nobody answers");
        assertThat(silent.report().guard().orElseThrow().outcome()).isEqualTo(GuardReport.Outcome.ROLLED_BACK);
        visitors.awaitMore();
        assertThat(visitors.failures()).isEmpty();
        assertThat(users()).isEqualTo("12");
        assertThat(containers()).containsExactly(second.container());

        DeployReport back = DeployService.of(codeb)
                .rollback(application(), first.number(), ReleaseDatabase.TOGETHER, new Cancellation());

        visitors.await("v1 12");
        assertThat(visitors.failures()).isEmpty();
        assertThat(visitors.answers()).containsExactly("v1 10", "v1 12", "v2 11");
        assertThat(back.release().orElseThrow().image()).isEqualTo(first.image());
        assertThat(back.release().orElseThrow().heads()).isEqualTo(first.heads());
        assertThat(users()).isEqualTo("11");
        assertThat(containers()).containsExactly(back.container());
    }

    private String users() {
        return sql(database, "SELECT count(*) FROM users");
    }
}
