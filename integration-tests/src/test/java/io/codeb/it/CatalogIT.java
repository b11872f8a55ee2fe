package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Backup;
import io.codeb.BackupQuery;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.ExportRequest;
import io.codeb.RestoreRequest;
import io.codeb.SweepReport;
import io.codeb.VerifyReport;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalog says what there is, what is wrong with it, and no more. */
class CatalogIT {
    private static final String DATABASE = "catalog";
    private static final String CANARY = "canary-role-password";

    private static PostgresServer server;

    @TempDir
    Path directory;

    private CodeB codeb;

    @BeforeAll
    static void makeDatabase() {
        server = PostgresServer.shared(15);
        server.createDatabase(DATABASE);
        server.sql(
                DATABASE,
                "CREATE TABLE t AS SELECT g, 'row ' || g AS b FROM generate_series(1, 500) g;"
                        + " CREATE ROLE somebody LOGIN PASSWORD '" + CANARY + "'");
    }

    @BeforeEach
    void open() {
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(DATABASE))
                .build();
    }

    @AfterEach
    void close() {
        codeb.close();
    }

    private Path folder(BackupId id) {
        return directory.resolve("repository/shop/" + id);
    }

    private List<String> problems(BackupId id) {
        return codeb.catalog().verify(id).problems();
    }

    @Test
    void backupsAreListedOldestFirstAndFoundByTheirIds() {
        BackupResult first = codeb.backups().run(BackupRequest.of("shop").label("deploy", "41"));
        BackupResult second = codeb.backups().run(BackupRequest.of("shop").label("deploy", "42"));
        assertThat(codeb.catalog().list("shop"))
                .containsExactlyInAnyOrder(
                        Backup.of(first.ref(), first.manifest()), Backup.of(second.ref(), second.manifest()))
                .isSortedAccordingTo(Comparator.comparing(Backup::ref));
        assertThat(codeb.catalog().read(first.id())).isEqualTo(first.manifest());
        assertThat(codeb.catalog().latest("shop"))
                .contains(codeb.catalog().list("shop").get(1));
        assertThat(codeb.catalog().projects()).containsExactly("shop");
        assertThat(codeb.catalog().list("nobody")).isEmpty();
        assertThat(codeb.catalog().latest("nobody")).isEmpty();
    }

    @Test
    void aBackupIsPrivateToItsOwnerOnDisk() throws IOException {
        BackupId id = codeb.backups().run("shop").id();
        for (Path file : Aftermath.filesBelow(directory.resolve("repository"))) {
            assertThat(Files.getPosixFilePermissions(file)).as(file.toString()).hasSize(2);
        }
        assertThat(Files.getPosixFilePermissions(folder(id))).hasSize(3);
    }

    @Test
    void aWholeBackupVerifiesAndStrangersInItsFolderAreNamed() throws IOException {
        BackupId id = codeb.backups().run("shop").id();
        Files.writeString(folder(id).resolve("stranger.bin"), "who am I");
        VerifyReport report = codeb.catalog().verify(id);
        assertThat(report.ok()).isTrue();
        assertThat(report.orphans()).containsExactly("shop/" + id + "/stranger.bin");
        assertThat(report.bytesRead()).isEqualTo(codeb.catalog().read(id).storedSize());
    }

    @Test
    void damageIsFoundWhereverItIs() throws IOException {
        BackupId id = codeb.backups().run("shop").id();
        Path entry = folder(id).resolve("dump.sql.zst");
        byte[] whole = Files.readAllBytes(entry);
        for (int at : List.of(0, 5, whole.length / 2, whole.length - 1)) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(entry, flipped);
            assertThat(problems(id)).as("a bit flipped in byte %d", at).hasSize(1);
            Files.write(entry, Arrays.copyOf(whole, at));
            assertThat(problems(id)).as("cut at %d", at).hasSize(1);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        Files.write(entry, longer);
        assertThat(problems(id)).hasSize(1);
        Files.delete(entry);
        assertThat(problems(id)).singleElement().asString().contains("missing");
        Files.write(entry, whole);
        assertThat(problems(id)).isEmpty();
    }

    @Test
    void aDamagedManifestIsNotListedAndIsNamedByVerify() throws IOException {
        BackupId good = codeb.backups().run("shop").id();
        BackupId id = codeb.backups().run("shop").id();
        Path manifest = folder(id).resolve("manifest.json");
        String json = Files.readString(manifest);
        Map<String, String> damages = Map.of(
                "empty", "",
                "cut", json.substring(0, json.length() / 2),
                "edited path", json.replace("\"dump.sql.zst\"", "\"../../../etc/passwd\""),
                "another backup's", Files.readString(folder(good).resolve("manifest.json")),
                "another project's", json.replace("\"shop\"", "\"shoq\""),
                "newer", json.replace("\"formatVersion\" : 1", "\"formatVersion\" : 99"),
                "too large", json + " ".repeat(65 * 1024 * 1024));
        for (Map.Entry<String, String> damage : damages.entrySet()) {
            Files.writeString(manifest, damage.getValue());
            assertThat(codeb.catalog().list("shop"))
                    .as(damage.getKey())
                    .extracting(Backup::id)
                    .containsExactly(good);
            assertThat(codeb.catalog().list(BackupQuery.of("shop")).unreadable())
                    .as(damage.getKey())
                    .extracting(unreadable -> unreadable.ref().id())
                    .containsExactly(id);
            assertThat(problems(id)).as(damage.getKey()).hasSize(1);
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> codeb.restores()
                    .run(RestoreRequest.of(id).into("from_damaged")));
            assertThat(failure.code())
                    .as(damage.getKey())
                    .isEqualTo(damage.getKey().equals("newer") ? ErrorCode.MANIFEST_NEWER : ErrorCode.MANIFEST_INVALID);
        }
        Files.writeString(manifest, json);
        assertThat(codeb.catalog().list("shop")).hasSize(2);
    }

    @Test
    void aDeletedBackupIsGoneWithAllItsFiles() {
        BackupId kept = codeb.backups().run("shop").id();
        BackupId id = codeb.backups().run("shop").id();
        codeb.catalog().delete(id);
        assertThat(folder(id)).doesNotExist();
        assertThat(codeb.catalog().list("shop")).extracting(Backup::id).containsExactly(kept);
        CodeBException failure =
                catchThrowableOfType(CodeBException.class, () -> codeb.catalog().delete(id));
        assertThat(failure.code()).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        assertThat(failure.hint()).isNotEmpty();
    }

    @Test
    void aSweepTakesWhatNoBackupNeedsAndNothingElse() throws IOException {
        BackupId kept = codeb.backups().run("shop").id();
        BackupId lost = codeb.backups().run("shop").id();
        Files.delete(folder(lost).resolve("manifest.json"));
        Files.writeString(folder(kept).resolve("stranger.bin"), "who am I");
        SweepReport young = codeb.catalog().sweep(Duration.ofHours(1));
        assertThat(young.removed()).isEmpty();
        assertThat(young.kept()).hasSize(2);
        SweepReport report = codeb.catalog().sweep(Duration.ZERO);
        assertThat(report.removed())
                .containsExactlyInAnyOrder("shop/" + lost + "/dump.sql.zst", "shop/" + kept + "/stranger.bin");
        assertThat(folder(lost)).doesNotExist();
        assertThat(problems(kept)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.sql", "dump.sql.gz", "dump.sql.zst"})
    void anExportIsADumpThatRestores(String name) throws IOException {
        BackupId id = codeb.backups().run("shop").id();
        Path file = directory.resolve(name);
        codeb.catalog().export(id, file);
        String copy = "exported_" + name.replace('.', '_');
        codeb.restores().run(RestoreRequest.ofFile(file).onProject("shop").into(copy));
        assertThat(server.content(copy)).isEqualTo(server.content(DATABASE));
        server.sql("postgres", "DROP DATABASE " + copy);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        CodeBException again =
                catchThrowableOfType(CodeBException.class, () -> codeb.catalog().export(id, file));
        assertThat(again.code()).isEqualTo(ErrorCode.OBJECT_EXISTS);
    }

    @Test
    void anExportOfADamagedBackupLeavesNoFile() throws IOException {
        BackupId id = codeb.backups().run("shop").id();
        Path entry = folder(id).resolve("dump.sql.zst");
        byte[] whole = Files.readAllBytes(entry);
        Files.write(entry, Arrays.copyOf(whole, whole.length - 1));
        Path exports = Files.createDirectory(directory.resolve("exports"));
        assertThat(catchThrowableOfType(
                        CodeBException.class, () -> codeb.catalog().export(id, exports.resolve("dump.sql"))))
                .isNotNull();
        assertThat(Aftermath.filesBelow(exports)).isEmpty();
    }

    @Test
    void globalsComeOnlyWhenAskedForAndHashesOnlyWhenAskedForTwice() {
        BackupId without = codeb.backups().run("shop").id();
        BackupId with =
                codeb.backups().run(BackupRequest.of("shop").withGlobals()).id();
        BackupId hashes = codeb.backups()
                .run(BackupRequest.of("shop").withGlobalsAndPasswordHashes())
                .id();
        assertThat(codeb.catalog().read(without).entries())
                .extracting(Entry::kind)
                .containsExactly(EntryKind.DUMP);
        assertThat(globals(with)).contains("CREATE ROLE somebody").doesNotContain("SCRAM-SHA-256");
        assertThat(globals(hashes)).contains("CREATE ROLE somebody").contains("SCRAM-SHA-256");
        assertThat(problems(with)).isEmpty();
    }

    private String globals(BackupId id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codeb.catalog().export(id, new ExportRequest(EntryKind.GLOBALS, "none", out));
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "zstd"})
    void everyCompressionRoundTrips(String codec) {
        BackupRepository plain = BackupRepository.at(directory.resolve(codec));
        BackupRepository repository =
                switch (codec) {
                    case "none" -> plain.uncompressed();
                    case "gzip" -> plain.gzip();
                    default -> plain.zstd(19, 2);
                };
        try (CodeB other = CodeB.builder()
                .repository(repository)
                .project(server.project(DATABASE))
                .build()) {
            BackupResult backup = other.backups().run("shop");
            assertThat(other.catalog().verify(backup.id()).problems()).isEmpty();
            other.restores()
                    .run(RestoreRequest.of(backup.id()).into("compressed").replacing(Duration.ZERO));
            assertThat(server.content("compressed")).isEqualTo(server.content(DATABASE));
        }
    }
}
