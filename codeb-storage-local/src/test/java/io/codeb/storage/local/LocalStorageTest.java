package io.codeb.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.io.BytesSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalStorageTest {
    private static final ObjectKey KEY = new ObjectKey("shop/backup/manifest.json");
    private static final byte[] CONTENT = "content".getBytes(UTF_8);

    @TempDir
    Path directory;

    private Path root;
    private LocalStorage storage;

    @BeforeEach
    void open() {
        root = directory.resolve("above/backups");
        storage = new LocalStorage(root);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void anObjectIsAFileOfItsKey() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);

        assertThat(root.resolve(KEY.value())).hasBinaryContent(CONTENT);
        assertThat(filesBelow(directory)).containsExactly("above/backups/" + KEY);
    }

    @Test
    void howMuchRoomThereIsIsKnownBeforeTheDirectoryIsMadeToo() throws IOException {
        long before = storage.freeBytes().orElseThrow();
        long most = Files.getFileStore(directory).getTotalSpace();

        storage.put(KEY, WriteMode.CREATE, CONTENT);

        assertThat(before).isPositive().isLessThanOrEqualTo(most);
        assertThat(storage.freeBytes().orElseThrow()).isPositive().isLessThanOrEqualTo(most);
    }

    @Test
    void filesAndFoldersAreTheOwnersOnly() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        storage.put(new ObjectKey("other/replaced"), WriteMode.REPLACE, CONTENT);

        for (String folder : List.of("..", "", "shop", "shop/backup", "other")) {
            assertThat(permissionsOf(root.resolve(folder))).as(folder).isEqualTo("rwx------");
        }
        for (String file : List.of(KEY.value(), "other/replaced")) {
            assertThat(permissionsOf(root.resolve(file))).as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void theTemporaryFileIsTheOwnersOnly() throws IOException {
        try (ByteSink upload = storage.begin(KEY, WriteMode.CREATE)) {
            upload.write(ByteBuffer.wrap(CONTENT));

            List<String> files = filesBelow(root);
            assertThat(files).hasSize(1);
            assertThat(files.get(0)).startsWith("shop/backup/.tmp-");
            assertThat(permissionsOf(root.resolve(files.get(0)))).isEqualTo("rw-------");
        }
    }

    @Test
    void aRootThatExistsKeepsItsPermissions() throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x--x"));

        storage.put(KEY, WriteMode.CREATE, CONTENT);

        assertThat(permissionsOf(root)).isEqualTo("rwxr-x--x");
    }

    @Test
    void theRootMayBeASymbolicLink() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createDirectories(root.getParent());
        Files.createSymbolicLink(root, elsewhere);

        storage.put(KEY, WriteMode.CREATE, CONTENT);

        assertThat(elsewhere.resolve(KEY.value())).hasBinaryContent(CONTENT);
        assertThat(keys()).containsExactly(KEY.value());
    }

    @Test
    void aRootThatIsAFileIsAnError() throws IOException {
        Files.createDirectories(root.getParent());
        Files.write(root, CONTENT);

        for (ThrowingCallable action :
                List.<ThrowingCallable>of(() -> storage.put(KEY, WriteMode.CREATE, CONTENT), () -> storage.list(""))) {
            assertThatThrownBy(action).isInstanceOfSatisfying(StorageException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                assertThat(e.hint()).contains("name a directory");
            });
        }
        assertThat(root).hasBinaryContent(CONTENT);
    }

    @Test
    void aRootBelowAFileIsAnErrorOfThePath() throws IOException {
        Path file = Files.write(directory.resolve("file"), CONTENT);
        try (LocalStorage below = new LocalStorage(file.resolve("backups"))) {
            assertThatThrownBy(() -> below.put(KEY, WriteMode.CREATE, CONTENT))
                    .isInstanceOfSatisfying(StorageException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                        assertThat(e.hint()).contains("name a directory");
                    });
        }
    }

    /** A mount that is reached by a link, and is not there today. */
    @Test
    void aRootThatIsALinkToNowhereIsNotCalledFull() throws IOException {
        Files.createDirectories(root.getParent());
        Files.createSymbolicLink(root, directory.resolve("missing"));

        assertThatThrownBy(() -> storage.put(KEY, WriteMode.CREATE, CONTENT))
                .isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                    assertThat(e.hint()).contains("mounted");
                });
    }

    /**
     * As below a mount that is missing: the kernel's file systems say that they have no room, and have none to fill.
     */
    @Test
    void aRootThatCannotBeIsNotCalledFull() {
        try (StorageBackend nowhere = new LocalStorageProvider()
                .create(ProviderConfig.of("local").withLocation(URI.create("local:/proc/codeb/backups")))) {
            assertThatThrownBy(() -> nowhere.put(KEY, WriteMode.CREATE, CONTENT))
                    .isInstanceOfSatisfying(StorageException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                        assertThat(e.hint()).contains("mounted");
                    });
        }
    }

    @Test
    void whatIsNotOursIsPassedOver() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        for (String foreign :
                List.of("with space", ".hidden", "ümlaut", "new\nline", "shop/back\\slash", "lost+found")) {
            Files.write(root.resolve(foreign), CONTENT);
        }
        Files.createDirectory(root.resolve(".git"));
        Files.write(root.resolve(".git/config"), CONTENT);
        Files.createDirectories(root.resolve("empty/folder"));

        assertThat(keys()).containsExactly(KEY.value());
        assertThat(storage.children("")).containsExactly("shop");
    }

    @Test
    void anObjectThatIsASymbolicLinkIsNeitherListedNorOpened() throws IOException {
        Path secret = Files.write(directory.resolve("secret"), "root:x".getBytes(UTF_8));
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        ObjectKey link = new ObjectKey("shop/backup/link");
        Files.createSymbolicLink(root.resolve(link.value()), secret);

        assertThat(keys()).containsExactly(KEY.value());
        assertThat(storage.stat(link)).isEmpty();
        assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(link, 0));
        storage.delete(link);
        assertFails(ErrorCode.OBJECT_EXISTS, () -> storage.put(link, WriteMode.CREATE, CONTENT));
        storage.put(link, WriteMode.REPLACE, CONTENT);
        assertThat(root.resolve(link.value())).isRegularFile().hasBinaryContent(CONTENT);
        assertThat(secret).hasContent("root:x");
    }

    @Test
    void aFolderThatIsASymbolicLinkIsRefused() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.write(outside.resolve("object"), CONTENT);
        Files.createDirectories(root);
        Files.createSymbolicLink(root.resolve("shop"), outside);
        ObjectKey through = new ObjectKey("shop/object");

        assertThat(keys()).isEmpty();
        assertThat(storage.children("")).isEmpty();
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                () -> storage.stat(through),
                () -> storage.open(through, 0),
                () -> storage.delete(through),
                () -> storage.list("shop"),
                () -> storage.begin(through, WriteMode.REPLACE),
                () -> storage.begin(new ObjectKey("shop/new/object"), WriteMode.CREATE))) {
            assertFails(ErrorCode.STORAGE_DENIED, action);
        }
        assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        assertThat(filesBelow(outside)).containsExactly("object");
    }

    @Test
    void aPipeIsNeitherListedNorWaitedFor() throws Exception {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        Path pipe = root.resolve("shop/backup/pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThat(keys()).containsExactly(KEY.value());
        assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(new ObjectKey("shop/backup/pipe"), 0));
    }

    @Test
    void anObjectCannotTakeTheNameOfAFolderNorBeOne() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);

        for (WriteMode mode : WriteMode.values()) {
            assertFails(ErrorCode.STORAGE_DENIED, () -> storage.put(new ObjectKey("shop/backup"), mode, CONTENT));
            assertFails(ErrorCode.STORAGE_DENIED, () -> storage.put(KEY.child("below"), mode, CONTENT));
        }
        assertThat(filesBelow(root)).containsExactly(KEY.value());
    }

    @Test
    void theLastDeletionRemovesEmptyFoldersButNotTheRoot() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        storage.put(new ObjectKey("shop/other/object"), WriteMode.CREATE, CONTENT);

        storage.delete(KEY);
        assertThat(root.resolve("shop/backup")).doesNotExist();
        assertThat(root.resolve("shop/other")).isDirectory();

        storage.delete(new ObjectKey("shop/other/object"));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void anUploadThatIsClosedRemovesTheFoldersItMade() {
        storage.begin(KEY, WriteMode.CREATE).close();

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aDeletionDoesNotTakeTheFolderOfAnUploadInFlight() {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        ObjectKey beside = new ObjectKey("shop/backup/beside");
        try (ByteSink upload = storage.begin(beside, WriteMode.CREATE)) {
            storage.delete(KEY);

            upload.finish();
        }

        assertThat(keys()).containsExactly(beside.value());
    }

    @Test
    void aFileThatIsShortenedWhileItIsReadIsTruncated() throws IOException {
        storage.put(KEY, WriteMode.CREATE, new byte[100_000]);
        try (ByteSource source = storage.open(KEY, 0)) {
            source.read(ByteBuffer.allocate(1_000));
            try (FileChannel file = FileChannel.open(root.resolve(KEY.value()), StandardOpenOption.WRITE)) {
                file.truncate(50_000);
            }

            assertThatThrownBy(() -> BytesSource.readAll(source))
                    .isInstanceOfSatisfying(
                            IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRUNCATED))
                    .hasMessageContaining(KEY.value())
                    .hasMessageContaining(storage.describe());
        }
    }

    @Test
    void aFileThatGrowsWhileItIsReadEndsWhereItDid() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        try (ByteSource source = storage.open(KEY, 0)) {
            Files.write(root.resolve(KEY.value()), new byte[1_000], StandardOpenOption.APPEND);

            assertThat(BytesSource.readAll(source)).isEqualTo(CONTENT);
        }
    }

    @Test
    void aSweepJudgesAnUploadByItsLastWrite() throws IOException {
        try (ByteSink upload = storage.begin(KEY, WriteMode.CREATE)) {
            Path temporary = root.resolve(filesBelow(root).get(0));
            Files.setLastModifiedTime(temporary, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            upload.write(ByteBuffer.wrap(CONTENT));

            assertThat(storage.sweep(Duration.ofDays(1))).isEmpty();

            Files.setLastModifiedTime(temporary, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            assertThat(storage.sweep(Duration.ofDays(1)))
                    .containsExactly(root.relativize(temporary).toString());
            assertFails(ErrorCode.STORAGE_FAILED, upload::finish);
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aSweepRemovesWhatIsLeftOfARecordOfARunToo() throws IOException {
        Files.createDirectories(root.resolve("_runs"));
        Files.write(root.resolve("_runs/.tmp-half-written"), CONTENT);

        assertThat(storage.sweep(Duration.ZERO)).containsExactly("_runs/.tmp-half-written");

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aSweepTouchesNothingButTemporaryFiles() throws IOException {
        storage.put(KEY, WriteMode.CREATE, CONTENT);
        Files.write(root.resolve("shop/.tmp"), CONTENT);
        Files.createDirectory(root.resolve(".git"));
        Files.write(root.resolve(".git/.tmp-not-ours"), CONTENT);
        Files.createSymbolicLink(root.resolve("shop/.tmp-link"), directory);

        assertThat(storage.sweep(Duration.ZERO)).isEmpty();

        assertThat(filesBelow(root))
                .containsExactlyInAnyOrder(KEY.value(), "shop/.tmp", ".git/.tmp-not-ours", "shop/.tmp-link");
    }

    @Test
    void anInterruptedCommitLeavesNothing() {
        try (ByteSink upload = storage.begin(KEY, WriteMode.CREATE)) {
            upload.write(ByteBuffer.wrap(CONTENT));
            Thread.currentThread().interrupt();

            assertFails(ErrorCode.STORAGE_FAILED, upload::finish);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatCannotBeForcedWithdrawsTheObject() {
        LocalStorage failing = new LocalStorage(root, (link, existing) -> {
            Files.createLink(link, existing);
            Thread.currentThread().interrupt();
        });
        try (ByteSink upload = failing.begin(KEY, WriteMode.CREATE)) {
            assertFails(ErrorCode.STORAGE_FAILED, upload::finish);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, STORAGE_FULL",
        "Disk quota exceeded, STORAGE_FULL",
        "Read-only file system, STORAGE_DENIED",
        "Input/output error, STORAGE_FAILED"
    })
    void aFailureOfTheSystemHasItsCode(String reason, ErrorCode code) {
        LocalStorage failing = new LocalStorage(root, (link, existing) -> {
            throw new FileSystemException(link.toString(), null, reason);
        });

        assertThatThrownBy(() -> failing.put(KEY, WriteMode.CREATE, CONTENT))
                .isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.hint()).isNotBlank();
                })
                .hasMessageContaining(reason)
                .hasMessageContaining(KEY.value())
                .hasMessageContaining(storage.describe());
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void closingFromAnotherThreadEndsAWrite() throws Exception {
        ByteSink upload = storage.begin(KEY, WriteMode.CREATE);
        Thread closer = new Thread(upload::close);
        ByteBuffer megabyte = ByteBuffer.allocateDirect(1 << 20);

        closer.start();
        assertThatThrownBy(() -> {
                    while (true) {
                        upload.write(megabyte.rewind());
                    }
                })
                .isInstanceOfAny(StorageException.class, IllegalStateException.class);

        closer.join();
        assertThat(root).isEmptyDirectory();
    }

    private List<String> keys() {
        try (Stream<StoredObject> objects = storage.list("")) {
            return objects.map(object -> object.key().value()).toList();
        }
    }

    private static List<String> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Files.isDirectory(file) || Files.isSymbolicLink(file))
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }

    private static String permissionsOf(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
