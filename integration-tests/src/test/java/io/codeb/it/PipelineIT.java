package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.CodeB;
import io.codeb.deploy.Application;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployFailedException;
import io.codeb.deploy.DeployListener;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployReport.Outcome;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.deploy.DeployStep;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.MigrationStatus;
import io.codeb.deploy.PrismaMigration;
import io.codeb.deploy.Release;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A web application of Node.js, with Prisma's migrations, is deployed while somebody asks it all the while. */
@Timeout(600)
class PipelineIT extends DeployedApplication {
    private static final String USERS =
            "CREATE TABLE users (id int PRIMARY KEY);\nINSERT INTO users SELECT generate_series(1, 10);\n";
    private static final String MAIL = "ALTER TABLE users ADD mail text;\n";

    @BeforeEach
    void write() throws IOException {
        put(
                "work/Containerfile",
                "FROM " + IMAGES + "/migrators:1\nCOPY . /app\n"
                        + "RUN ln -s /opt/node_modules node_modules\nCMD [\"node\", \"server.js\"]\n");
        put("work/prisma.config.mjs", PrismaIT.resource("prisma.config.mjs"));
        put("work/prisma/schema.prisma", PrismaIT.resource("schema.prisma"));
        put("work/prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        migration("1_users", USERS);
    }

    @Override
    String page() {
        return "/";
    }

    private static Application application(Path directory, CodeB codeb) {
        String url = "postgresql://" + PostgresServer.USER + ":"
                + URLEncoder.encode(PostgresServer.PASSWORD, StandardCharsets.UTF_8)
                        .replace("+", "%20") + "@"
                + address(codeb) + ":5432/" + codeb.project(PROJECT).database();
        return application(directory)
                .container(
                        spec -> spec.withSecret("DATABASE_URL", Secret.of(url)).withMemory(512L << 20))
                .guard(container -> GuardRequest.of(PROJECT)
                        .migrate(PrismaMigration.of(
                                DeployCommand.in(container, "node", "node_modules/prisma/build/index.js"))))
                .healthy("/health")
                .keepingImages(2)
                .within(Duration.ofSeconds(15));
    }

    @Override
    Application application() {
        return application(directory, codeb);
    }

    private void migration(String name, String sql) throws IOException {
        put("work/prisma/migrations/" + name + "/migration.sql", sql);
    }

    private void withoutMigration(String name) throws IOException {
        Files.delete(work().resolve("prisma/migrations/" + name + "/migration.sql"));
        Files.delete(work().resolve("prisma/migrations/" + name));
    }

    /** A version that says its number and how many users there are, and is well where they have what it asks for. */
    private void version(String version, String column) throws IOException, GitAPIException {
        put(
                "work/server.js",
                PrismaIT.resource("server.js").replace("@version@", version).replace("@column@", column));
        commit(version);
    }

    private DeployReport firstVersion() throws IOException, GitAPIException {
        version("v1", "id");
        DeployReport first = deploy();
        visitors.begin();
        visitors.await("v1 10");
        return first;
    }

    @Test
    void aVersionFollowsAnotherWithoutALostRequestAndIsBroughtBackWithItsDatabase() throws Exception {
        Release first = firstVersion().release().orElseThrow();
        migration("2_mail", MAIL + "INSERT INTO users VALUES (11, 'x');\n");
        version("v2", "mail");

        DeployReport report = deploy();

        visitors.await("v2 11");
        assertThat(visitors.failures()).isEmpty();
        assertThat(containers()).containsExactly(report.container());
        Release second = report.release().orElseThrow();
        assertThat(first.heads()).contains(List.of("1_users"));
        assertThat(second.heads()).contains(List.of("2_mail"));
        assertThat(second.backup()).isPresent();

        DeployReport back = DeployService.of(codeb)
                .rollback(application(), first.number(), ReleaseDatabase.TOGETHER, new Cancellation());

        visitors.awaitMore();
        assertThat(visitors.failing()).isLessThan(Duration.ofSeconds(2));
        assertThat(back.release().orElseThrow().heads()).isEqualTo(first.heads());
        assertThat(back.release().orElseThrow().image()).isEqualTo(first.image());
        assertThat(server.sql(database, "SELECT count(*) FROM users")).isEqualTo("10");
        assertThat(back.guard().orElseThrow().kept()).isPresent();
        assertThat(containers()).containsExactly(back.container());
        assertThat(DeployService.of(codeb).releases(PROJECT).releases()).hasSize(3);
    }

    @Test
    void aMigrationThatFailsHalfWayAndAVersionThatIsNeverWellLeaveTheOldOne() throws Exception {
        DeployReport first = firstVersion();
        String before = server.content(database);
        migration("2_mail", MAIL);
        migration("3_half", MigratorContract.HALF);
        version("v2", "mail");

        DeployFailedException halfWay = fails(ErrorCode.MIGRATION_FAILED);

        assertThat(halfWay).hasMessageContaining("3_half (P3018)").hasMessageContaining("nowhere");
        assertThat(halfWay.hint()).contains("needs no resolve");
        GuardReport guard = halfWay.report().guard().orElseThrow();
        assertThat(guard.outcome()).isEqualTo(GuardReport.Outcome.ROLLED_BACK);
        assertThat(guard.migrations().get(0).after())
                .isEqualTo(MigrationStatus.of(List.of("1_users", "2_mail"), List.of("3_half")));
        visitors.awaitMore();
        assertThat(visitors.failing()).isLessThan(Duration.ofSeconds(2));
        assertThat(server.content(database)).isEqualTo(before);
        withoutMigration("3_half");
        version("v3", "phone");

        DeployFailedException ill = fails(ErrorCode.PROBE_FAILED);

        assertThat(ill.report().guard().orElseThrow().outcome()).isEqualTo(GuardReport.Outcome.ROLLED_BACK);
        assertThat(server.content(database)).isEqualTo(before);
        assertThat(containers()).containsExactly(first.container());
        visitors.awaitMore();
        assertThat(visitors.answers()).containsExactly("v1 10");
        assertThat(visitors.failing()).isLessThan(Duration.ofSeconds(2));
    }

    /** The deployment that is killed in the middle, when a step is noted. */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        try (CodeB codeb = codeb(directory, args[1], args[2])) {
            DeployReport unused = DeployService.of(codeb)
                    .listener(new DeployListener() {
                        @Override
                        public void step(DeployStep step) {
                            if (step == DeployStep.valueOf(args[3])) {
                                beKilled();
                            }
                        }
                    })
                    .deploy(application(directory, codeb), image(directory));
        }
    }

    private static void beKilled() {
        try {
            Process killer = new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start();
            throw new AssertionError("kill has ended with " + killer.waitFor() + ", and this goes on");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void dieIn(DeployStep step) throws Exception {
        Path log = directory.resolve("log");
        Process child = ChildJvm.start(
                PipelineIT.class,
                log,
                directory.toString(),
                server.container().getContainerId(),
                database,
                step.name());
        assertThat(child.waitFor()).as(Files.readString(log)).isEqualTo(137);
    }

    private DeployReport recovered() {
        DeployService service = DeployService.of(codeb);
        DeployReport report = service.recover(application(), new Cancellation()).orElseThrow();
        assertThat(service.recover(application(), new Cancellation())).isEmpty();
        return report;
    }

    @Test
    void whoeverIsKilledAtAStepLeavesWhatIsFinishedOrUndoneWhileTheOldVersionServes() throws Exception {
        DeployReport first = firstVersion();
        String before = server.content(database);
        migration("2_mail", MAIL);
        version("v2", "phone");
        for (DeployStep step : List.of(DeployStep.BUILD, DeployStep.START, DeployStep.GUARD, DeployStep.UNDO)) {
            dieIn(step);
            assertThat(recovered().outcome()).as("killed in " + step).isEqualTo(Outcome.UNDONE);
            assertThat(containers()).containsExactly(first.container());
            assertThat(server.content(database)).isEqualTo(before);
        }
        visitors.awaitMore();
        assertThat(visitors.answers()).containsExactly("v1 10");
        version("v3", "mail");

        dieIn(DeployStep.SWITCH);
        DeployReport second = recovered();
        assertThat(second.outcome()).isEqualTo(Outcome.RELEASED);
        visitors.await("v3 10");

        version("v4", "mail");
        dieIn(DeployStep.FINISH);
        DeployReport third = recovered();
        assertThat(third.outcome()).isEqualTo(Outcome.RELEASED);
        visitors.await("v4 10");
        assertThat(containers()).containsExactly(third.container());
        assertThat(DeployService.of(codeb).releases(PROJECT).releases())
                .hasSize(3)
                .allMatch(each -> each.backup().isPresent());
        assertThat(visitors.failing()).isLessThan(Duration.ofSeconds(2));
        assertThat(image(second)).isNotEqualTo(image(third));
        assertThatThrownBy(() -> image(first))
                .isInstanceOfSatisfying(
                        CodeBException.class, gone -> assertThat(gone.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND));
    }

    private String image(DeployReport report) {
        return manager().imageId(report.release().orElseThrow().image());
    }
}
