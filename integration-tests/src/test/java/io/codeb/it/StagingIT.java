package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.Project;
import io.codeb.deploy.BackupSource;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.DeployException;
import io.codeb.deploy.DeployGuard;
import io.codeb.deploy.GuardEvent;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.Probe;
import io.codeb.deploy.Staging;
import io.codeb.deploy.StagingReport;
import io.codeb.deploy.StagingRequest;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Staging gets the data of production without what is private, or keeps its own; and a deployment what was named. */
@Timeout(180)
class StagingIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    private CodeB codeb;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
        server.sql("postgres", "CREATE ROLE staging LOGIN CREATEDB PASSWORD 'p2'; CREATE ROLE production");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabases() {
        server.sql("postgres", "CREATE DATABASE app OWNER production");
        server.sql("postgres", "CREATE DATABASE app_staging OWNER staging");
        server.sql(
                "app",
                "SET ROLE production; CREATE TABLE customers (id int PRIMARY KEY, email text);"
                        + " INSERT INTO customers SELECT n, 'name' || n || '@example.com'"
                        + " FROM generate_series(1, 50) n");
        server.sql("app_staging", "SET ROLE staging; CREATE TABLE customers (id int, email text)");
        codeb = codeb(server.port(), directory);
    }

    private static CodeB codeb(int port, Path directory) {
        Project production = HostPostgres.project(port, "app");
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(production)
                .project(Project.postgresql("staging")
                        .server(production.host().orElseThrow(), production.port())
                        .database("app_staging")
                        .user("staging")
                        .password(Secret.of("p2"))
                        .tools(production.tools().orElseThrow()))
                .build();
    }

    @AfterEach
    void nothingIsLeft() {
        codeb.close();
        Aftermath.dropKept(server::sql);
        server.sql("postgres", "DROP DATABASE app");
        server.sql("postgres", "DROP DATABASE app_staging");
        Aftermath.noThreadIsLeft();
    }

    private static String customers(String database) {
        return server.sql(
                database,
                "SELECT count(*) || ' ' || count(*) FILTER (WHERE email LIKE '%@example.invalid') FROM customers");
    }

    private static StagingRequest request() {
        return StagingRequest.of("shop", "staging")
                .restoring(restore -> restore.mapRole("production", "staging")
                        .afterLoad("UPDATE customers SET email = 'customer' || id || '@example.invalid'"))
                .test(Probe.sql("SELECT count(*) = 0 FROM customers WHERE email NOT LIKE '%@example.invalid'"));
    }

    @Test
    void stagingHasTheDataOfProductionWithoutWhatIsPrivate() {
        StagingReport report = Staging.of(codeb).run(request().test(Probe.command(DeployCommand.onHost("true"))));

        assertThat(report.guard().outcome()).isEqualTo(Outcome.KEPT);
        assertThat(report.backup().project()).isEqualTo("shop");
        assertThat(customers("app_staging")).isEqualTo("50 50");
        assertThat(customers("app")).isEqualTo("50 0");
        assertThat(server.sql("app_staging", "SELECT tableowner FROM pg_tables WHERE tablename = 'customers'"))
                .isEqualTo("staging");
    }

    @Test
    void whereATestFailsStagingHasItsOwnDatabaseAgain() {
        GuardFailedException failure = catchThrowableOfType(GuardFailedException.class, () -> Staging.of(codeb)
                .run(request().test(Probe.command(DeployCommand.onHost("false")))));

        assertThat(failure.code()).isEqualTo(ErrorCode.PROBE_FAILED);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(customers("app_staging")).isEqualTo("0 0");
        assertThat(customers("app")).isEqualTo("50 0");
    }

    /** A run that dies when it has restored. */
    public static void main(String[] args) {
        try (CodeB dying = codeb(Integer.parseInt(args[0]), Path.of(args[1]))) {
            StagingReport unused = Staging.of(dying)
                    .listener(event -> {
                        if (event instanceof GuardEvent.StepBegan began && began.kind() == GuardStep.Kind.PROBE) {
                            Runtime.getRuntime().halt(137);
                        }
                    })
                    .run(request());
        }
    }

    @Test
    void whatARunHasLeftThatHasDiedIsUndoneByTheNext() throws Exception {
        Path log = directory.resolve("log");
        Process dead = ChildJvm.start(StagingIT.class, log, Integer.toString(server.port()), directory.toString());
        assertThat(dead.waitFor()).as(Files.readString(log)).isEqualTo(137);
        assertThat(customers("app_staging")).isEqualTo("50 50");
        GuardFailedException failure = catchThrowableOfType(GuardFailedException.class, () -> Staging.of(codeb)
                .run(request().test(Probe.command(DeployCommand.onHost("false")))));

        assertThat(failure.code()).isEqualTo(ErrorCode.PROBE_FAILED);
        assertThat(customers("app_staging")).isEqualTo("0 0");
    }

    @Test
    void whatAnotherDeploymentHasLeftOfStagingIsNotUndone() {
        try (Journal journal = codeb.openJournal("staging", "guard")) {
            journal.note(Map.of(
                    "id", "5f0c0f0e-6f3d-4a53-9a8e-0d3f6c7f9e41",
                    "step", "MIGRATE",
                    "at", "2026-01-02T03:04:05Z",
                    "changed", "true",
                    "keptBefore", "",
                    "keep", "PT0S",
                    "probes", ""));
        }
        assertThatThrownBy(() -> Staging.of(codeb).run(request()))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_UNFINISHED));
        assertThat(codeb.catalog().list("shop")).isEmpty();
        assertThat(DeployGuard.of(codeb).accept("staging")).isTrue();
    }

    @Test
    void productionIsNotItsOwnStaging() {
        assertThatThrownBy(() -> Staging.of(codeb).run(StagingRequest.of("shop", "shop")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is that of");
    }

    private GuardReport deployed(BackupSource source) {
        return DeployGuard.of(codeb).run(GuardRequest.of("shop").restoreFrom(source));
    }

    @Test
    void aDeploymentRestoresWhatWasNamedAndNothingElse() throws IOException {
        Path dump = directory.resolve("dump.sql");
        Files.writeString(dump, "CREATE TABLE customers (id int, email text);\n");
        assertThat(deployed(BackupSource.parse(dump.toString())).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(customers("app")).isEqualTo("0 0");

        Files.write(dump, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        GuardFailedException noDump =
                catchThrowableOfType(GuardFailedException.class, () -> deployed(BackupSource.of(dump)));
        assertThat(noDump.code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
        assertThat(noDump.report().outcome()).isEqualTo(Outcome.UNTOUCHED);

        BackupRef others = codeb.backups().run("staging").ref();
        assertThatThrownBy(() -> deployed(BackupSource.parse(others.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not one of the database of project shop");
        assertThat(customers("app")).isEqualTo("0 0");
    }

    @Test
    void aDumpThatHasNoneOfTheTablesIsNotTakenUnlessThatIsMeant() throws IOException {
        server.sql("app", "CREATE TABLE flyway_schema_history (installed_rank int)");
        Path dump = Files.writeString(
                directory.resolve("dump.sql"),
                "CREATE TABLE articles (id int);\nCREATE TABLE flyway_schema_history (installed_rank int);\n");

        GuardFailedException unrelated =
                catchThrowableOfType(GuardFailedException.class, () -> deployed(BackupSource.of(dump)));

        assertThat(unrelated.code()).isEqualTo(ErrorCode.DUMP_UNRELATED);
        assertThat(unrelated).hasMessageContaining("it has public.articles, and there were public.customers");
        assertThat(unrelated.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(customers("app")).isEqualTo("50 0");

        GuardReport report = DeployGuard.of(codeb)
                .run(GuardRequest.of("shop").allowingUnrelatedDump().restoreFrom(BackupSource.of(dump)));
        assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(server.sql("app", "SELECT count(*) FROM articles")).isEqualTo("0");
    }

    @Test
    void aDatabaseWithoutTablesTakesAnyDump() throws IOException {
        server.sql("app", "DROP TABLE customers; CREATE TABLE codeb_migrations (name text)");
        Path dump = Files.writeString(directory.resolve("dump.sql"), "CREATE TABLE articles (id int);\n");
        assertThat(deployed(BackupSource.of(dump)).outcome()).isEqualTo(Outcome.KEPT);
    }

    @Test
    void aDumpIsFetchedFromARealS3Store() {
        String url = DumpOnS3.put("CREATE TABLE customers AS SELECT 1 AS id, 'a@example.com'::text AS email;\n");
        BackupSource there = s3(url, "SK");

        assertThat(refused(there.atMost(10)).code()).isEqualTo(ErrorCode.SOURCE_UNUSABLE);
        assertThat(refused(there.sha256("0".repeat(64))).code()).isEqualTo(ErrorCode.SOURCE_UNUSABLE);
        assertThat(refused(s3(url.replace("shop.sql", "other.sql"), "SK")).code())
                .isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
        assertThat(refused(s3(url, "wrong")).code()).isEqualTo(ErrorCode.STORAGE_DENIED);
        assertThat(customers("app")).isEqualTo("50 0");

        assertThat(deployed(there).outcome()).isEqualTo(Outcome.KEPT);
        assertThat(customers("app")).isEqualTo("1 0");
        Aftermath.noSourceIsLeft();
    }

    @Test
    void aStoreAtAPrivateAddressIsNotAskedUnlessThatIsMeant() throws IOException {
        try (ServerSocket store = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "s3://bucket/shop.sql?attempts=1&endpoint=https://127.0.0.1:" + store.getLocalPort();
            BackupSource there = BackupSource.parse(url)
                    .secret("access-key", Secret.of("AK"))
                    .secret("secret-key", Secret.of("SK"));
            CodeBException denied = refused(there);
            assertThat(denied.code()).isEqualTo(ErrorCode.SOURCE_DENIED);
            assertThat(denied.hint()).contains("allowingPrivateAddresses()");
            CodeBException unknown = refused(BackupSource.parse(url.replace("127.0.0.1", "no-such-host.invalid"))
                    .secret("access-key", Secret.of("AK"))
                    .secret("secret-key", Secret.of("SK")));
            assertThat(unknown.code()).isEqualTo(denied.code());
            assertThat(unknown).hasMessage(denied.getMessage());
            assertThat(refused(BackupSource.parse(url.replace("https", "http"))).code())
                    .isEqualTo(ErrorCode.CONFIG_INVALID);
        }
        assertThat(customers("app")).isEqualTo("50 0");
        Aftermath.noSourceIsLeft();
    }

    private static BackupSource s3(String url, String secretKey) {
        return BackupSource.parse(url)
                .secret("access-key", Secret.of("AK"))
                .secret("secret-key", Secret.of(secretKey))
                .allowingPrivateAddresses();
    }

    private CodeBException refused(BackupSource source) {
        return catchThrowableOfType(CodeBException.class, () -> deployed(source));
    }
}
