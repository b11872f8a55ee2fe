package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.PreflightReport;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CheckFailedException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.model.BackupId;
import io.codeb.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of a restore on a real server, told without the restore and before it. */
class RestorePreflightIT {
    private static HostPostgres server;

    @TempDir
    Path directory;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.startWithSettings("-c max_prepared_transactions=5");
        sql("postgres", "CREATE ROLE humble LOGIN PASSWORD 'h'");
        sql("postgres", "CREATE ROLE maker LOGIN CREATEDB PASSWORD 'm'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        for (String database : databases()) {
            if (!database.equals("postgres")) {
                assertThat(database).doesNotStartWith("codeb_new_");
                sql("postgres", "ALTER DATABASE \"" + database + "\" IS_TEMPLATE false");
                server.run("dropdb", "--maintenance-db=postgres", database);
            }
        }
    }

    private static String sql(String database, String statement) {
        return server.sql(database, statement);
    }

    private static Set<String> databases() {
        return sql("postgres", "SELECT datname FROM pg_database WHERE datname !~ '^template'")
                .lines()
                .collect(Collectors.toSet());
    }

    private CodeB codeb(Project project) {
        return CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("backups")))
                .project(project)
                .build();
    }

    private CodeB codeb() {
        return codeb(server.project("source"));
    }

    private static Project as(String role) {
        return server.project("source").user(role).password(Secret.of(role.substring(0, 1)));
    }

    /** A backup of a database that these statements make. */
    private BackupId backup(String... statements) {
        server.run("createdb", "--maintenance-db=postgres", "source");
        for (String statement : statements) {
            sql("source", statement);
        }
        try (CodeB codeb = codeb()) {
            return codeb.backups().run("shop").id();
        }
    }

    private static List<Finding> of(PreflightReport report, String id) {
        return report.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
    }

    private static Finding the(PreflightReport report, String id) {
        assertThat(of(report, id)).as(report.findings().toString()).hasSize(1);
        return of(report, id).get(0);
    }

    @Test
    void nothingStandsInTheWayOfANewDatabase() {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb()) {
            RestoreRequest request = RestoreRequest.of(backup).into("copy");

            PreflightReport report = codeb.check(request);

            assertThat(report.ok()).isTrue();
            assertThat(report.at(Severity.WARNING)).isEmpty();
            assertThat(report.subject()).contains(backup.value(), "copy of shop");
            assertThat(databases()).containsExactlyInAnyOrder("postgres", "source");
            assertThat(codeb.restores().run(request).notices()).isEmpty();
        }
    }

    @Test
    void allThatAServerLacksAndAllThatElseIsWrongIsToldAtOnce() {
        sql("postgres", "CREATE ROLE departed");
        BackupId backup =
                backup("CREATE TABLE t (a int)", "ALTER TABLE t OWNER TO departed", "CREATE EXTENSION pg_trgm");
        sql("source", "DROP TABLE t");
        sql("postgres", "DROP ROLE departed");
        sql("source", "UPDATE pg_extension SET extversion = '99.1' WHERE extname = 'pg_trgm'");
        BackupId newer;
        try (CodeB codeb = codeb()) {
            newer = codeb.backups().run("shop").id();
        }
        try (CodeB codeb = codeb()) {
            PreflightReport lacking = codeb.check(RestoreRequest.of(backup));
            assertThat(the(lacking, "database-exists").severity()).isEqualTo(Severity.ERROR);
            assertThat(the(lacking, "target-lacks").message()).contains("departed");
            assertThat(of(lacking, "extension-version")).isEmpty();

            Finding older = the(codeb.check(RestoreRequest.of(newer).into("copy")), "extension-version");
            assertThat(older.severity()).isEqualTo(Severity.ERROR);
            assertThat(older.threshold()).isEqualTo("99.1");
            assertThat(older.measured()).isEqualTo(sql("postgres", """
                    SELECT default_version FROM pg_available_extensions WHERE name = 'pg_trgm'"""));
        }
    }

    @Test
    void anErrorStopsTheRestoreBeforeAnythingIsMadeAndCanBeLowered() {
        BackupId backup = backup(
                "CREATE EXTENSION pg_trgm",
                "UPDATE pg_extension SET extversion = '99.1' WHERE extname = 'pg_trgm'",
                "CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb()) {
            RestoreRequest request = RestoreRequest.of(backup).into("copy");

            CheckFailedException failure = catchThrowableOfType(
                    CheckFailedException.class, () -> codeb.restores().run(request));
            assertThat(failure).hasMessageContaining("extension-version");
            assertThat(databases()).containsExactlyInAnyOrder("postgres", "source");

            RestoreResult result = codeb.restores().run(request.lower("extension-version", Severity.WARNING));
            assertThat(result.notices()).extracting(notice -> notice.id()).containsExactly("extension-version");
            assertThat(sql("copy", "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void anOlderVersionOfAnExtensionAtTheSourceIsNoObstacle() {
        BackupId backup = backup("CREATE EXTENSION pg_trgm VERSION '1.3'");
        try (CodeB codeb = codeb()) {
            assertThat(the(codeb.check(RestoreRequest.of(backup).into("copy")), "extension-version")
                            .severity())
                    .isEqualTo(Severity.INFO);
        }
    }

    @Test
    void whoMayNotMakeDatabasesHearsItBeforeAndSoDoesWhoDoesNotOwnTheOneToReplace() {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB humble = codeb(as("humble"))) {
            assertThat(the(humble.check(RestoreRequest.of(backup).into("copy")), "permission-denied")
                            .message())
                    .contains("humble may not create databases");
        }
        try (CodeB maker = codeb(as("maker"))) {
            RestoreRequest request = RestoreRequest.of(backup)
                    .withoutOwners()
                    .withoutPrivileges()
                    .replacing();
            assertThat(the(maker.check(request), "permission-denied").message()).contains("belongs to role owner");

            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> maker.restores().run(request));
            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(sql("source", "SELECT a FROM t")).isEqualTo("1");
        }
    }

    @Test
    void sessionsAndPreparedTransactionsInTheDatabaseToReplaceAreTold() throws SQLException {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        RestoreRequest request = RestoreRequest.of(backup).replacing();
        try (CodeB codeb = codeb();
                Connection client = server.connect("source")) {
            assertThat(client.isValid(5)).isTrue();
            Finding sessions = the(codeb.check(request), "target-in-use");
            assertThat(sessions.severity()).isEqualTo(Severity.INFO);
            assertThat(sessions.measured()).isEqualTo("1");

            sql("source", "BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION '두 단계'");
            assertThat(the(codeb.check(request), "database-in-use").message()).contains("두 단계");
            sql("source", "ROLLBACK PREPARED '두 단계'");
            assertThat(codeb.check(request).ok()).isTrue();
            assertThat(client.isValid(5)).isTrue();
        }
    }

    @Test
    void aTemplateIsNotReplacedUnlessTheCallerSaysSo() {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        sql("postgres", "ALTER DATABASE source IS_TEMPLATE true");
        RestoreRequest request = RestoreRequest.of(backup).replacing();
        try (CodeB codeb = codeb()) {
            assertThat(the(codeb.check(request), "target-is-template").severity())
                    .isEqualTo(Severity.ERROR);
            assertThat(catchThrowableOfType(
                            CheckFailedException.class, () -> codeb.restores().run(request)))
                    .isNotNull();
            assertThat(codeb.check(request.lower("target-is-template", Severity.INFO))
                            .ok())
                    .isTrue();
        }
    }

    @Test
    void theServersOwnDatabaseIsRefusedByItsName() {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb()) {
            assertThat(the(
                                    codeb.check(RestoreRequest.of(backup)
                                            .into("postgres")
                                            .replacing()),
                                    "config-invalid")
                            .message())
                    .contains("postgres is the server's own");
        }
    }

    @Test
    void longNamesAndKoreanOnesAreNames() {
        String longest = "가나다라마바사아자차카타파하거너더러머버서"; // 21 letters of 3 bytes
        assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(63);
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb()) {
            assertThat(codeb.check(RestoreRequest.of(backup).into(longest)).ok())
                    .isTrue();
            codeb.restores().run(RestoreRequest.of(backup).into(longest));
            assertThat(databases()).contains(longest);
            assertThat(the(codeb.check(RestoreRequest.of(backup).into(longest)), "database-exists")
                            .message())
                    .contains(longest);
            assertThat(the(codeb.check(RestoreRequest.of(backup).into(longest + "x")), "config-invalid")
                            .message())
                    .contains("64");
        }
    }

    @Test
    void theRoomOfTheServersDataIsAskedWhereItLives() throws IOException {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        try (CodeB codeb = codeb()) {
            Finding space = the(codeb.check(RestoreRequest.of(backup).into("copy")), "server-space");

            assertThat(space.severity()).isEqualTo(Severity.INFO);
            long free = Long.parseLong(space.measured().replace(" bytes", ""));
            long total = Files.getFileStore(server.data()).getTotalSpace();
            assertThat(free).isPositive().isLessThan(total);
        }
        try (CodeB maker = codeb(as("maker"))) {
            Finding unknown =
                    the(maker.check(RestoreRequest.of(backup).withoutOwners().into("copy")), "server-space");
            assertThat(unknown.severity()).isEqualTo(Severity.INFO);
            assertThat(unknown.measured()).isEmpty();
            assertThat(unknown.message()).contains("nobody can tell");
        }
    }

    @Test
    void aServerThatSortsInAnotherWayThanTheSourceIsTold() throws IOException {
        sql("postgres", "CREATE DATABASE source TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und'");
        BackupId backup;
        try (CodeB codeb = codeb()) {
            backup = codeb.backups().run("shop").id();
            assertThat(of(codeb.check(RestoreRequest.of(backup).into("copy")), "collation-version"))
                    .isEmpty();
        }
        String now = sql("source", "SELECT datcollversion FROM pg_database WHERE datname = 'source'");
        Path manifest = manifest();
        String text = Files.readString(manifest);
        assertThat(text).contains("\"" + now + "\"");
        Files.writeString(manifest, text.replace("\"" + now + "\"", "\"0.1\""));

        try (CodeB codeb = codeb()) {
            Finding other = the(codeb.check(RestoreRequest.of(backup).into("copy")), "collation-version");
            assertThat(other.severity()).isEqualTo(Severity.WARNING);
            assertThat(other.measured()).isEqualTo(now);
            assertThat(other.threshold()).isEqualTo("0.1");
        }
    }

    @Test
    void aDatabaseThatKeepsTextsInAnotherWayIsTold() {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        sql("postgres", "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        try (CodeB codeb = codeb()) {
            RestoreRequest request = RestoreRequest.of(backup).into("latin").intoExisting();
            Finding encoding = the(codeb.check(request), "encoding-differs");
            assertThat(encoding.severity()).isEqualTo(Severity.WARNING);
            assertThat(encoding.measured()).isEqualTo("LATIN1");
            assertThat(the(codeb.check(request), "collation-differs").threshold())
                    .isEqualTo("C.UTF-8");
            assertThat(codeb.restores().run(request).notices())
                    .extracting(notice -> notice.id())
                    .containsExactly("encoding-differs");
        }
    }

    @Test
    void aDamagedBackupIsFoundBeforeAnythingIsDoneWhereThatIsWanted() throws IOException {
        BackupId backup = backup("CREATE TABLE t AS SELECT 1 AS a");
        Path entry = file(name -> name.startsWith("dump"));
        byte[] bytes = Files.readAllBytes(entry);
        bytes[bytes.length / 2] ^= 1;
        Files.write(entry, bytes);
        try (CodeB codeb = codeb()) {
            RestoreRequest request = RestoreRequest.of(backup).into("copy");
            assertThat(codeb.check(request).ok()).isTrue();
            assertThat(the(codeb.check(request), "digests-unread").severity()).isEqualTo(Severity.INFO);

            assertThat(of(codeb.check(request.verifyingFirst()), "backup-damaged"))
                    .isNotEmpty();
            assertThat(catchThrowableOfType(
                            CheckFailedException.class, () -> codeb.restores().run(request.verifyingFirst())))
                    .hasMessageContaining("backup-damaged");
            assertThat(databases()).containsExactlyInAnyOrder("postgres", "source");
        }
    }

    @Test
    void aBackupThatIsNotThereIsAFinding() {
        try (CodeB codeb = codeb()) {
            PreflightReport report = codeb.check(RestoreRequest.of(BackupId.create(Instant.EPOCH, new SecureRandom())));
            assertThat(report.ok()).isFalse();
            the(report, "backup-not-found");
        }
    }

    @Test
    void aDumpOfOthersIsLookedThrough() throws IOException {
        Path script = Files.writeString(
                directory.resolve("foreign.sql"),
                "CREATE TABLE t (a int);\nALTER TABLE t OWNER TO nobody_here;\nCOPY t (a) FROM stdin;\n1\n\\.\n");
        try (CodeB codeb = codeb()) {
            RestoreRequest request =
                    RestoreRequest.ofFile(script).onProject("shop").into("copy");
            assertThat(the(codeb.check(request), "target-lacks").message()).contains("nobody_here");
            assertThat(codeb.check(request.withoutOwners()).ok()).isTrue();
            assertThat(databases()).containsExactly("postgres");
        }
    }

    private Path manifest() throws IOException {
        return file(name -> name.equals("manifest.json"));
    }

    private Path file(Predicate<String> named) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("backups"))) {
            return files.filter(path -> named.test(path.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
