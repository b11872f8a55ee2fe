package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.config.ProjectMetadata;
import io.codeb.deploy.Route;
import io.codeb.deploy.TrafficSwitch;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppTest {
    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void makeConfiguration() throws IOException {
        shell = new Shell(directory);
    }

    // The way round

    @Test
    void whatIsBackedUpIsListedAndRestored() throws IOException {
        Shell.Said backup = shell.run("db", "backup", "shop", "--label", "why=test");
        assertThat(backup.status()).isZero();
        assertThat(backup.out()).startsWith("main/shop/").contains("records");

        Shell.Said list = shell.run("backups", "list", "shop");
        String ref = list.out().lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];
        assertThat(list.out()).startsWith("BACKUP").contains("not yet");

        Files.writeString(shell.databases.resolve("app"), "second\n");
        Shell.Said restored = shell.run("db", "restore", "shop", ref, "--replace", "--yes");

        assertThat(restored.status()).isZero();
        assertThat(Files.readString(shell.databases.resolve("app"))).isEqualTo("first\n");
    }

    @Test
    void whatIsReplacedIsBackedUpBeforeWhereThatIsAskedFor() throws IOException {
        String ref = shell.backUp();
        Files.writeString(shell.databases.resolve("app"), "second\n");

        Shell.Said restored =
                shell.run("db", "restore", "shop", ref, "--replace", "--safety-backup", "--yes", "--json");

        String safety = restored.json().at("/safetyBackup").asText();
        assertThat(safety).startsWith("main/shop/").isNotEqualTo(ref);
        assertThat(Files.readString(shell.databases.resolve("app"))).isEqualTo("first\n");
        Shell.Said back = shell.run("db", "restore", "shop", safety, "--replace", "--safety-backup", "--yes");
        assertThat(back.out()).contains("What was there before is backup main/shop/");
        assertThat(Files.readString(shell.databases.resolve("app"))).isEqualTo("second\n");
    }

    // Applications

    private void configureDeployment(String route) throws IOException {
        configureDeployment(route, "");
    }

    private void configureDeployment(String route, String more) throws IOException {
        Files.writeString(
                shell.config,
                Files.readString(shell.config)
                        .replace(
                                "\"metadata\":",
                                "\"deployment\": {\"port\": 8080, \"route\": \"" + route + "\"" + more
                                        + "}, \"metadata\":"));
    }

    @Test
    void anApplicationOfWhichNothingIsSaidIsNotDeployed() {
        Shell.Said said = shell.run("deploy", "shop", directory.toString());
        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("'deployment'");
        assertThat(shell.run("deploy", "shop", "ftp://x/y").status()).isEqualTo(App.MISUSE);
        assertThat(shell.run("deploy", "shop", "/x", "--branch", "a", "--tag", "b")
                        .status())
                .isEqualTo(App.MISUSE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --losing-at-most 3                                              | --rehearse
            --rehearse --losing-at-most -1                                  | at least 0
            --db-backup-at-most 3                                           | --db-backup
            --db-backup main/shop/20260102T030405Z-k3f7q2x7 --db-backup-sha256 ab | only what is fetched
            --db-backup main/shop/20260102T030405Z-k3f7q2x7 --db-backup-unrelated | only a dump can be unrelated
            --db-backup-unrelated                                           | --db-backup
            --db-backup http://example.org/x.sql                            | not fetched over http
            --db-backup https://a:hunter2@example.org/x                     | secret(
            --db-backup https://example.org/x.sql --db-backup-sha256 ab     | 64 digits
            --db-backup https://example.org/x.sql --db-backup-at-most 0     | more than zero
            --db-backup https://example.org/x.sql --db-backup-at-most 99999999999999999 | overflow
            """)
    void whatCannotBeMeantOfTheDatabaseIsToldBeforeAnythingIsDone(String words, String part) throws IOException {
        configureDeployment("route");
        List<String> all = new ArrayList<>(List.of("deploy", "shop", directory.toString()));
        all.addAll(List.of(words.strip().split(" +")));

        Shell.Said said = shell.run(all.toArray(String[]::new));

        assertThat(said.status()).isEqualTo(App.MISUSE);
        assertThat(said.err()).contains(part).doesNotContain("hunter2");
    }

    @Test
    void aKeyLogsInToAGitServerWhoseHostIsKnown() throws IOException {
        configureDeployment("route", ", \"gitKey\": {\"env\": \"KEY\"}, \"gitKnownHosts\": \"hosts\"");
        String url = "ssh://git@git.example.org/shop.git";
        assertThat(shell.run("deploy", "shop", "git@git.example.org:shop.git").err())
                .contains("ssh://user@host/path");

        assertThat(shell.run("deploy", "shop", url).err()).contains("'gitKnownHosts'");
        Files.writeString(directory.resolve("hosts"), "\n");
        assertThat(shell.run("deploy", "shop", url).err()).contains("is empty");
        Files.writeString(directory.resolve("hosts"), "git.example.org ssh-ed25519 AAAA\n");
        assertThat(shell.run("deploy", "shop", url).err()).contains("makes no containers");
    }

    @Test
    void whereNothingWasDeployedNothingIsBroughtBack() throws IOException {
        configureDeployment("route");
        assertThat(shell.run("releases", "shop").out()).contains("Nothing of shop has been deployed");
        assertThat(shell.run("rollback", "shop", "previous", "--yes").err()).contains("no release 'previous'");
        assertThat(shell.run("rollback", "shop", "7", "--keep", "1d").status()).isEqualTo(App.MISUSE);
        assertThat(shell.run("rollback", "shop", "--version-alone").status()).isEqualTo(App.MISUSE);
    }

    @Test
    void releasesThatCannotBeReadAreToldAndKeepNobodyFromTheOthers() throws IOException {
        configureDeployment("route");
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(shell.repository))
                .build()) {
            note(codeb, "release-6", Map.of("number", "6"));
            note(codeb, "release-7", release(7));
            note(codeb, "release-8", release(8));
        }
        Shell.Said listed = shell.run("releases", "shop");
        assertThat(listed.status()).isZero();
        assertThat(listed.out())
                .contains("release-6 cannot be read, nor brought back")
                .contains("[CORRUPT]")
                .contains("0123456789");
        assertThat(shell.run("rollback", "shop", "6", "--dry-run").err()).contains("no release '6'");
        assertThat(shell.run("rollback", "shop", "7", "--dry-run").out()).contains("release 7 of shop");
        assertThat(shell.run("rollback", "shop", "previous", "--dry-run").err())
                .contains("nobody knows which release of shop is the previous one");

        TrafficSwitch.file(directory.resolve("route"))
                .to(Optional.of(new Route("127.0.0.1", 4711, "codeb-shop-8-01234567")));
        assertThat(shell.run("rollback", "shop", "previous", "--dry-run").out()).contains("release 7 of shop");
    }

    private static void note(CodeB codeb, String name, Map<String, String> state) {
        try (Journal journal = codeb.openJournal("shop", name)) {
            journal.note(state);
        }
    }

    private static Map<String, String> release(int number) {
        return Map.of(
                "number", Integer.toString(number),
                "container", "codeb-shop-" + number + "-01234567",
                "at", "2026-01-02T03:04:05Z",
                "commit", "0123456789".repeat(4),
                "image", "a".repeat(64));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --test-in app                           | --test-in needs --test
            --test-runtime podman                   | --test-runtime needs --test-in
            --test-limit 1m                         | --test-limit needs --test or --test-sql
            --test ./smoke --test-limit 0s          | a probe takes more than no time
            """)
    void whatIsNotSaidOfTestsOnStagingIsRefusedBeforeAnythingIsDone(String words, String part) throws IOException {
        shell.addStaging();
        List<String> all = new ArrayList<>(List.of("staging", "shop", "staging", "--yes"));
        all.addAll(List.of(words.strip().split(" +")));

        Shell.Said said = shell.run(all.toArray(String[]::new));

        assertThat(said.status()).isEqualTo(App.MISUSE);
        assertThat(said.err()).contains(part);
        assertThat(shell.run("backups", "list", "shop").out()).contains("no backups");
    }

    @Test
    void whatAStagingSystemWouldGetIsToldAndNothingIsDone() throws IOException {
        shell.addStaging();
        String[] words = {"staging", "shop", "staging", "--test", "./smoke", "--dry-run"};

        assertThat(shell.run(words).out())
                .contains("would put the data of shop")
                .contains("There is no backup of shop yet")
                .contains("would test: ./smoke");
        String ref = shell.backUp();
        Shell.Said said = shell.run(words);
        assertThat(said.status()).as(said.err()).isZero();
        assertThat(said.out()).contains(ref);
        assertThat(Files.readString(shell.databases.resolve("app_staging"))).isEqualTo("of staging\n");
        assertThat(shell.run("staging", "shop", "staging").err()).contains("nobody can be asked here");
    }

    @Test
    void stagingIsTestedAndMaskedAsItsConfigurationSaysWhateverElseIsAskedFor() throws IOException {
        shell.addStaging(", \"staging\": {\"masking\": [\"masking.sql\"], \"tests\": [{\"command\": \"./suite\"}]}");
        Path masking = Files.writeString(shell.config.resolveSibling("masking.sql"), "UPDATE customers SET name = ''");

        assertThat(shell.run("staging", "shop", "staging", "--test", "./smoke", "--test-limit", "1m", "--dry-run")
                        .out())
                .containsSubsequence("would test: ./suite", "would test: ./smoke");
        Files.writeString(masking, " ");
        assertThat(shell.run("staging", "shop", "staging", "--yes").err()).contains("holds no statement");
        assertThat(shell.run("backups", "list", "shop").out()).contains("no backups");
    }

    @Test
    void aTestInAContainerOfNoRuntimeIsRefusedBeforeAnythingIsDone() throws IOException {
        shell.addStaging();

        Shell.Said said = shell.run("staging", "shop", "staging", "--yes", "--test", "./smoke", "--test-in", "app");

        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("this host has no container app");
        assertThat(shell.run("backups", "list", "shop").out()).contains("no backups");
    }

    /** It would be restored as it is. */
    @Test
    void aFileThatMasksNothingIsNotTakenForOneThatDoes() throws IOException {
        shell.addStaging();
        String dump =
                Files.writeString(directory.resolve("dump.sql"), "SELECT 1;\n").toString();
        String masking = directory.resolve("masking.sql").toString();
        for (List<String> command : List.of(
                List.of("staging", "shop", "staging"), List.of("db", "restore", "staging", dump, "--into", "other"))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("--yes", "--after-load-file", masking));
            assertThatAFileOfStatementsIsRefused(Path.of(masking), words.toArray(String[]::new));
        }
        assertThat(shell.run("backups", "list", "shop").out()).contains("no backups");
    }

    private void assertThatAFileOfStatementsIsRefused(Path file, String... words) throws IOException {
        Files.writeString(file, "\n");
        assertThat(shell.run(words).err()).contains("holds no statement");
        Files.write(file, new byte[] {(byte) 0xc3, (byte) 0x28});
        assertThat(shell.run(words).err()).contains("no text in UTF-8");
        Files.delete(file);
        Shell.Said said = shell.run(words);
        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("cannot be read");
    }

    @Test
    void productionIsNotItsOwnStaging() {
        for (String word : List.of("--yes", "--dry-run")) {
            Shell.Said said = shell.run("staging", "shop", "shop", word);
            assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
            assertThat(said.err()).contains("is that of shop");
        }
    }

    @Test
    void whereContainersCannotBeMadeADeploymentIsToldSo() throws IOException {
        configureDeployment("route");
        Shell.Said said = shell.run("deploy", "shop", directory.toString());
        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("makes no containers");
    }

    @Test
    void aProxyListensWhereItCan() throws IOException {
        configureDeployment("route");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(shell.run("proxy", "shop", "--listen", "127.0.0.1:" + taken.getLocalPort())
                            .err())
                    .contains("nobody can listen");
        }
        assertThat(shell.run("proxy", "shop", "--listen", "8080").status()).isEqualTo(App.MISUSE);
        assertThat(shell.run("proxy", "shop", "--listen", "127.0.0.1:99999").status())
                .isEqualTo(App.MISUSE);
    }

    @Test
    void aBackupKeepsTheMetadataFileUpToDate() {
        shell.run("db", "backup", "shop");

        assertThat(ProjectMetadata.read(directory.resolve("metadata.json")).type())
                .isEqualTo("notes");
    }

    @Test
    void theMetadataFileFollowsWhatIsDeletedAndPruned() {
        Path file = directory.resolve("metadata.json");
        shell.backUp();
        ProjectMetadata first = ProjectMetadata.read(file);
        String second = shell.backUp();
        assertThat(ProjectMetadata.read(file)).isNotEqualTo(first);

        shell.run("backups", "delete", second, "--yes");
        assertThat(ProjectMetadata.read(file)).isEqualTo(first);

        String third = shell.backUp();
        ProjectMetadata last = ProjectMetadata.read(file);
        shell.run("backups", "prune", "--yes");
        assertThat(ProjectMetadata.read(file)).isEqualTo(last);

        shell.run("backups", "delete", third, "--yes");
        assertThat(file).doesNotExist();
    }

    @Test
    void aMetadataFileThatCannotBeWrittenIsToldAndTheBackupIsMade() throws IOException {
        Files.createDirectories(directory.resolve("metadata.json/full"));

        Shell.Said said = shell.run("db", "backup", "shop");

        assertThat(said.status()).isZero();
        assertThat(said.out()).startsWith("main/shop/").contains("[metadata-not-written]");
        assertThat(shell.run("backups", "list", "shop").out()).contains("main/shop/");
    }

    @Test
    void theLatestIsRestoredByThatWord() throws IOException {
        shell.backUp();
        Files.writeString(shell.databases.resolve("app"), "second\n");

        assertThat(shell.run("db", "restore", "shop", "latest", "--into", "copy")
                        .status())
                .isZero();
        assertThat(Files.readString(shell.databases.resolve("copy"))).isEqualTo("first\n");
    }

    @Test
    void aBackupIsVerifiedShownCopiedExportedAndDeleted() throws IOException {
        String ref = shell.backUp();

        assertThat(shell.run("backups", "verify", ref).out()).contains("is whole");
        assertThat(shell.run("backups", "show", "shop").out()).contains(ref, "notes 7.0");
        assertThat(shell.run("backups", "copy", ref, "offsite").out()).contains("offsite/shop/");
        assertThat(shell.run("backups", "list", "-r", "offsite").out()).contains("offsite/shop/");
        assertThat(shell.run("backups", "export", ref, "-").out()).isEqualTo("first\n");
        assertThat(shell.run(
                                "backups",
                                "export",
                                ref,
                                directory.resolve("x.sql").toString())
                        .status())
                .isZero();
        assertThat(Files.readString(directory.resolve("x.sql"))).isEqualTo("first\n");
        assertThat(shell.run("backups", "delete", ref, "--yes").out()).contains("deleted " + ref);
        assertThat(shell.run("backups", "list", "shop").out()).isEqualTo("There are no backups.\n");
    }

    @Test
    void whatRetentionDoesNotKeepIsPrunedUnlessItIsPinned() throws IOException {
        String pinned = shell.backUp();
        shell.backUp();
        String last = shell.backUp();
        assertThat(shell.run("backups", "pin", pinned, "before the move").out()).contains(pinned + " stays until");

        String plan = shell.run("backups", "prune", "--dry-run").out();
        Shell.Said unasked = shell.run("backups", "prune");

        assertThat(plan).contains(pinned.substring(5) + " stays", " goes: ");
        assertThat(plan.lines().filter(line -> line.contains(" goes: "))).hasSize(1);
        assertThat(unasked.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(unasked.err()).contains("deletes 1 backups", "--yes");
        assertThat(shell.run("backups", "prune", "shop", "--yes").out()).containsPattern("^deleted main/shop/.*\n$");
        assertThat(shell.run("backups", "show", pinned).out()).contains("pinned: before the move");
        assertThat(shell.run("backups", "delete", pinned, "--yes").status())
                .isEqualTo(ErrorCode.BACKUP_PINNED.exitStatus());
        assertThat(shell.run("backups", "unpin", pinned).status()).isZero();
        assertThat(shell.run("backups", "prune", "--yes").status()).isZero();
        assertThat(shell.run("backups", "list", "--json").json().findValuesAsText("ref"))
                .containsExactly(last);
    }

    @Test
    void theStatusOfAProjectIsAtAGlance() throws IOException {
        assertThat(shell.run("status").out()).containsPattern("shop +- +- +never");
        String ref = shell.backUp();
        assertThat(shell.run("status").out()).containsPattern("shop +\\d{4}-\\d\\d-\\d\\d .* ok\n");
        assertThat(shell.run("status", "--json")
                        .json()
                        .at("/projects/0/lastBackup")
                        .asText())
                .isEqualTo(ref.substring(ref.lastIndexOf('/') + 1));
        assertThat(shell.in(Locale.KOREAN).run("status").out()).contains("프로젝트", "정상");
        Files.delete(shell.databases.resolve("app"));
        shell.in(Locale.ENGLISH).run("db", "backup", "shop");

        Shell.Said failed = shell.run("status", "shop");

        assertThat(failed.out()).contains("failed", "shop: failed at ");
        assertThat(shell.run("status", "nobody").status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
    }

    // What is scheduled

    @Test
    void whatIsDueIsDoneAndListed() throws IOException {
        shell.schedule("\"backupSchedule\": \"* * * * *\", \"drillSchedule\": \"0 5 1 1 *\"");
        assertThat(shell.run("schedule", "list").out())
                .containsPattern("shop/backup +\\* \\* \\* \\* \\* in .* -  +-\n")
                .contains("shop/drill", "0 5 1 1 *");

        Shell.Said once = shell.run("schedule", "run", "--once");

        assertThat(once.status()).as(once.err()).isZero();
        assertThat(once.out()).matches("shop/backup of .*: done\n");
        assertThat(ProjectMetadata.read(directory.resolve("metadata.json")).type())
                .isEqualTo("notes");
        assertThat(shell.run("backups", "list", "shop", "--json").json().at("/backups"))
                .hasSize(1);
        assertThat(shell.on(200).run("schedule", "list").out()).containsPattern("shop/backup .* done\n");
        assertThat(shell.run("status").out()).contains("NEXT BACKUP");
        assertThat(shell.run("status", "--json")
                        .json()
                        .at("/projects/0/nextRun")
                        .asText())
                .matches("\\d{4}-.*:00Z");
    }

    @Test
    void aJobThatFailsEndsWithTheStatusOfItsError() throws IOException {
        shell.schedule("\"backupSchedule\": \"* * * * *\", \"scheduleRetry\": \"0s\"");
        Files.delete(shell.databases.resolve("app"));

        Shell.Said once = shell.run("schedule", "run", "--once");

        assertThat(once.status()).isNotZero();
        assertThat(once.out()).contains("shop/backup of ", ": failed [");
        assertThat(shell.run("schedule", "list").out()).contains("failed [");
    }

    @Test
    void whatBeginsNextIsToldInOrder() throws IOException {
        shell.schedule("\"backupSchedule\": \"0 3 * * *\", \"pruneSchedule\": \"0 4 * * *\", \"timeZone\": \"UTC\"");

        List<String> next = shell.run("schedule", "next", "4").out().lines().toList();

        assertThat(next)
                .hasSize(4)
                .isSorted()
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d 0(3:00:00  shop/backup|4:00:00  shop/prune)"));
        assertThat(shell.run("schedule", "next", "0").status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
    }

    @Test
    void whereNothingIsScheduledThatIsSaid() {
        for (String command : List.of("list", "next", "run")) {
            Shell.Said said = shell.run("schedule", command);
            assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
            assertThat(said.err()).contains("nothing in the configuration is scheduled", "backupSchedule");
        }
    }

    @Test
    void nothingIsPrunedWhereNobodySaysWhatStays() throws IOException {
        shell.backUp();
        String config = Files.readString(shell.config);
        Files.writeString(shell.config, config.replace(", \"retention\": {\"last\": 1}", ""));

        Shell.Said said = shell.run("backups", "prune", "--yes");

        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("says which backups stay", "backupRetention");
        assertThat(shell.run("backups", "prune", "shop", "--yes").status())
                .isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(shell.run("backups", "list", "--json").json().get("backups")).hasSize(1);
    }

    @Test
    void aReasonThatIsNoLineIsMisuse() {
        String ref = shell.backUp();

        assertThat(shell.run("backups", "pin", ref, "x".repeat(201)).err()).contains("at most 200 characters");
    }

    @Test
    void aDamagedBackupIsToldByItsStatus() throws IOException {
        String ref = shell.backUp();
        try (Stream<Path> files = Files.walk(shell.repository)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".zst")).toList()) {
                Files.writeString(file, "something else");
            }
        }

        Shell.Said said = shell.run("backups", "verify", ref);

        assertThat(said.status()).isEqualTo(ErrorCode.DIGEST_MISMATCH.exitStatus());
        assertThat(said.out()).contains("is damaged");
    }

    @Test
    void databasesAreListedAndChecked() {
        assertThat(shell.run("db", "list", "shop").out()).contains("DATABASE", "app");
        assertThat(shell.run("db", "check").status()).isZero();
        assertThat(shell.run("storage", "check").out()).contains("repository main: ok");
        assertThat(shell.run("recover").out()).isEqualTo("Nothing was left behind.\n");
    }

    // Alerts

    @Test
    void eachChannelOfAlertsIsTried() throws IOException {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        HttpServer server = receiver(bodies);
        try {

            Shell.Said said = shell.run("alerts", "test");

            assertThat(said.status()).as(said.err()).isZero();
            assertThat(said.out().lines()).containsExactly("log-1: delivered", "webhook-2: delivered");
            assertThat(bodies.poll()).contains("\"kind\":\"TEST\"");
        } finally {
            server.stop(0);
        }

        Shell.Said said = shell.run("alerts", "test");

        assertThat(said.status()).isEqualTo(ErrorCode.ALERT_UNDELIVERED.exitStatus());
        assertThat(said.out()).contains("log-1: delivered", "webhook-2: ", "[ALERT_UNDELIVERED]");
        assertThat(said.out() + said.err()).doesNotContain("/hook");
    }

    /** Somebody who takes alerts, named by the configuration from here on. */
    private HttpServer receiver(BlockingQueue<String> bodies) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        Files.writeString(directory.resolve("key"), "a key that only the two of them know");
        Files.writeString(
                directory.resolve("url"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
        Files.writeString(
                shell.config,
                Files.readString(shell.config)
                        .replace(
                                "\"projects\"",
                                "\"alerts\": {\"routes\": [\"log\", {\"channel\": \"webhook\", \"secrets\": {"
                                        + "\"url\": {\"file\": \"url\"}, \"key\": {\"file\": \"key\"}}}]},"
                                        + " \"projects\""));
        return server;
    }

    @Test
    void whereNobodyIsToldNothingIsTried() {
        Shell.Said said = shell.run("alerts", "test");

        assertThat(said.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(said.err()).contains("under alerts");
    }

    @Test
    void aBackupThatFailsIsToldToTheChannelsBeforeTheProcessEnds() throws IOException {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        HttpServer server = receiver(bodies);
        try {
            Files.delete(shell.databases.resolve("app"));

            assertThat(shell.run("db", "backup", "shop").status()).isNotZero();

            assertThat(bodies.poll()).contains("\"kind\":\"BACKUP_FAILED\"", "\"project\":\"shop\"");
        } finally {
            server.stop(0);
        }
    }

    // What would lose something

    @Test
    void nothingIsReplacedOrDeletedThatNobodyAgreedTo() throws IOException {
        String ref = shell.backUp();
        Files.writeString(shell.databases.resolve("app"), "second\n");

        Shell.Said restore = shell.run("db", "restore", "shop", ref, "--replace");
        Shell.Said delete = shell.run("backups", "delete", ref);

        assertThat(restore.status()).isEqualTo(ErrorCode.CONFIG_INVALID.exitStatus());
        assertThat(restore.err()).contains("in the place of app", "--yes");
        assertThat(delete.err()).contains("This deletes", "--yes");
        assertThat(Files.readString(shell.databases.resolve("app"))).isEqualTo("second\n");
        assertThat(shell.run("backups", "list", "shop").out()).contains(ref);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n\n", "no\n", "yesterday\n"})
    void whoDoesNotSayYesHasSaidNo(String answer) {
        String ref = shell.backUp();

        Shell.Said said = shell.answering(answer).run("backups", "delete", ref);

        assertThat(said.status()).isEqualTo(ErrorCode.CANCELLED.exitStatus());
        assertThat(said.err()).contains("[y/N]");
        assertThat(shell.run("backups", "list", "shop").out()).contains(ref);
    }

    @ParameterizedTest
    @ValueSource(strings = {"y\n", " YES \n", "예\n", "네"})
    void whoSaysYesIsTakenAtTheirWord(String answer) {
        String ref = shell.backUp();

        assertThat(shell.answering(answer).run("backups", "delete", ref).status())
                .isZero();
        assertThat(shell.run("backups", "list", "shop").out()).doesNotContain(ref);
    }

    @Test
    void aDryRunLosesNothing() throws IOException {
        String ref = shell.backUp();
        Files.writeString(shell.databases.resolve("app"), "second\n");

        assertThat(shell.run("db", "restore", "shop", ref, "--replace", "--dry-run")
                        .out())
                .contains("would restore " + ref, "would be replaced");
        assertThat(shell.run("db", "restore", "shop", ref, "--into", "new", "--dry-run")
                        .out())
                .contains("No database has this name yet");
        assertThat(shell.run("backups", "delete", ref, "--dry-run").out()).isEqualTo("would delete " + ref + "\n");
        assertThat(shell.run("storage", "sweep", "--dry-run").status()).isZero();
        assertThat(Files.readString(shell.databases.resolve("app"))).isEqualTo("second\n");
        assertThat(shell.databases.resolve("new")).doesNotExist();
        assertThat(shell.run("backups", "list", "shop").out()).contains(ref);
    }

    // What goes wrong

    @Test
    void anErrorEndsWithItsOwnStatusAndHint() {
        Shell.Said said = shell.run("db", "restore", "shop", "20260102T030405Z-abcdefgh");

        assertThat(said.status()).isEqualTo(ErrorCode.BACKUP_NOT_FOUND.exitStatus());
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("codeb: ", "[BACKUP_NOT_FOUND]");
    }

    @Test
    void whatIsNeitherABackupNorAFileIsToldBeforeAnythingBegins() {
        Shell.Said said = shell.run("db", "restore", "shop", "shop.sql", "--replace", "--yes");

        assertThat(said.status()).isEqualTo(ErrorCode.BACKUP_NOT_FOUND.exitStatus());
        assertThat(said.err()).startsWith("codeb: 'shop.sql' is neither").contains("backups list shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys generate", "config init"})
    void aFileThatCannotBeMadeIsNoFaultOfCodeb(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.add(directory.resolve("missing/file").toString());

        Shell.Said said = shell.run(words.toArray(String[]::new));

        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).contains("missing/file cannot be read or written: NoSuchFile", "[CONFIG_INVALID]");
    }

    @Test
    void aTimeThatIsNoneIsToldInWords() {
        Shell.Said said = shell.run("db", "query", "shop", "SELECT 1", "--timeout", "soon");

        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err())
                .contains("'soon' is no time: a time is written as 90s")
                .doesNotContain("Exception");
    }

    @Test
    void whereThereIsNothingToPruneThatIsSaid() {
        assertThat(shell.run("backups", "prune", "--dry-run").out()).isEqualTo("There are no backups.\n");
    }

    @Test
    void aProjectThatIsNotThereIsToldWithThoseThatAre() {
        Shell.Said said = shell.run("db", "backup", "shopp");

        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).contains("there is no project 'shopp'", "[shop]");
    }

    @Test
    void allThatIsWrongInTheConfigurationIsTold() throws IOException {
        Files.writeString(shell.config, "{\"repositories\": {\"main\": {\"att\": 1}},\n\"project\": {}}");

        Shell.Said check = shell.run("config", "check");
        Shell.Said backup = shell.run("db", "backup", "shop");

        assertThat(check.status()).isEqualTo(2);
        assertThat(check.out().lines()).hasSize(3);
        assertThat(check.out()).contains("codeb.json:2:1: $.project: there is no key 'project'");
        assertThat(backup.status()).isEqualTo(2);
        assertThat(backup.err()).contains("codeb.json:2:1: $.project");
    }

    @Test
    void whatAnEngineDoesNotKnowIsWrongInTheConfigurationToo() throws IOException {
        Files.writeString(shell.config, Files.readString(shell.config).replace("\"directory\"", "\"directori\""));

        Shell.Said check = shell.run("config", "check");

        assertThat(check.status()).isEqualTo(2);
        assertThat(check.out()).contains("there is no option 'directori'");
    }

    @Test
    void noConfigurationIsToldWithWhatToDo() {
        shell.environment.remove("CODEB_CONFIG");
        shell.environment.put("HOME", directory.toString());

        Shell.Said said = shell.run("backups", "list");

        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).contains("config init");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "db",
                "db frobnicate",
                "db backup",
                "db backup shop --frobnicate",
                "db restore shop x --empty --existing",
                "db restore shop x --safety-backup",
                "db restore shop x --replace --safety-backup --safety-within 1h",
                "db restore shop x --replace --existing"
            })
    void whatIsCalledWronglyIsNotDone(String words) {
        Shell.Said said = shell.run(words.isEmpty() ? new String[0] : words.split(" ", -1));

        assertThat(said.status()).isEqualTo(2);
        assertThat(said.err()).contains("--help");
    }

    @Test
    void aStandardOutputThatNobodyReadsEndsTheCommand() {
        shell.backUp();
        PrintStream closed = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                false,
                StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                closed,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false,
                false,
                false,
                80,
                Locale.ENGLISH,
                ZoneOffset.UTC);

        int status = new App(terminal, shell.environment, new Cancellation()).run("backups", "list");

        assertThat(status).isEqualTo(App.PIPE_CLOSED);
    }

    // How it looks

    @Test
    void aNarrowTerminalGetsAListInsteadOfATable() {
        String ref = shell.backUp();

        assertThat(shell.on(20, 1).run("backups", "list").out()).contains("BACKUP: " + ref, "TABLES: ");
        assertThat(shell.on(200, 1).run("backups", "list").out()).contains("BACKUP  ");
        assertThat(shell.on(20, 1).run("db", "--help").status()).isZero();
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(shell.run("--help").out()).doesNotContain("\u001b");
        assertThat(shell.on(80, 1).run("--help").out()).contains("\u001b");
        shell.environment.put("NO_COLOR", "1");
        assertThat(shell.on(80, 1).run("--help").out()).doesNotContain("\u001b");
        shell.environment.remove("NO_COLOR");
        shell.environment.put("TERM", "dumb");
        assertThat(shell.on(80, 1).run("--help").out()).doesNotContain("\u001b");
    }

    @Test
    void inKoreanItSpeaksKorean() {
        assertThat(shell.in(Locale.KOREA).run("backups", "list").out()).isEqualTo("백업이 없습니다.\n");
        assertThat(shell.in(Locale.KOREA).run("db", "--help").out()).contains("프로젝트의 데이터베이스를 백업합니다.");
    }

    @Test
    void quietlyItSaysNothingOnTheWay() {
        assertThat(shell.run("db", "backup", "shop").err()).contains("shop: dump");
        assertThat(shell.run("db", "backup", "shop", "--quiet").err()).isEmpty();
    }

    @Test
    void theVersionIsOneLineOfItsOwn() {
        Shell.Said said = shell.run("--version");

        assertThat(said.status()).isZero();
        assertThat(said.out()).startsWith("codeb 0.").doesNotContain("$");
    }

    @Test
    void aShellLearnsTheCommands() {
        assertThat(shell.run("completion").out()).contains("complete -F", "backups");
    }

    // Keys and configuration

    @Test
    void aPrivateKeyIsItsOwnersAlone() throws IOException {
        Path file = directory.resolve("key");

        Shell.Said said = shell.run("keys", "generate", file.toString());

        assertThat(said.out()).startsWith("age1");
        assertThat(Files.readString(file)).contains("AGE-SECRET-KEY-1");
        assertThat(said.out()).doesNotContain("AGE-SECRET-KEY-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyIsNeverWrittenOver() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "older");

        Shell.Said said = shell.run("keys", "generate", file.toString(), "--signing");

        assertThat(said.status()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("older");
    }

    @Test
    void generatedKeysEncryptAndSign() throws IOException {
        String recipient = shell.run(
                        "keys", "generate", directory.resolve("age").toString(), "--json")
                .json()
                .get("publicKey")
                .asText();
        shell.run("keys", "generate", directory.resolve("signing").toString(), "--signing");
        Files.writeString(
                shell.config,
                Files.readString(shell.config)
                        .replace(
                                "{\"main\": {",
                                "{\"main\": {\"encryptTo\": [\"" + recipient
                                        + "\"], \"identity\": {\"file\": \"age\"}, \"signWith\": {\"file\":"
                                        + " \"signing\"}, "));

        String ref = shell.backUp();

        assertThat(shell.run("backups", "verify", ref).out()).contains("is whole");
        assertThat(shell.run("keys", "check", "shop").out()).startsWith("keys of 1 backups opened");
        assertThat(shell.run("keys", "rewrap").status()).isZero();
        assertThat(shell.run("db", "restore", "shop", ref, "--into", "copy").status())
                .isZero();
    }

    @Test
    void aConfigurationToBeginWithIsRight() {
        Path file = directory.resolve("new.json");

        assertThat(shell.run("config", "init", file.toString()).status()).isZero();
        assertThat(shell.run("config", "check", "-c", file.toString()).status()).isZero();
        assertThat(shell.run("config", "init", file.toString()).status()).isEqualTo(2);
    }

    @Test
    void aTokenIsMadeListedWithoutItsSecretAndRevoked() {
        String secret = shell.run(
                        "tokens", "create", "the ci", "--may", "shop:back-up", "--may", "*:look", "--expires", "1d")
                .out()
                .strip();
        Shell.Said list = shell.run("tokens", "list");
        String id =
                shell.run("tokens", "list", "--json").json().at("/tokens/0/id").asText();

        assertThat(secret).startsWith("codeb_");
        assertThat(list.out()).contains(id, "the ci", "shop:back-up", "*:look").doesNotContain(secret);
        assertThat(shell.run("tokens", "revoke", id).status()).isZero();
        assertThat(shell.run("tokens", "revoke", id).status()).isEqualTo(2);
        assertThat(shell.run("tokens", "create", "x", "--may", "shop:everything")
                        .status())
                .isEqualTo(2);
        assertThat(shell.run("tokens", "create", "x", "--may", "shop").status()).isEqualTo(2);
        assertThat(shell.run("tokens", "create", "x").status()).isEqualTo(2);
    }

    @Test
    void whereAServerCannotListenIsTold() {
        assertThat(shell.run("serve", "--address", "here").status()).isEqualTo(2);
        assertThat(shell.run("serve", "--certificate", "x.pem").status()).isEqualTo(2);
        assertThat(shell.run("serve", "--address", "192.0.2.1:0").err()).contains("cannot listen");
    }
}
