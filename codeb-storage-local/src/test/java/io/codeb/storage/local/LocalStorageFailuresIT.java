package io.codeb.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.io.BytesSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Full disks, disks that may not be written, and processes that die: on real file systems, with real processes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalStorageFailuresIT {
    private static final ObjectKey KEY = new ObjectKey("shop/backup/archive");
    private static final ObjectKey KEPT = new ObjectKey("shop/kept");

    @TempDir
    Path directory;

    @Test
    void aFullDiskIsToldAndLeavesNothing() throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(directory, "size=4m");
                LocalStorage storage = new LocalStorage(disk.path().resolve("backups"))) {
            storage.put(KEPT, WriteMode.CREATE, "kept".getBytes(UTF_8));
            long free = disk.usableSpace();

            try (ByteSink upload = storage.begin(KEY, WriteMode.CREATE)) {
                assertFails(ErrorCode.STORAGE_FULL, () -> {
                    for (int i = 0; i < 10; i++) {
                        upload.write(ByteBuffer.allocate(1_000_000));
                    }
                });
                assertThat(disk.usableSpace()).isZero();
            }

            assertThat(disk.usableSpace()).isEqualTo(free);
            assertThat(filesBelow(directory)).containsExactly("backups/shop/kept");
            assertThat(keysOf(storage)).containsExactly(KEPT);
            storage.put(KEY, WriteMode.CREATE, new byte[1_000_000]);
        }
    }

    @Test
    void aReplacementOnAFullDiskLeavesTheOldObject() throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(directory, "size=2m");
                LocalStorage storage = new LocalStorage(disk.path().resolve("backups"))) {
            storage.put(KEPT, WriteMode.CREATE, "kept".getBytes(UTF_8));

            assertFails(ErrorCode.STORAGE_FULL, () -> storage.put(KEPT, WriteMode.REPLACE, new byte[3_000_000]));

            try (ByteSource source = storage.open(KEPT, 0)) {
                assertThat(new String(BytesSource.readAll(source), UTF_8)).isEqualTo("kept");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aDiskWithoutRoomForAFileOrFolderIsFullToo(int files) throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(directory, "size=1m,nr_inodes=" + files);
                LocalStorage storage = new LocalStorage(disk.path().resolve("backups"))) {
            assertFails(ErrorCode.STORAGE_FULL, () -> storage.begin(KEY, WriteMode.CREATE));

            assertThat(disk.path().resolve("backups")).isEmptyDirectory();
        }
    }

    /** A path that cannot be is wrong on a full disk, too: room would not help. */
    @Test
    void aPathThatCannotBeIsNoWantOfRoom() throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(directory, "size=64k")) {
            Path file = disk.path().resolve("file");
            Files.write(file, new byte[60 * 1024]);
            Files.createSymbolicLink(disk.path().resolve("link"), disk.path().resolve("missing"));
            for (Path wrong : List.of(file, file.resolve("backups"), disk.path().resolve("link"))) {
                try (LocalStorage storage = new LocalStorage(wrong)) {
                    assertFails(ErrorCode.STORAGE_FAILED, () -> storage.begin(KEY, WriteMode.CREATE));
                }
            }
        }
    }

    @Test
    void aReadOnlyDiskIsToldAndCanBeRead() throws Exception {
        try (SmallFileSystem disk = new SmallFileSystem(directory, "size=4m");
                LocalStorage storage = new LocalStorage(disk.path().resolve("backups"))) {
            storage.put(KEPT, WriteMode.CREATE, "kept".getBytes(UTF_8));
            disk.remount("ro");

            assertFails(ErrorCode.STORAGE_DENIED, () -> storage.begin(KEY, WriteMode.CREATE));
            assertFails(ErrorCode.STORAGE_DENIED, () -> storage.put(KEPT, WriteMode.REPLACE, new byte[1]));
            assertFails(ErrorCode.STORAGE_DENIED, () -> storage.delete(KEPT));
            assertThat(keysOf(storage)).containsExactly(KEPT);
            assertThat(storage.stat(KEY)).isEmpty();
            disk.remount("rw");
            storage.delete(KEPT);
        }
    }

    @Test
    void aKilledUploadIsInvisibleAndSwept() throws Exception {
        Path root = directory.resolve("backups");
        Process program = UploadingProgram.start("endless", root);
        try (BufferedReader said = program.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("begun");
        } finally {
            program.destroyForcibly().waitFor();
        }

        try (LocalStorage storage = new LocalStorage(root)) {
            assertThat(keysOf(storage)).isEmpty();
            assertThat(storage.children("")).isEmpty();
            assertThat(filesBelow(root)).hasSize(1).first().asString().startsWith("shop/backup/.tmp-");
            assertThat(storage.sweep(Duration.ofHours(1))).isEmpty();
            assertThat(storage.sweep(Duration.ZERO)).hasSize(1);
            assertThat(root).isEmptyDirectory();
        }
    }

    @Test
    void ofTwoProcessesExactlyOneCreatesEachObject() throws Exception {
        int count = 300;
        Path root = directory.resolve("backups");
        List<Process> programs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            programs.add(UploadingProgram.start(Integer.toString(count), root));
        }
        List<String> claimed = new ArrayList<>();
        for (Process program : programs) {
            try (OutputStream go = program.getOutputStream()) {
                go.write('\n');
            }
        }
        for (Process program : programs) {
            try (BufferedReader said = program.inputReader(UTF_8)) {
                said.lines().forEach(claimed::add);
            }
            assertThat(program.waitFor()).isZero();
        }

        assertThat(claimed).hasSize(count).doesNotHaveDuplicates();
        try (LocalStorage storage = new LocalStorage(root)) {
            assertThat(keysOf(storage)).hasSize(count);
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }
    }

    private static List<ObjectKey> keysOf(LocalStorage storage) {
        try (Stream<StoredObject> objects = storage.list("")) {
            return objects.map(StoredObject::key).toList();
        }
    }

    private static List<String> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.hint()).isNotBlank();
                })
                .hasMessageContaining("local:/");
    }
}
