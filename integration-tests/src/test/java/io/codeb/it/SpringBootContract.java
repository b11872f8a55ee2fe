package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application of {@code examples/spring-boot-4}, with the versions that a line of Spring Boot manages: backed up,
 * restored, ended by SIGTERM in the middle of a run, and started again.
 */
@Timeout(180)
abstract class SpringBootContract {
    /** As docs/embedding.md says it: the requests have 5 s, then the runs have what they need to be tidied up. */
    private static final Duration END = Duration.ofSeconds(20);

    /** When its scheduled backup is begun, as cron has it and Spring reads it. */
    private static final String EACH_SECOND = "* * * * * *";

    private static final String NEVER = "-";

    private static final String OPEN = "open";
    private static final String IN_BACKUPS = "backup";
    private static final String IN_RESTORES = "restore";

    private static final String CONTROL = """
            comment = 'a table that holds up whoever dumps it or loads it'
            default_version = '1.0'
            relocatable = false
            schema = public
            """;

    /** For ten minutes: as its row says, whoever reads the rows for a dump, or puts them into a run's database. */
    private static final String GATE = """
            CREATE FUNCTION gate_passes(held text) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN
                IF held = 'restore' AND current_database() LIKE 'codeb\\_%' THEN
                    PERFORM pg_sleep(600);
                END IF;
                RETURN true;
            END $$;
            CREATE TABLE gate (held text NOT NULL CHECK (gate_passes(held)));
            SELECT pg_catalog.pg_extension_config_dump('gate', 'WHERE held <> ''backup'' OR pg_sleep(600) IS NOT NULL');
            """;

    private final PostgresServer server = PostgresServer.shared(15);

    private String database;

    @TempDir
    Path directory;

    /** Of Spring Boot. */
    abstract int line();

    /** The JVM that it runs in. */
    abstract Path java();

    @BeforeEach
    void makeDatabase() {
        server.install("codeb_gate.control", CONTROL);
        server.install("codeb_gate--1.0.sql", GATE);
        database = server.project().database();
        server.createDatabase(database);
        // The rows come first, and are more than the streams on the way hold.
        server.sql(
                database,
                "CREATE TABLE a AS SELECT g, md5(g::text) || md5((-g)::text) AS filler FROM generate_series(1, 40000)"
                        + " g; CREATE EXTENSION codeb_gate");
        hold(OPEN);
    }

    @AfterEach
    void dropDatabases() {
        server.sql("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
        server.sql("postgres", "DROP DATABASE IF EXISTS " + copy());
    }

    private String copy() {
        return database + "_copy";
    }

    private Path repository() {
        return directory.resolve("backups");
    }

    private void hold(String what) {
        server.sql(database, "DELETE FROM gate; INSERT INTO gate VALUES ('" + what + "')");
    }

    private Path jar() {
        Path jar = Path.of("..", "examples", "spring-boot-" + line(), "target", "spring-boot-" + line() + ".jar");
        assertThat(jar).isRegularFile();
        return jar;
    }

    private SampleApplication start(String nightly) {
        List<String> settings = List.of(
                "--backup.container=" + server.container().getContainerId(),
                "--backup.database=" + database,
                "--backup.user=" + PostgresServer.USER,
                "--backup.directory=" + repository(),
                "--backup.nightly=" + nightly);
        return SampleApplication.start(java(), jar(), Map.of("SHOP_PASSWORD", PostgresServer.PASSWORD), settings);
    }

    @Test
    void aBackupThatMeetsSigtermLeavesNothingAndTheNextOneIsRestored() throws IOException {
        hold(IN_BACKUPS);
        try (SampleApplication application = start(EACH_SECOND)) {
            aRunIsHeld("datname = '" + database + "'");

            application.terminate(END);

            assertThat(application.log()).contains("the nightly backup was given up: the application ends");
        }
        nothingIsLeft();
        hold(OPEN);
        try (SampleApplication application = start(NEVER)) {
            String id = application.post("/backups", "", 201).path("id").textValue();
            JsonNode restored = application.post("/backups/" + id + "/restore", into(copy()), 200);

            assertThat(restored.path("rows").longValue()).isEqualTo(40_001);
            assertThat(server.content(copy())).isEqualTo(server.content(database));
            assertThat(application.get("/backups", 200))
                    .extracting(each -> each.path("id").textValue())
                    .containsExactly(id);
            tellsWhatFails(application, id);
            // Spring Boot calls its threads so where the JDK has virtual ones; the log cuts names at 15 characters.
            assertThat(application.log().contains("omcat-handler-")).isEqualTo(hasVirtualThreads());
            application.terminate(END);
        }
        nothingIsLeft();
    }

    private void tellsWhatFails(SampleApplication application, String id) {
        JsonNode problem = application.post("/backups/" + id + "/restore", into(copy()), 409);
        assertThat(problem.path("title").textValue()).isEqualTo("DATABASE_EXISTS");
        application.post("/backups/20261126T030000Z-wz44fnqf/restore", into("elsewhere"), 404);
        application.post("/backups/none/restore", into("elsewhere"), 400);
        application.post("/backups/" + id + "/restore", "{}", 400);
    }

    @Test
    void aRestoreThatMeetsSigtermLeavesNothingAndTheNextBackupSucceeds() {
        hold(IN_RESTORES);
        try (SampleApplication application = start(NEVER)) {
            String id = application.post("/backups", "", 201).path("id").textValue();
            CompletableFuture<HttpResponse<String>> order =
                    application.begin("/backups/" + id + "/restore", into(copy()));
            aRunIsHeld("datname LIKE 'codeb\\_%'");

            application.terminate(END);

            assertThat(order).failsWithin(END);
        }
        nothingIsLeft();
        assertThat(server.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + copy() + "'"))
                .isEqualTo("0");
        try (SampleApplication application = start(NEVER)) {
            application.post("/backups", "", 201);
            application.terminate(END);
        }
        nothingIsLeft();
    }

    @Test
    void itsVersionsAreThoseOfTheDocument() throws IOException {
        Set<String> jars;
        try (JarFile jar = new JarFile(jar().toFile())) {
            jars = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("BOOT-INF/lib/"))
                    .map(name -> name.substring("BOOT-INF/lib/".length()))
                    .collect(Collectors.toSet());
        }
        List<String> told = Files.readString(Path.of("../docs/embedding.md"))
                .lines()
                .filter(row -> row.startsWith("| `"))
                .map(row -> row.split("\\s*\\|\\s*", -1))
                .map(cells -> cells[1].replace("`", "") + "-" + cells[line() - 1] + ".jar")
                .toList();

        assertThat(told).hasSizeGreaterThan(8);
        assertThat(jars).containsAll(told);
    }

    private static String into(String database) {
        return "{\"into\": \"" + database + "\"}";
    }

    private boolean hasVirtualThreads() throws IOException {
        Properties release = new Properties();
        try (Reader text = Files.newBufferedReader(java().resolveSibling("../release"))) {
            release.load(text);
        }
        String version = release.getProperty("JAVA_VERSION").replace("\"", "");
        return Runtime.Version.parse(version).feature() >= 21;
    }

    /** A session of a run sleeps, and what the run has begun is seen in the repository. */
    private void aRunIsHeld(String where) {
        Aftermath.eventually(
                () -> server.sql(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name LIKE"
                                + " 'codeb%' AND " + where),
                "1");
        assertThat(begun()).isNotEmpty();
    }

    private void nothingIsLeft() {
        Aftermath.serverIsClean(server);
        assertThat(begun()).isEmpty();
    }

    /** Files in the repository that belong to no whole backup: entries, locks, records of runs. */
    private List<Path> begun() {
        return Aftermath.filesBelow(repository()).stream()
                .filter(file -> !Files.exists(file.resolveSibling("manifest.json")))
                .toList();
    }
}
