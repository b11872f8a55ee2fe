package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.error.ErrorCode;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has the distribution, a container and a configuration, and nothing else. */
class CliIT {
    private static final String DATABASE = "cli";

    @TempDir
    private static Path home;

    private static Path codeb = Path.of("codeb");

    @TempDir
    Path directory;

    private final PostgresServer server = PostgresServer.shared(15);
    private Path repository = Path.of("repository");

    private record Said(int status, String out, String err) {
        JsonNode json() throws IOException {
            return new JsonMapper().readTree(out);
        }
    }

    @BeforeAll
    static void unpack() throws Exception {
        codeb = Distribution.unpack(home).codeb();
    }

    @BeforeEach
    void configure() throws Exception {
        repository = directory.resolve("repository");
        server.createDatabase(DATABASE);
        server.sql(DATABASE, "CREATE TABLE orders (id int PRIMARY KEY, what text)");
        server.sql(DATABASE, "INSERT INTO orders SELECT i, 'order ' || i FROM generate_series(1, 1000) i");
        Files.writeString(directory.resolve("password"), PostgresServer.PASSWORD);
        Files.writeString(directory.resolve("codeb.json"), """
                {
                  "repositories": {"main": {"at": "%s"}},
                  "projects": {"shop": {
                    "metadata": "shop.json",
                    "database": {
                      "container": "%s", "runtime": {"id": "podman", "endpoint": "unix://%s"},
                      "name": "%s", "user": "%s", "password": {"file": "password"}}}}
                }
                """.formatted(
                        repository,
                        server.container().getContainerId(),
                        PostgresServer.environment("CODEB_TEST_PODMAN_SOCKET"),
                        DATABASE,
                        PostgresServer.USER));
    }

    @AfterEach
    void leaveTheServerAsItWas() {
        Aftermath.dropKept(server::sql);
        server.sql("postgres", "DROP DATABASE " + DATABASE + " WITH (FORCE)");
    }

    /** What all commands load alike is kept by the first: most of them work for less time than they need to begin. */
    private static String javaOptions() {
        Path classes = home.resolve("classes.jsa");
        return "-XX:TieredStopAtLevel=1 -Xlog:disable "
                + (Files.exists(classes) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + classes;
    }

    private ProcessBuilder command(String... words) {
        // Whoever is started in the background of a shell ignores SIGINT, and so do its children.
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT", codeb.toString()));
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CODEB_JAVA_OPTS", javaOptions());
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(Map.of("KEY", "AK", "SECRET", "SK"));
        return builder;
    }

    private Said run(String... words) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = command(words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Said done(String... words) throws Exception {
        Said said = run(words);
        assertThat(said.status()).as(said.out() + said.err()).isZero();
        return said;
    }

    private long orders() throws Exception {
        return done("db", "query", "shop", "SELECT count(*) FROM orders", "--json")
                .json()
                .at("/rows/0/0")
                .asLong();
    }

    @Test
    void aDatabaseIsBackedUpRestoredAskedAndRolledBack() throws Exception {
        String ref =
                done("db", "backup", "shop", "--json").json().at("/backup/ref").asText();
        assertThat(done("--version").out()).startsWith("codeb ");
        assertThat(done("config", "check").out()).contains("codeb.json: ok");
        assertThat(done("db", "check", "shop").out()).contains("backup of shop: ok");
        assertThat(done("backups", "list", "shop").out()).contains(ref, "1,000");
        assertThat(Files.readString(directory.resolve("shop.json"))).contains("\"records\" : 1000");
        assertThat(done("backups", "verify", ref).out()).contains("is whole");

        server.sql(DATABASE, "DELETE FROM orders WHERE id > 10");
        Said refused = run("db", "restore", "shop", ref);
        assertThat(refused.status()).isEqualTo(23);
        assertThat(refused.err()).contains("[DATABASE_EXISTS]");

        done("db", "restore", "shop", ref, "--replace", "--yes");
        assertThat(orders()).isEqualTo(1000);

        assertThat(done("rollback", "shop", "--dry-run").out())
                .contains("would put back", "table public.orders has 1,000 records now, and had 10", "990 records");
        assertThat(orders()).isEqualTo(1000);
        done("rollback", "shop", "--yes");
        assertThat(orders()).isEqualTo(10);

        String safety = done("db", "restore", "shop", ref, "--empty", "--yes", "--json")
                .json()
                .at("/safetyBackup")
                .asText();
        assertThat(orders()).isEqualTo(1000);
        done("db", "restore", "shop", safety, "--replace", "--safety-within", "1d", "--yes");
        assertThat(orders()).isEqualTo(10);
    }

    @Test
    void namesAndWordsOfAnyLanguageComeThrough() throws Exception {
        Said said = done("db", "query", "shop", "SELECT '주문 ' || $1 AS 이름", "größe");

        assertThat(said.out().lines().map(String::strip)).containsExactly("이름", "주문 größe");
    }

    @Test
    void aPipeThatIsClosedEndsTheCommand() throws Exception {
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "'" + codeb + "' db query shop 'SELECT generate_series(1, 100000)' --limit 100000 | head -n 1;"
                                + " echo ${PIPESTATUS[0]}")
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines().map(String::strip)).containsExactly("generate_series", "141");
    }

    @Test
    void controlCInTheMiddleOfABackupLeavesNothingButTheNoteOfIt() throws Exception {
        try (var connection = server.connect(DATABASE, PostgresServer.USER);
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            Process process = command("db", "backup", "shop")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out").toFile())
                    .start();
            // It waits for the lock from here on.
            String waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '"
                    + DATABASE + "'";
            while (server.sql("postgres", waiting).equals("0")) {
                assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                        .as(Files.readString(directory.resolve("out")))
                        .isFalse();
            }

            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(server.sql("postgres", waiting)).isEqualTo("0");
        }
        assertThat(Files.readString(directory.resolve("out"))).contains("[CANCELLED]");
        try (Stream<Path> left = Files.walk(repository)) {
            assertThat(left.filter(Files::isRegularFile))
                    .containsExactly(repository.resolve("shop/state/backup-failed"));
        }
    }

    // An application

    private String commit() throws IOException, GitAPIException {
        Path work = Files.createDirectories(directory.resolve("work"));
        Files.writeString(
                work.resolve("Containerfile"),
                "FROM " + DeployedApplication.IMAGES + "/minimal:1\nCMD [\"httpd\", \"-f\", \"-p\", \"8080\"]\n");
        try (Git git =
                Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            git.add().addFilepattern(".").call();
            PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
            return git.commit()
                    .setMessage("Serve")
                    .setAuthor(somebody)
                    .setCommitter(somebody)
                    .setSign(false)
                    .call()
                    .name();
        }
    }

    @Test
    void anApplicationIsDeployedAfterARehearsalAndOnADumpThatIsFetched() throws Exception {
        String commit = commit();
        Files.createDirectories(directory.resolve("migrations"));
        Path config = directory.resolve("codeb.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "\"metadata\"",
                                "\"deployment\": {\"port\": 8080, \"route\": \"route\", \"drain\": \"0s\","
                                        + " \"migration\": {\"sql\": \"migrations\"}}, \"metadata\""));
        try {
            Files.writeString(directory.resolve("migrations/1.sql"), "DELETE FROM orders WHERE id > 10");
            Said stopped = run("deploy", "shop", "work", "--rehearse", "--losing-at-most", "9");
            assertThat(stopped.status()).isEqualTo(ErrorCode.ROWS_MISSING.exitStatus());
            assertThat(stopped.err()).contains("public.orders 990");
            assertThat(orders()).isEqualTo(1000);
            Files.writeString(directory.resolve("migrations/1.sql"), "ALTER TABLE orders ADD mail text");

            JsonNode deployed = done("deploy", "shop", "work", "--rehearse", "--losing-at-most", "9", "--json")
                    .json();

            assertThat(deployed.at("/release/commit").asText()).isEqualTo(commit);
            assertThat(deployed.at("/rehearsal/migrations/0/versions/0/version").asText())
                    .isEqualTo("1.sql");
            assertThat(deployed.at("/rehearsal/tables")).anySatisfy(table -> {
                assertThat(table.at("/table").asText()).isEqualTo("public.orders");
                assertThat(table.at("/rowsAfter").asLong()).isEqualTo(1000);
            });
            assertThat(orders()).isEqualTo(1000);

            String sql = "CREATE TABLE orders AS SELECT generate_series(1, 3) AS id;\n";
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8)));
            List<String> words = new ArrayList<>(List.of("deploy", "shop", "work", "--db-backup", DumpOnS3.put(sql)));
            words.addAll(List.of("--db-backup-env", "access-key=KEY", "--db-backup-env", "secret-key=SECRET"));
            words.add("--db-backup-private-address");
            words.add("--db-backup-sha256");
            words.add("0".repeat(64));
            assertThat(run(words.toArray(String[]::new)).status()).isEqualTo(ErrorCode.SOURCE_UNUSABLE.exitStatus());
            assertThat(orders()).isEqualTo(1000);

            words.set(words.size() - 1, digest);
            assertThat(done(words.toArray(String[]::new)).out()).contains("release 2 serves");
            assertThat(orders()).isEqualTo(3);
            assertThat(done("releases", "shop", "--json").json().at("/releases"))
                    .hasSize(2);
        } finally {
            removeApplication(commit);
        }
    }

    private static void removeApplication(String commit) {
        try (ContainerRuntime podman = Installed.runtime(PostgresServer.runtime())) {
            ContainerManager manager = podman.manager().orElseThrow();
            manager.find(Map.of("io.codeb.application", "shop")).forEach(each -> manager.remove(each.id()));
            manager.removeImage("localhost/codeb/shop:" + commit.substring(0, 12));
        }
    }
}
