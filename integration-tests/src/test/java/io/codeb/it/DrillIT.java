package io.codeb.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CleanUpReport;
import io.codeb.CodeB;
import io.codeb.DrillHistory;
import io.codeb.DrillRequest;
import io.codeb.DrillResult;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.Run;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.tck.io.BytesSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup is proven in a container of its own, of which nothing is left, however the drill has ended. */
@Timeout(180)
class DrillIT {
    /** No other test's: whoever cleans up after a project ends its drills. */
    static final String PROJECT = "drilled-" + ChildJvm.RUN;

    private static final String IMAGES = "localhost/codeb-test/";
    private static final String SOURCE = "drill_source";
    private static final String SLOW = "drill_slow";

    private static PostgresServer server;
    private static PostgresServer extended;
    private static ContainerRuntime podman;
    private static ContainerManager manager;

    @TempDir
    Path directory;

    private List<String> volumesBefore = List.of();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void makeDatabases() {
        server = PostgresServer.shared("postgres:15");
        extended = PostgresServer.shared("postgres-extensions:17");
        podman = Installed.runtime(PostgresServer.runtime());
        manager = podman.manager().orElseThrow();
        server.createDatabase(SOURCE);
        server.sql("postgres", "CREATE ROLE \"drill's reader\"");
        server.sql(
                SOURCE,
                "CREATE TABLE t AS SELECT g, md5(g::text) AS filler FROM generate_series(1, 50000) g;"
                        + " ALTER TABLE t ADD PRIMARY KEY (g); GRANT SELECT ON t TO \"drill's reader\";"
                        + " CREATE TABLE empty (); SELECT lo_from_bytea(0, '\\xcafe')");
        server.createDatabase(SLOW);
        server.sql(SLOW, StuckDrill.slowView(SLOW));
    }

    @AfterAll
    static void dropThem() {
        server.sql("postgres", "DROP DATABASE " + SOURCE);
        server.sql("postgres", "DROP DATABASE " + SLOW);
        server.sql("postgres", "DROP ROLE \"drill's reader\"");
        podman.close();
    }

    @BeforeEach
    void lookAtVolumes() {
        volumesBefore = volumes();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(containers()).isEmpty();
        // What another test's container comes and goes with has none for a moment.
        Aftermath.eventually(
                () -> volumes().stream()
                        .filter(volume -> !volumesBefore.contains(volume))
                        .toList(),
                List.of());
        assertThat(Aftermath.filesBelow(directory.resolve("repository/_runs"))).isEmpty();
        Aftermath.noThreadIsLeft();
    }

    private static List<ContainerInfo> containers() {
        return manager.find(Map.of("io.codeb.kind", "drill", "io.codeb.project", PROJECT));
    }

    /** Those that no container has: what others have is theirs. */
    private static List<String> volumes() {
        return podman("volume", "ls", "--quiet", "--filter=dangling=true")
                .lines()
                .sorted()
                .toList();
    }

    private static String podman(String... words) {
        List<String> command = new ArrayList<>(List.of(PostgresServer.environment("CODEB_TEST_PODMAN")));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CodeB codeb(Project project) {
        return codeb(project, Clock.systemUTC());
    }

    private CodeB codeb(Project project, Clock clock) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(project)
                .clock(clock)
                .listener(events::add)
                .build();
    }

    private static CodeBException failure(CodeB codeb, DrillRequest request) {
        CodeBException failure =
                catchThrowableOfType(CodeBException.class, () -> codeb.drills().run(request));
        assertThat(failure).as("the drill fails").isNotNull();
        return failure;
    }

    private static DrillHistory history(CodeB codeb) {
        return codeb.catalog().latest(PROJECT).map(Backup::drills).orElseThrow();
    }

    /** Asks a server of a drill, as its superuser on its own socket. */
    private static String sql(ContainerInfo container, String statement) {
        ExecSpec psql = ExecSpec.of("psql", "-X", "-A", "-t", "-U", "postgres", "-d", "postgres", "-c", statement);
        try (var session = podman.exec(container.id(), psql, new Cancellation());
                ByteSource out = session.stdout()) {
            return new String(BytesSource.readAll(out), UTF_8).strip();
        } catch (CodeBException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static ContainerInfo awaitTheSlowLoad() {
        Aftermath.eventually(() -> containers().size(), 1);
        ContainerInfo container = containers().get(0);
        Aftermath.eventually(
                () -> sql(container, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'REFRESH%'"), "1");
        return container;
    }

    @Test
    void aBackupIsProvenInTheImageItCameFromAndThatIsOnRecord() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            assertThat(codeb.catalog().list(PROJECT).get(0).provenAt()).isEmpty();

            DrillResult result = codeb.drills().run(backup);

            assertThat(result.image()).isEqualTo(IMAGES + "postgres:15");
            assertThat(result.imageId()).isEqualTo(manager.imageId(IMAGES + "postgres:15"));
            assertThat(result.server().major()).isEqualTo(15);
            assertThat(result.totalRows()).isEqualTo(50_000);
            assertThat(result.tables()).hasSize(2);
            assertThat(result.notices()).isEmpty();
            Backup listed = codeb.catalog().list(PROJECT).get(0);
            assertThat(listed.provenAt()).contains(result.finishedAt());
            assertThat(listed.drills().passed().orElseThrow().rows()).isEqualTo(50_000);
            assertThat(listed.drills().failed()).isEmpty();
            assertThat(codeb.catalog().verify(backup).orphans()).isEmpty();
        }
        assertThat(events)
                .filteredOn(event -> event.run().operation() == Operation.DRILL)
                .anySatisfy(event -> assertThat(event).isInstanceOf(Event.Finished.class))
                .filteredOn(Event.Stage.class::isInstance)
                .extracting(event -> ((Event.Stage) event).name())
                .containsExactly("read", "image", "start", "load", "build", "compare");
    }

    @Test
    void whatWasRestoredIsAskedAndReachedFromBesideOverLoopbackAlone() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            List<String> said = new ArrayList<>();

            DrillResult result = codeb.drills()
                    .run(
                            DrillRequest.of(backup).database(SOURCE),
                            (drilled, cancellation) -> {
                                QueryRequest count =
                                        QueryRequest.of(drilled.project().name(), "SELECT count(*) FROM t");
                                said.add(String.valueOf(codeb.databases()
                                        .query(count, cancellation)
                                        .rows()));
                                ContainerInfo beside = drilled.runBeside(
                                        ContainerSpec.of(drilled.image())
                                                .withEntryPoint("sleep")
                                                .withCommand("600"),
                                        cancellation);
                                said.add(said(
                                        beside,
                                        "psql -X -A -t -h 127.0.0.1 -U postgres -d " + SOURCE
                                                + " -c 'SELECT count(*) FROM t'; ls /sys/class/net"));
                            },
                            new Cancellation());

            assertThat(said).containsExactly("[[50000]]", "50000\nlo");
            assertThat(result.totalRows()).isEqualTo(50_000);
        }
    }

    private static String said(ContainerInfo container, String words) {
        try (var session = podman.exec(container.id(), ExecSpec.of("sh", "-c", words), new Cancellation());
                ByteSource out = session.stdout()) {
            return new String(BytesSource.readAll(out), UTF_8).strip();
        }
    }

    @Test
    void aBackupInPiecesIsProvenInANewerImageWithItsDataInMemory() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE).option("bulk-table", "1"))) {
            BackupId backup = codeb.backups()
                    .run(BackupRequest.of(PROJECT).parallel().withChecksums())
                    .id();

            DrillResult result = codeb.drills()
                    .run(DrillRequest.of(backup).image(IMAGES + "postgres:17").inMemory(512 << 20));

            assertThat(result.server().major()).isEqualTo(17);
            assertThat(result.totalRows()).isEqualTo(50_000);
            assertThat(result.checksums()).isEqualTo(2);
            assertThat(codeb.catalog()
                            .list(PROJECT)
                            .get(0)
                            .drills()
                            .passed()
                            .orElseThrow()
                            .checksums())
                    .isEqualTo(2);
        }
    }

    @Test
    void theContainerHasNoNetworkSaysWhoseItIsAndTellsNobodyItsPassword() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            Run<DrillResult> run = codeb.start(DrillRequest.of(backup));
            ContainerInfo container = awaitTheSlowLoad();

            assertThat(container.name()).isEqualTo("codeb-drill-" + run.id());
            assertThat(container.labels()).containsEntry("io.codeb.run", run.id());
            assertThat(container.ports()).isEmpty();
            assertThat(container.addresses()).isEmpty();
            assertThat(sql(container, "SELECT count(*) FROM pg_ls_dir('/sys/class/net') n WHERE n <> 'lo'"))
                    .isEqualTo("0");

            String password = podman("inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", container.id())
                    .lines()
                    .filter(variable -> variable.startsWith("POSTGRES_PASSWORD="))
                    .map(variable -> variable.substring("POSTGRES_PASSWORD=".length()))
                    .findFirst()
                    .orElseThrow();
            assertThat(password).hasSizeGreaterThan(40);
            assertThat(argumentsOfAllProcesses()).anyMatch(words -> words.contains("postgres"));
            assertThat(argumentsOfAllProcesses()).noneMatch(words -> words.contains(password));
            assertThat(manager.logs(container.id(), 1_000)).isNotEmpty().doesNotContain(password);

            run.cancel("that was all");
            assertThat(catchThrowableOfType(CancelledException.class, run::await))
                    .isNotNull();
            assertThat(history(codeb)).isEqualTo(DrillHistory.NONE);
        }
    }

    private static List<String> argumentsOfAllProcesses() throws IOException {
        List<String> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    all.add(Files.readString(process.resolve("cmdline"), ISO_8859_1));
                } catch (IOException e) {
                    // It has ended.
                }
            }
        }
        return all;
    }

    @Test
    void aContainerThatIsTakenAwayIsAnErrorAndNoneOfTheBackup() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            Run<DrillResult> run = codeb.start(DrillRequest.of(backup));
            manager.remove(awaitTheSlowLoad().id());

            CodeBException failure = catchThrowableOfType(CodeBException.class, run::await);

            assertThat(failure).isNotNull();
            assertThat(history(codeb).failed().orElseThrow().againstTheBackup())
                    .as("%s", failure)
                    .isFalse();
        }
    }

    @Test
    void aDamagedBackupFailsAndIsProvenNoMore() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            DrillResult unused = codeb.drills().run(backup);
            Path dump = Aftermath.filesBelow(directory.resolve("repository/" + PROJECT + "/" + backup)).stream()
                    .filter(file -> file.getFileName().toString().startsWith("dump"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(dump);
            bytes[bytes.length / 2] ^= 1;
            Files.write(dump, bytes);

            CodeBException failure = failure(codeb, DrillRequest.of(backup));

            assertThat(failure.code()).isIn(ErrorCode.DIGEST_MISMATCH, ErrorCode.CORRUPT);
            assertThat(history(codeb).passed()).isPresent();
            assertThat(history(codeb).failed().orElseThrow().stage()).isEqualTo("load");
            assertThat(history(codeb).failed().orElseThrow().code()).isEqualTo(failure.code());
            assertThat(history(codeb).provenAt()).isEmpty();
        }
    }

    @Test
    void aBackupThatNoKeyHereOpensFailsBeforeThereIsAContainer() {
        AgeKey key = AgeKey.make();
        BackupRepository repository =
                BackupRepository.at(directory.resolve("repository")).encryptTo(key.recipient());
        Project project = server.project(PROJECT, SOURCE);
        BackupId backup;
        try (CodeB codeb =
                CodeB.builder().repository(repository).project(project).build()) {
            backup = codeb.backups().run(PROJECT).id();
            assertThat(failure(codeb, DrillRequest.of(backup)).code()).isEqualTo(ErrorCode.KEY_MISSING);
            assertThat(history(codeb).failed().orElseThrow().againstTheBackup()).isFalse();
        }
        try (CodeB codeb = CodeB.builder()
                .repository(repository.identity(AgeKey.make().identity()))
                .project(project)
                .build()) {
            assertThat(failure(codeb, DrillRequest.of(backup)).code()).isEqualTo(ErrorCode.KEY_WRONG);
            assertThat(history(codeb).failed().orElseThrow().stage()).isEqualTo("read");
        }
        try (CodeB codeb = CodeB.builder()
                .repository(repository.identity(key.identity()))
                .project(project)
                .build()) {
            assertThat(codeb.drills().run(backup).totalRows()).isEqualTo(50_000);
            assertThat(history(codeb).provenAt()).isPresent();
        }
    }

    @Test
    void anImageThatIsNotThereIsNotPulled() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            DrillResult passed = codeb.drills().run(backup);

            CodeBException failure = failure(codeb, DrillRequest.of(backup).image("localhost/nobody-has/this:1"));

            assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
            assertThat(failure.hint()).contains("pull");
            assertThat(history(codeb).failed().orElseThrow().stage()).isEqualTo("image");
            assertThat(history(codeb).provenAt()).contains(passed.finishedAt());
        }
    }

    @Test
    void anImageOfNoServerIsTold() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();

            CodeBException failure = failure(codeb, DrillRequest.of(backup).image(IMAGES + "minimal:1"));

            assertThat(failure.code()).isIn(ErrorCode.CONTAINER_NOT_READY, ErrorCode.CONTAINER_REFUSED);
        }
    }

    @Test
    void anOlderImageIsTold() {
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE))) {
            BackupId backup = codeb.backups().run(PROJECT).id();

            CodeBException failure = failure(codeb, DrillRequest.of(backup).image(IMAGES + "postgres:13"));

            assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
            assertThat(history(codeb).failed().orElseThrow().againstTheBackup()).isFalse();
        }
    }

    @Test
    void anExtensionThatTheImageLacksIsNamed() {
        Project project = extended.project(PROJECT, "drill_extended");
        extended.createDatabase(project.database());
        extended.sql(project.database(), "CREATE EXTENSION postgis");
        try (CodeB codeb = codeb(project)) {
            BackupId backup = codeb.backups().run(PROJECT).id();

            CodeBException failure = failure(codeb, DrillRequest.of(backup).image(IMAGES + "postgres:17"));

            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_LACKS);
            assertThat(failure).hasMessageContaining("postgis");
            assertThat(codeb.drills().run(backup).notices()).isEmpty();
        }
        extended.sql("postgres", "DROP DATABASE \"" + project.database() + "\"");
    }

    @Test
    void aDiskThatIsFullIsTold() {
        Project project = server.project(PROJECT, "drill_large");
        server.createDatabase(project.database());
        server.sql(
                project.database(),
                "CREATE TABLE t AS SELECT repeat(md5(g::text), 30) AS filler FROM generate_series(1, 50000) g");
        try (CodeB codeb = codeb(project)) {
            BackupId backup = codeb.backups().run(PROJECT).id();

            CodeBException failure = failure(codeb, DrillRequest.of(backup).inMemory(90 << 20));

            assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_FULL);
            assertThat(history(codeb).failed().orElseThrow().againstTheBackup()).isFalse();
        }
        server.sql("postgres", "DROP DATABASE " + project.database());
    }

    @Test
    void aTimeThatIsOverIsTold() {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = codeb.backups().run(PROJECT).id();

            CodeBException failure = failure(codeb, DrillRequest.of(backup).limit(Duration.ofSeconds(8)));

            assertThat(failure.code()).isEqualTo(ErrorCode.EXEC_TIMEOUT);
            assertThat(failure).hasMessageContaining("8 s");
        }
    }

    /** As the kernel does where a container's memory is used up. */
    @Test
    void aServerWhoseProcessIsKilledHadTooLittleMemory() {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            Run<DrillResult> run = codeb.start(DrillRequest.of(backup));
            ContainerInfo container = awaitTheSlowLoad();
            String pid = sql(container, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'REFRESH%'");
            try (var session =
                    podman.exec(container.id(), ExecSpec.of("sh", "-c", "kill -9 " + pid), new Cancellation())) {
                assertThat(session.await()).isZero();
            }

            CodeBException failure = catchThrowableOfType(CodeBException.class, run::await);

            assertThat(failure.code()).isEqualTo(ErrorCode.CONTAINER_EXHAUSTED);
            assertThat(failure.hint()).contains("memory(");
        }
    }

    private StuckRun.Place place() {
        return new StuckRun.Place(
                "podman",
                PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                server.container().getContainerId());
    }

    private BackupId killADrill(CodeB codeb) throws Exception {
        BackupId backup = codeb.backups().run(PROJECT).id();
        Process child = StuckDrill.start(place(), directory.resolve("repository"), SLOW, backup);
        try {
            ContainerInfo unused = awaitTheSlowLoad();
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(containers()).hasSize(1);
        return backup;
    }

    @Test
    void whatADrillLeavesThatWasKilledGoesWithTheNextRun() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = killADrill(codeb);

            codeb.backups().run(PROJECT);

            assertThat(containers()).isEmpty();
            assertThat(codeb.catalog().list(PROJECT).get(0).drills()).isEqualTo(DrillHistory.NONE);
            assertThat(codeb.catalog().list(PROJECT).get(0).id()).isEqualTo(backup);
        }
    }

    @Test
    void cleaningUpTellsOfIt() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId unused = killADrill(codeb);
            String name = containers().get(0).name();

            CleanUpReport report = codeb.databases().cleanUp(PROJECT);

            assertThat(report.ended())
                    .filteredOn(left -> left.kind() == Leftover.Kind.CONTAINER)
                    .extracting(Leftover::name)
                    .containsExactly(name);
            assertThat(report.kept()).isEmpty();
        }
    }

    @Test
    void aDrillThatGoesOnIsLetAloneUntilItsTimeIsOverForSure() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId backup = codeb.backups().run(PROJECT).id();
            Run<DrillResult> run = codeb.start(DrillRequest.of(backup).limit(Duration.ofMinutes(30)));
            ContainerInfo container = awaitTheSlowLoad();

            codeb.backups().run(PROJECT);
            CleanUpReport report = codeb.databases().cleanUp(PROJECT);

            assertThat(report.ended()).isEmpty();
            assertThat(report.kept())
                    .filteredOn(left -> left.kind() == Leftover.Kind.CONTAINER)
                    .containsExactly(
                            new Leftover(Leftover.Kind.CONTAINER, container.name(), run.id(), "its run goes on"));
            run.cancel("that was all");
            assertThat(catchThrowableOfType(CancelledException.class, run::await))
                    .isNotNull();
        }
    }

    @Test
    void aContainerOfWhichNoRecordIsLeftGoesWhenItsTimeIsOver() throws Exception {
        try (CodeB codeb = codeb(server.project(PROJECT, SLOW))) {
            BackupId unused = killADrill(codeb);
            for (Path record : Aftermath.filesBelow(directory.resolve("repository/_runs"))) {
                Files.delete(record);
            }
            assertThat(codeb.databases().cleanUp(PROJECT).kept())
                    .extracting(Leftover::kind)
                    .contains(Leftover.Kind.CONTAINER);
        }
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(71));
        try (CodeB codeb = codeb(server.project(PROJECT, SOURCE), later)) {
            DrillResult another =
                    codeb.drills().run(codeb.backups().run(PROJECT).id());
            assertThat(another.totalRows()).isEqualTo(50_000);
        }
    }
}
