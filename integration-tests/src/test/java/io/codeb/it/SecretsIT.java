package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CheckReport;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.QueryRequest;
import io.codeb.RestoreRequest;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.model.Secret;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Secrets are where they are needed, and nowhere else, whatever succeeds and whatever fails. */
class SecretsIT {
    private static final String DATABASE = "secrets";
    private static final String USER = "keeper";

    @TempDir
    static Path directory;

    private static PostgresServer server;
    private static Sightings sightings;

    /** What docs/architecture.md tells: what the SDK and the JDK log of a request's headers, at their finest levels. */
    private static final List<String> TOLD = List.of(
            "log software.amazon.awssdk.http.auth.aws.internal.signer.DefaultV4RequestSigner"
                    + " has the session token of the storage",
            "log sun.net.www.protocol.http.HttpURLConnection has the session token of the storage");

    /** What went well and what did not, so that each is known to have been tried. */
    private static final List<String> OUTCOMES = new ArrayList<>();

    @BeforeAll
    static void doEverythingThatCanBeDone() throws Exception {
        server = PostgresServer.shared(15);
        sightings = new Sightings();
        String first = sightings.plant("password of the database");
        String second = sightings.plant("password of the database after its change");
        Path file = Files.createDirectory(directory.resolve("mine")).resolve("password");
        server.createDatabase(DATABASE);
        server.sql(
                DATABASE, "CREATE TABLE t AS SELECT g, repeat(md5(g::text), 100) AS b FROM generate_series(1, 9000) g");
        change(first, file);
        Project reached = server.project(DATABASE).user(USER).password(Secret.file(file));
        Project inside = reached.server(server.run("hostname", "-i").strip(), 5432);
        try (CodeB codeb = codeb(reached);
                CodeB inContainer = codeb(inside)) {
            everythingGoesWell(codeb, "reached");
            change(second, file);
            everythingGoesWell(inContainer, "inside");
            everythingGoesWell(codeb, "after the change");
        }
        String planted = sightings.plant("wrong password");
        Secret wrong = Secret.callback("vault", () -> planted);
        everythingFails(reached.password(wrong), "reached");
        everythingFails(inside.password(wrong), "inside");
        sightings.look("log of the server", server.container().getLogs());
        storagesFail(reached);
        passwordsInScripts(reached, file);
        sightings.files("file in a repository,", directory.resolve("repository"));
        Path root = Path.of(
                "/proc", server.container().getContainerInfo().getState().getPidLong() + "", "root");
        for (String temporary : List.of("tmp", "var/tmp", "dev/shm", "run")) {
            sightings.files("file in the container,", root.resolve(temporary));
        }
    }

    @AfterAll
    static void endLooking() {
        sightings.close();
        server.sql("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
        server.sql("postgres", "DROP DATABASE IF EXISTS secrets_new");
        server.sql("postgres", "DROP ROLE IF EXISTS " + USER);
    }

    /** Hands the new password to the server where nobody looks: over a connection. */
    private static void change(String password, Path file) throws Exception {
        // The driver logs statements, and this one is not CodeB's.
        var driver = java.util.logging.Logger.getLogger("org.postgresql");
        driver.setLevel(java.util.logging.Level.OFF);
        try (var connection = server.connect("postgres", PostgresServer.USER);
                var statement = connection.createStatement()) {
            boolean known = statement
                    .executeQuery("SELECT 1 FROM pg_roles WHERE rolname = '" + USER + "'")
                    .next();
            statement.execute(
                    (known ? "ALTER" : "CREATE") + " ROLE " + USER + " LOGIN SUPERUSER PASSWORD '" + password + "'");
        }
        driver.setLevel(null);
        Files.writeString(file, password + "\n");
    }

    private static CodeB codeb(Project project) {
        return codeb(
                project, BackupRepository.at(directory.resolve("repository")).uncompressed());
    }

    private static CodeB codeb(Project project, BackupRepository repository) {
        sightings.look("text of a project", project);
        sightings.look("text of a repository", repository);
        CodeB codeb = CodeB.builder()
                .repository(repository)
                .project(project)
                .listener(event -> sightings.look("event", event))
                .build();
        sightings.look("text of a CodeB", codeb);
        return codeb;
    }

    private static <T> T works(String what, Callable<T> call) throws Exception {
        T result = call.call();
        OUTCOMES.add(what + ": done");
        sightings.look("result of " + what, result);
        return result;
    }

    private static Throwable fails(String what, Callable<?> call) {
        Throwable failure = catchThrowable(call::call);
        assertThat(failure).as(what).isNotNull();
        OUTCOMES.add(what + ": " + failure.getClass().getSimpleName());
        sightings.failure("failure of " + what, failure);
        return failure;
    }

    private static void everythingGoesWell(CodeB codeb, String how) throws Exception {
        BackupId backup = works("backup, " + how, () -> {
                    BackupResult result =
                            codeb.backups().run(BackupRequest.of("shop").withGlobals());
                    sightings.look("manifest", result.manifest());
                    return result;
                })
                .id();
        works("restore, " + how, () -> codeb.restores()
                .run(RestoreRequest.of(backup).into("secrets_new").replacing(Duration.ZERO)));
        works("query, " + how, () -> codeb.databases().query(QueryRequest.of("shop", "SELECT count(*) FROM t")));
        works("inspect, " + how, () -> codeb.databases().inspect("shop"));
        works("check, " + how, () -> {
            CheckReport report = codeb.check();
            report.requireOk();
            return report;
        });
        works("verify, " + how, () -> codeb.catalog().verify(backup));
        works("list, " + how, () -> codeb.catalog().list("shop"));
        fails("query, " + how, () -> codeb.databases().query(QueryRequest.of("shop", "SELECT nothing")));
        fails("restore, " + how, () -> codeb.restores()
                .run(RestoreRequest.of(backup).into(DATABASE)));
        fails("backup, " + how, () -> codeb.backups()
                .run(BackupRequest.of("shop").tables("no_such_table")));
    }

    private static void everythingFails(Project project, String how) throws Exception {
        try (CodeB codeb = codeb(project)) {
            BackupId backup = codeb.catalog().list("shop").get(0).ref().id();
            fails("backup with a wrong password, " + how, () -> codeb.backups().run("shop"));
            fails("restore with a wrong password, " + how, () -> codeb.restores()
                    .run(RestoreRequest.of(backup).into("secrets_other")));
            fails("query with a wrong password, " + how, () -> codeb.databases()
                    .query(QueryRequest.of("shop", "SELECT 1")));
            fails("inspect with a wrong password, " + how, () -> codeb.databases()
                    .inspect("shop"));
            works("check with a wrong password, " + how, () -> checkThatFails(codeb));
        }
    }

    private static CheckReport checkThatFails(CodeB codeb) {
        CheckReport report = codeb.check();
        sightings.failure("failed check", catchThrowable(report::requireOk));
        report.subjects().forEach(subject -> subject.failure().ifPresent(e -> sightings.failure("failed check", e)));
        return report;
    }

    /** The server's own credentials are no secret to look for: what it refuses is. */
    private static void storagesFail(Project project) throws Exception {
        String endpoint = PostgresServer.environment("CODEB_TEST_S3");
        BackupRepository bucket = BackupRepository.at("s3://no-such-bucket?endpoint=" + endpoint)
                .secret("access-key", Secret.of("AK"))
                .secret("secret-key", Secret.of(sightings.plant("secret key of the storage")));
        for (BackupRepository each : List.of(
                bucket, bucket.secret("session-token", Secret.of(sightings.plant("session token of the storage"))))) {
            try (CodeB codeb = codeb(project, each)) {
                assertThat(fails("backup into a bucket that is denied", () -> codeb.backups()
                                .run("shop")))
                        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code())
                                .isEqualTo(ErrorCode.STORAGE_DENIED));
                fails("list of a bucket that is denied", () -> codeb.catalog().list("shop"));
                works("check of a bucket that is denied", () -> checkThatFails(codeb));
            }
        }
        String mistaken = sightings.plant("secret in the wrong place");
        for (String uri : List.of(
                "s3://user:" + mistaken + "@bucket",
                "s3://bucket?secret-key=" + mistaken,
                "s3://bucket?endpoint=http://user:" + mistaken + "@host",
                "s3://bucket?proxy=http://user:" + mistaken + "@host",
                "s3://bucket?part-size=" + mistaken)) {
            fails("repository at " + uri.replace(mistaken, "…"), () -> codeb(project, BackupRepository.at(uri)));
        }
        fails("option", () -> codeb(project, bucket.option("secret-key", mistaken)));
        fails("option of an engine", () -> codeb(project.option("password", mistaken)));
    }

    /** The server's log is no longer looked at: PostgreSQL itself writes statements that fail into it. */
    private static void passwordsInScripts(Project project, Path file) throws Exception {
        String script = "CREATE TABLE a (b int);\nALTER ROLE nobody_there LOGIN PASSWORD '"
                + sightings.plant("password in a script") + "';\n";
        try (CodeB codeb = codeb(project)) {
            fails("restore of a script", () -> codeb.restores()
                    .run(RestoreRequest.ofStream("x.sql", () -> new ByteArrayInputStream(PostgresServer.utf8(script)))
                            .onProject("shop")
                            .into("secrets_script")));
            Files.delete(file);
            fails("backup without the file of the password", () -> codeb.backups()
                    .run("shop"));
        }
    }

    private static List<String> seenIn(String channel) {
        return sightings.places().stream()
                .filter(place -> place.startsWith(channel))
                .toList();
    }

    @Test
    void noProcessHasASecretAmongItsArguments() {
        assertThat(seenIn("arguments")).isEmpty();
        assertThat(sightings.programs())
                .as("programs that were looked at")
                .contains(
                        "pg_dump in a container", "psql in a container", "postgres in a container", "java on the host");
    }

    @Test
    void thePasswordIsInTheEnvironmentOfTheClientProgramsInTheContainerAndOfNoOther() {
        assertThat(seenIn("environment"))
                .as("what is documented, which proves too that environments are looked at")
                .anyMatch(place -> place.startsWith("environment of pg_dump in a container, PGPASSWORD,"))
                .anyMatch(place -> place.startsWith("environment of psql in a container, PGPASSWORD,"))
                .allMatch(
                        place -> place.matches("environment of \\S+ in a container, PGPASSWORD, has the .*password.*"))
                .noneMatch(place -> place.contains("storage") || place.contains("script"));
    }

    @Test
    void noLogHasASecretAtAnyLevelButATokenThatLibrariesLog() {
        assertThat(seenIn("log")).isSubsetOf(TOLD);
        assertThat(sightings.loggers())
                .as("who has logged something")
                .anyMatch(name -> name.startsWith("io.codeb."))
                .anyMatch(name -> name.startsWith("com.github.dockerjava."))
                .anyMatch(name -> name.startsWith("software.amazon.awssdk."));
    }

    @Test
    void noFailureResultEventTextOrFileHasASecret() {
        assertThat(sightings.places())
                .filteredOn(place -> !place.startsWith("environment of "))
                .isSubsetOf(TOLD);
        assertThat(OUTCOMES).as("what was tried").hasSizeGreaterThan(40);
    }

    @Test
    void whatIsPlantedIsFound() throws Exception {
        try (Sightings own = new Sightings()) {
            String secret = own.plant("secret");
            Process shown = new ProcessBuilder("sh", "-c", "read wait; exit 0", secret).start();
            ProcessBuilder hidden = new ProcessBuilder("sh", "-c", "read wait; exit 0");
            hidden.environment().put("SHOWN", secret);
            Process inEnvironment = hidden.start();
            try {
                LoggerFactory.getLogger("some.library").trace("wire: {}", "Basic " + inBase64("user:" + secret));
                java.util.logging.Logger.getLogger("some.other").finest("wire: " + secret);
                Throwable deep = new IllegalStateException("outer");
                deep.addSuppressed(new IllegalArgumentException(new IllegalStateException("inner " + secret)));
                own.failure("failure", deep);
                own.failure("hint", new StorageException(ErrorCode.STORAGE_FAILED, "x", "use " + secret));
                own.look("text", List.of(Secret.of(secret), "password=" + secret));
                Path planted = Files.createDirectory(directory.resolve("planted"));
                Files.writeString(planted.resolve("object"), "x\0" + secret);
                own.files("file", planted);

                Aftermath.eventually(() -> own.places().size(), 8);

                assertThat(own.places())
                        .containsExactly(
                                "arguments of sh on the host has the secret",
                                "environment of sh on the host, SHOWN, has the secret",
                                "failure has the secret",
                                "file " + planted.resolve("object") + " has the secret",
                                "hint has the secret",
                                "log some.library has the secret",
                                "log some.other has the secret",
                                "text has the secret");
            } finally {
                shown.destroyForcibly().waitFor();
                inEnvironment.destroyForcibly().waitFor();
            }
        }
    }

    private static String inBase64(String text) {
        return java.util.Base64.getEncoder().encodeToString(PostgresServer.utf8(text));
    }
}
