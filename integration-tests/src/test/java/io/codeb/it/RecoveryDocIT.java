package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.Backup;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.VerifyReport;
import io.codeb.model.Manifest;
import io.codeb.model.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Runs the commands of docs/recovery.md as they stand there, on a server that has never seen the database. */
class RecoveryDocIT {
    private static final Path DOCUMENT = Path.of("../docs/recovery.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final long LIMIT_MINUTES = 5;

    private static final PostgresServer SOURCE = PostgresServer.shared(15);
    private static final AgeKey KEY = AgeKey.make();
    private static final AgeKey OTHER_KEY = AgeKey.make();
    private static final SigningKey SIGNER = SigningKey.make();
    private static PostgresServer target;

    @TempDir
    Path directory;

    @BeforeAll
    static void startAnEmptyServer() {
        target = PostgresServer.start("postgres:15");
    }

    @AfterAll
    static void stopIt() {
        target.close();
    }

    static Stream<Arguments> forms() {
        return Stream.<UnaryOperator<BackupRepository>>of(
                        repository -> repository.zstd(3),
                        BackupRepository::gzip,
                        BackupRepository::uncompressed,
                        repository -> repository.zstd(3).encryptTo(OTHER_KEY.recipient(), KEY.recipient()),
                        repository -> repository.gzip().encryptTo(KEY.recipient()),
                        repository -> repository.uncompressed().encryptTo(KEY.recipient()))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aDatabaseComesBackWithPublicToolsAlone(UnaryOperator<BackupRepository> form) throws Exception {
        Project project = SOURCE.project();
        SOURCE.createDatabase(project.database());
        SOURCE.load(project.database(), "everything.sql");
        SOURCE.load(project.database(), "everything-14.sql");
        backUp(project, form);

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).as(shell.output()).isZero();
        assertThat(target.content(project.database())).isEqualTo(SOURCE.content(project.database()));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aDatabaseInPiecesComesBackWithPublicToolsAlone(UnaryOperator<BackupRepository> form) throws Exception {
        Project project = SOURCE.project().option("bulk-table", "0").option("piece", "1");
        SOURCE.createDatabase(project.database());
        SOURCE.load(project.database(), "everything.sql");
        SOURCE.load(project.database(), "everything-14.sql");
        SOURCE.sql(
                project.database(),
                "CREATE TABLE big AS SELECT g, repeat(md5(g::text), 8) FROM generate_series(1, 20000) g");
        backUp(project, form, BackupRequest.of(project.name()).parallel());

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).as(shell.output()).isZero();
        assertThat(target.content(project.database())).isEqualTo(SOURCE.content(project.database()));
    }

    @Test
    void aPieceThatIsGoneIsNoticedBeforeAnythingIsMade() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1").option("bulk-table", "0");
        Files.delete(backUp(
                        project,
                        repository -> repository,
                        BackupRequest.of(project.name()).parallel())
                .resolve("data/00001.sql.zst"));

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).isNotZero();
        assertThat(shell.output()).contains("data/00001.sql.zst: FAILED open or read");
        assertThat(target.sql(
                        "postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + project.database() + "'"))
                .isEqualTo("0");
    }

    @Test
    void aSignedBackupIsToldFromOneThatWasChanged() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1");
        Path folder = backUp(project, repository -> repository.signWith(Secret.of(SIGNER.privatePem())));
        Files.writeString(directory.resolve("signer.pem"), SIGNER.publicPem());

        Shell good = recover(project.database(), blocks());
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"labels\" : { }", "\"labels\" : {}"));
        Shell bad = recover(project.database() + "_again", blocks());

        assertThat(good.status()).as(good.output()).isZero();
        assertThat(good.output()).contains("Signature Verified Successfully");
        assertThat(bad.status()).as(bad.output()).isNotZero();
        assertThat(bad.output()).contains("Signature Verification Failure");
    }

    @Test
    void whoHasAnotherKeyGetsNothing() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1");
        backUp(project, repository -> repository.encryptTo(OTHER_KEY.recipient()));

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).isNotZero();
        assertThat(shell.output()).contains("no identity matched");
    }

    @Test
    void aKeyThatTheProgramGaveAnotherRecipientIsReadByCodeB() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1");
        backUp(project, repository -> repository.encryptTo(KEY.recipient()));
        List<String> choose = blocks().subList(0, indexOf(blocks(), "sha256sum --check"));
        List<String> rewrap = new ArrayList<>(choose);
        rewrap.add("age -d -i \"$IDENTITY\" key.age | age -r " + OTHER_KEY.recipient() + " > key.new\n");
        rewrap.add("mv key.new key.age\n");

        Shell shell = recover(project.database(), rewrap);

        assertThat(shell.status()).as(shell.output()).isZero();
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(directory).identity(OTHER_KEY.identity()))
                .project(project)
                .build()) {
            Backup backup = codeb.catalog().latest(project.name()).orElseThrow();
            VerifyReport report = codeb.catalog().verify(backup.ref());
            assertThat(report.problems()).isEmpty();
            assertThat(report.decoded()).isTrue();
        }
    }

    @Test
    void rolesComeBackFromTheGlobals() throws Exception {
        Project project = small("SELECT 1");
        SOURCE.sql("postgres", "CREATE ROLE recovered_owner NOLOGIN");
        SOURCE.sql("postgres", "ALTER DATABASE " + project.database() + " OWNER TO recovered_owner");
        backUp(project, repository -> repository);

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).as(shell.output()).isZero();
        assertThat(target.sql(
                        project.database(),
                        "SELECT datdba::regrole FROM pg_database WHERE datname = current_database()"))
                .isEqualTo("recovered_owner");
    }

    @Test
    void whatADatabaseIsBesidesItsObjectsComesBack() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1");
        DatabasePropertiesIT.furnish(SOURCE, project.database());
        backUp(project, repository -> repository);

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).as(shell.output()).isZero();
        assertThat(DatabasePropertiesIT.properties(target, project.database()))
                .isEqualTo(DatabasePropertiesIT.properties(SOURCE, project.database()));
    }

    @Test
    void theOrderOfTextOfAnotherProviderComesBack() throws Exception {
        Project project = SOURCE.project();
        SOURCE.sql(
                "postgres",
                "CREATE DATABASE " + project.database()
                        + " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'");
        backUp(project, repository -> repository);

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).as(shell.output()).isZero();
        assertThat(target.sql(
                        project.database(), "SELECT daticulocale FROM pg_database WHERE datname = current_database()"))
                .isEqualTo("de-u-co-phonebk");
    }

    @Test
    void aFlippedBitIsNoticedBeforeAnythingIsMade() throws Exception {
        Project project = small("CREATE TABLE t AS SELECT 1");
        Path dump = backUp(project, repository -> repository).resolve("dump.sql.zst");
        try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }

        Shell shell = recover(project.database(), blocks());

        assertThat(shell.status()).isNotZero();
        assertThat(shell.output()).contains("dump.sql.zst: FAILED");
        assertThat(target.sql(
                        "postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + project.database() + "'"))
                .isEqualTo("0");
    }

    @Test
    void aMissingRowIsNoticed() throws Exception {
        Project project = small("CREATE TABLE \"o'clock\" AS SELECT g FROM generate_series(1, 12) g");
        backUp(project, repository -> repository);
        List<String> blocks = new ArrayList<>(blocks());
        int comparison = indexOf(blocks, "differences=");
        blocks.add(comparison, "PGDATABASE=$TARGET psql -X -q -c \"DELETE FROM \\\"o'clock\\\" WHERE g = 7\"\n");

        Shell shell = recover(project.database(), blocks);

        assertThat(shell.status()).isEqualTo(1);
        assertThat(shell.output()).endsWith("public.o'clock|11|12\n");
    }

    private static int indexOf(List<String> blocks, String text) {
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no block holds " + text);
    }

    private static Project small(String statement) {
        Project project = SOURCE.project();
        SOURCE.createDatabase(project.database());
        SOURCE.sql(project.database(), statement);
        return project;
    }

    /** Answers the backup's folder. */
    private Path backUp(Project project, UnaryOperator<BackupRepository> form) {
        return backUp(project, form, BackupRequest.of(project.name()));
    }

    private Path backUp(Project project, UnaryOperator<BackupRepository> form, BackupRequest request) {
        try (CodeB codeb = CodeB.builder()
                .repository(form.apply(BackupRepository.at(directory)))
                .project(project)
                .build()) {
            Manifest manifest = codeb.backups().run(request.withGlobals()).manifest();
            return directory.resolve(project.name()).resolve(manifest.id().value());
        }
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(DOCUMENT))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    private Shell recover(String database, List<String> blocks) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", String.join("", blocks));
        Path signer = directory.resolve("signer.pem");
        builder.environment()
                .putAll(Map.of(
                        "REPOSITORY",
                        directory.toString(),
                        "PROJECT",
                        "shop",
                        "IDENTITY",
                        Files.writeString(directory.resolve("master.key"), KEY.text())
                                .toString(),
                        "SIGNER",
                        Files.exists(signer) ? signer.toString() : "",
                        "TARGET",
                        database,
                        "PGHOST",
                        target.container().getHost(),
                        "PGPORT",
                        target.container()
                                .getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)
                                .toString(),
                        "PGUSER",
                        PostgresServer.USER,
                        "PGPASSWORD",
                        PostgresServer.PASSWORD,
                        "PATH",
                        PostgresServer.environment("CODEB_TEST_PG_BIN") + ":" + System.getenv("PATH")));
        Path output = Files.createTempFile(directory, "shell", ".out");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new Shell(process.exitValue(), Files.readString(output));
    }

    private record Shell(int status, String output) {}
}
