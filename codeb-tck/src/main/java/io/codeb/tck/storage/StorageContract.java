package io.codeb.tck.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.io.BytesSource;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StorageBackend} promises. Inherit it and answer {@link #openStorage()}.
 *
 * <p>Tests run one after the other, each with a new instance of the class. What a storage need not be able to do is
 * asked of those only whose {@link StorageBackend#capabilities()} promise it. A storage that is slow to reach says
 * {@link #smallData()}.
 */
public abstract class StorageContract {
    private static final ObjectKey KEY = new ObjectKey("shop/20260102T030405Z-k3f7q2x7/manifest.json");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration AN_HOUR = Duration.ofHours(1);

    /** Between this machine and the storage's, and for times that are told to the second. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(2);

    private final List<StorageBackend> opened = new ArrayList<>();
    private StorageBackend storage;

    /** For subclasses. */
    @SuppressWarnings("NullAway") // assigned before each test
    protected StorageContract() {}

    /**
     * Opens the storage under test. It is empty when a test calls this first; every further call within one test opens
     * the same storage again, beside those that are open.
     *
     * @return a backend; the contract closes it
     * @throws Exception when the storage cannot be prepared
     */
    protected abstract StorageBackend openStorage() throws Exception;

    /**
     * Whether the tests shall do with little data and few objects.
     *
     * @return false unless the subclass says otherwise
     */
    protected boolean smallData() {
        return false;
    }

    /**
     * How many bytes of an upload leave something in the storage when the upload's process is killed. A storage that
     * keeps the first ones in memory, because it sends large pieces only, says how many more.
     *
     * @return 4 unless the subclass says otherwise
     */
    protected int bytesThatLeaveSomething() {
        return 4;
    }

    private int much(int normally, int ifSmall) {
        return smallData() ? ifSmall : normally;
    }

    @BeforeEach
    void open() throws Exception {
        storage = another();
    }

    @AfterEach
    void closeAll() {
        opened.forEach(StorageBackend::close);
    }

    private StorageBackend another() throws Exception {
        StorageBackend backend = openStorage();
        opened.add(backend);
        return backend;
    }

    @Nested
    class Names {
        @Test
        void theStorageNamesItselfByAUri() {
            assertThat(URI.create(storage.describe()).getScheme()).isNotBlank();
        }

        @Test
        void aMessageNamesTheKeyAndTheStorage() {
            assertThatThrownBy(() -> storage.open(KEY, 0))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(KEY.value())
                    .hasMessageContaining(storage.describe());
        }

        @Test
        void oddButValidCharactersMakeDifferentObjects() {
            List<ObjectKey> keys = Stream.of(
                            "a",
                            "A",
                            "-",
                            "_",
                            "--",
                            "-rf",
                            "a.b",
                            "a..b",
                            "a.",
                            "a-b",
                            "a_b",
                            "0",
                            "x/-/_/0",
                            "CON",
                            "nul.txt",
                            "q".repeat(200),
                            "d/" + "q".repeat(200) + "/" + "r".repeat(200) + "/" + "s".repeat(200))
                    .map(ObjectKey::new)
                    .toList();
            keys.forEach(key -> put(key, key.value()));

            assertThat(keys).allSatisfy(key -> assertThat(read(key)).isEqualTo(key.value()));
            assertThat(keysOf("")).containsExactlyInAnyOrderElementsOf(keys);
        }

        @Test
        void theLongestKeyIsTaken() {
            String segment = "k".repeat(139);
            ObjectKey longest = new ObjectKey(String.join("/", segment, segment, segment, segment, segment + "k"));
            assertThat(longest.value()).hasSize(ObjectKey.MAX_LENGTH);

            put(longest, "long");

            assertThat(read(longest)).isEqualTo("long");
            assertThat(keysOf("")).containsExactly(longest);
        }
    }

    @Nested
    class Writing {
        @Test
        void whatIsFinishedCanBeRead() {
            put(KEY, "content");

            assertThat(read(KEY)).isEqualTo("content");
        }

        @Test
        void statAndListSayTheSameOfAnObject() {
            put(KEY, "content");

            assertThat(stored(KEY).key()).isEqualTo(KEY);
            assertThat(stored(KEY).size()).isEqualTo(7);
            assertThat(listed("")).containsExactly(stored(KEY));
        }

        @Test
        void theTimeOfAnObjectIsWhenItWasWritten() {
            Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);

            put(KEY, "content");

            assertThat(stored(KEY).modifiedAt())
                    .isBetween(before.minus(CLOCK_DIFFERENCE), Instant.now().plus(CLOCK_DIFFERENCE));
        }

        @Test
        void anEmptyObjectIsAnObject() {
            put(KEY, "");

            assertThat(storage.stat(KEY))
                    .hasValueSatisfying(stored -> assertThat(stored.size()).isZero());
            assertThat(read(KEY)).isEmpty();
        }

        @Test
        void whatIsNotFinishedIsNowhere() {
            try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
                sink.write(bytes("content"));

                assertThat(storage.stat(KEY)).isEmpty();
                assertThat(listed("")).isEmpty();
                assertThat(storage.children("")).isEmpty();
                assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(KEY, 0));
            }
        }

        @Test
        void whatIsClosedWithoutAnEndLeavesNothing() {
            ByteSink sink = storage.begin(KEY, WriteMode.CREATE);
            sink.write(bytes("content"));

            sink.close();
            sink.close();

            assertNothingIsLeft();
        }

        @Test
        void whatIsAbortedLeavesNothing() {
            ByteSink sink = storage.begin(KEY, WriteMode.CREATE);
            sink.write(bytes("content"));

            sink.abort(new IllegalStateException("on purpose"));
            sink.abort(new IllegalStateException("on purpose"));
            sink.close();

            assertNothingIsLeft();
        }

        private void assertNothingIsLeft() {
            assertThat(storage.stat(KEY)).isEmpty();
            assertThat(listed("")).isEmpty();
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }

        @Test
        void anAbortAfterTheEndChangesNothing() {
            ByteSink sink = storage.begin(KEY, WriteMode.CREATE);
            sink.write(bytes("content"));
            sink.finish();

            sink.abort(new IllegalStateException("too late"));
            sink.close();

            assertThat(read(KEY)).isEqualTo("content");
        }

        @Test
        void aSinkEndsOnce() {
            ByteSink finished = storage.begin(KEY, WriteMode.CREATE);
            finished.finish();
            ByteSink closed = storage.begin(new ObjectKey("shop/other"), WriteMode.REPLACE);
            closed.close();
            ByteSink aborted = storage.begin(new ObjectKey("shop/third"), WriteMode.REPLACE);
            aborted.abort(new IllegalStateException("on purpose"));

            for (ByteSink ended : List.of(finished, closed, aborted)) {
                assertThatThrownBy(() -> ended.write(bytes("more"))).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(ended::finish).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void aWriteTakesAllThatRemainsOfAnyBuffer() {
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(3).put(new byte[] {'a', 'b', 'c'}).flip();
            ByteBuffer middle = ByteBuffer.wrap("...def...".getBytes(UTF_8), 3, 3);
            ByteBuffer readOnly = bytes("ghi").asReadOnlyBuffer();

            try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
                for (ByteBuffer buffer : List.of(direct, middle, readOnly, ByteBuffer.allocate(0))) {
                    sink.write(buffer);
                    assertThat(buffer.remaining()).isZero();
                }
                assertThat(middle.limit()).isEqualTo(6);
                sink.finish();
            }

            assertThat(read(KEY)).isEqualTo("abcdefghi");
        }

        @Test
        void aBufferMayBeReusedAfterTheWrite() {
            byte[] buffer = "first".getBytes(UTF_8);
            try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
                sink.write(ByteBuffer.wrap(buffer));
                Arrays.fill(buffer, (byte) '!');
                sink.finish();
            }

            assertThat(read(KEY)).isEqualTo("first");
        }

        @Test
        void aLargeObjectComesBackAsItWas() throws Exception {
            MessageDigest written = sha256();
            Random random = new Random(1);
            int pieces = much(64, 20);
            byte[] piece = new byte[1 << 20];
            try (ByteSink sink = storage.begin(KEY, WriteMode.CREATE)) {
                for (int i = 0; i < pieces; i++) {
                    random.nextBytes(piece);
                    written.update(piece);
                    sink.write(ByteBuffer.wrap(piece));
                }
                sink.finish();
            }
            assertThat(stored(KEY).size()).isEqualTo((long) pieces << 20);

            MessageDigest read = sha256();
            try (ByteSource source = storage.open(KEY, 0)) {
                ByteBuffer buffer = ByteBuffer.wrap(piece);
                while (source.read(buffer.clear()) != ByteSource.END) {
                    read.update(buffer.flip());
                }
            }
            assertThat(read.digest()).isEqualTo(written.digest());
        }
    }

    @Nested
    class Modes {
        @Test
        void createRefusesAKeyThatIsTaken() {
            put(KEY, "first");

            assertFails(ErrorCode.OBJECT_EXISTS, () -> put(KEY, "second"));
            assertThat(read(KEY)).isEqualTo("first");
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }

        @Test
        void createRefusesAKeyThatWasTakenMeanwhile() {
            if (storage.capabilities().exclusiveCreate() != ExclusiveCreate.ALWAYS) {
                return;
            }
            try (ByteSink late = storage.begin(KEY, WriteMode.CREATE)) {
                late.write(bytes("late"));
                put(KEY, "early");

                assertFails(ErrorCode.OBJECT_EXISTS, late::finish);
            }

            assertThat(read(KEY)).isEqualTo("early");
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }

        @Test
        void ofManyThatPutAtOnceExactlyOneWins() throws Exception {
            if (storage.capabilities().exclusiveCreate() == ExclusiveCreate.NEVER) {
                return;
            }
            assertExactlyOneWins((backend, key, content, start) -> {
                start.await(60, TimeUnit.SECONDS);
                backend.put(key, WriteMode.CREATE, content.getBytes(UTF_8));
            });
        }

        @Test
        void ofManyThatWriteAtOnceExactlyOneWins() throws Exception {
            if (storage.capabilities().exclusiveCreate() != ExclusiveCreate.ALWAYS) {
                return;
            }
            assertExactlyOneWins((backend, key, content, start) -> {
                try (ByteSink sink = backend.begin(key, WriteMode.CREATE)) {
                    sink.write(bytes(content));
                    start.await(60, TimeUnit.SECONDS);
                    sink.finish();
                }
            });
        }

        private void assertExactlyOneWins(Creation creation) throws Exception {
            for (int round = 0; round < much(10, 3); round++) {
                ObjectKey key = KEY.child("round-" + round);
                CyclicBarrier start = new CyclicBarrier(16);
                List<Future<String>> results = inThreads(16, thread -> {
                    try {
                        creation.run(another(), key, "by " + thread, start);
                        return "by " + thread;
                    } catch (StorageException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_EXISTS);
                        return "";
                    }
                });

                List<String> winners = valuesOf(results).stream()
                        .filter(result -> !result.isEmpty())
                        .toList();
                assertThat(winners).hasSize(1);
                assertThat(read(key)).isEqualTo(winners.get(0));
            }
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }

        @Test
        void replaceTakesAKeyThatIsFreeOrTaken() {
            storage.put(KEY, WriteMode.REPLACE, "first".getBytes(UTF_8));
            storage.put(KEY, WriteMode.REPLACE, "second, longer".getBytes(UTF_8));
            storage.put(KEY, WriteMode.REPLACE, "third".getBytes(UTF_8));

            assertThat(read(KEY)).isEqualTo("third");
            assertThat(keysOf("")).containsExactly(KEY);
            assertThat(stored(KEY).size()).isEqualTo(5);
        }

        @Test
        void aReplacementThatIsNotFinishedLeavesTheOldObject() {
            put(KEY, "old");

            try (ByteSink sink = storage.begin(KEY, WriteMode.REPLACE)) {
                sink.write(bytes("new"));
                assertThat(read(KEY)).isEqualTo("old");
            }

            assertThat(read(KEY)).isEqualTo("old");
        }

        @Test
        void aReaderSeesTheOldOrTheNewObjectWhole() throws Exception {
            byte[][] versions = {new byte[300_000], new byte[200_000]};
            Arrays.fill(versions[0], (byte) 'a');
            Arrays.fill(versions[1], (byte) 'b');
            storage.put(KEY, WriteMode.REPLACE, versions[0]);
            AtomicBoolean done = new AtomicBoolean();

            List<Future<Integer>> readers = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            try {
                for (int i = 0; i < 3; i++) {
                    readers.add(threads.submit(() -> {
                        int reads = 0;
                        while (!done.get() || reads == 0) {
                            byte[] seen = readBytes(KEY, 0);
                            assertThat(Arrays.equals(seen, versions[0]) || Arrays.equals(seen, versions[1]))
                                    .as("%d bytes, the first %s", seen.length, seen.length == 0 ? "none" : seen[0])
                                    .isTrue();
                            reads++;
                        }
                        return reads;
                    }));
                }
                for (int i = 1; i <= much(50, 10); i++) {
                    storage.put(KEY, WriteMode.REPLACE, versions[i % 2]);
                }
            } finally {
                done.set(true);
                threads.shutdown();
            }

            assertThat(valuesOf(readers)).allSatisfy(reads -> assertThat(reads).isPositive());
        }

        @Test
        void aReaderThatBeganBeforeAReplacementNeverSeesAMixture() {
            storage.put(KEY, WriteMode.REPLACE, "the old content".getBytes(UTF_8));
            try (ByteSource source = storage.open(KEY, 0)) {
                storage.put(KEY, WriteMode.REPLACE, "new".getBytes(UTF_8));

                assertThat(new String(BytesSource.readAll(source), UTF_8)).isEqualTo("the old content");
            } catch (CodeBException cannotGoOn) {
                assertThat(read(KEY)).isEqualTo("new");
            }
        }
    }

    @Nested
    class Reading {
        @Test
        void openStartsAtTheOffset() {
            put(KEY, "0123456789");

            assertThat(new String(readBytes(KEY, 0), UTF_8)).isEqualTo("0123456789");
            assertThat(new String(readBytes(KEY, 4), UTF_8)).isEqualTo("456789");
            assertThat(readBytes(KEY, 10)).isEmpty();
        }

        @Test
        void anOffsetOutsideOfTheObjectIsRefused() {
            put(KEY, "0123456789");

            assertThatThrownBy(() -> storage.open(KEY, 11)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> storage.open(KEY, -1)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void aReadFillsAtMostWhatFits() {
            put(KEY, "0123456789");
            ByteBuffer window = ByteBuffer.allocate(10).position(2).limit(5);

            try (ByteSource source = storage.open(KEY, 0)) {
                int count = source.read(window);

                assertThat(count).isBetween(1, 3);
                assertThat(window.position()).isEqualTo(2 + count);
                assertThat(window.limit()).isEqualTo(5);
            }
        }

        @Test
        void theEndIsAnsweredAgainAndAgain() {
            put(KEY, "0123456789");
            try (ByteSource source = storage.open(KEY, 0)) {
                BytesSource.readAll(source);

                assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
                assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(ByteSource.END);
            }
        }

        @Test
        void whatIsNotThereIsNotFound() {
            assertThat(storage.stat(KEY)).isEmpty();
            assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(KEY, 0));
            assertThat(listed("")).isEmpty();
            assertThat(listed("shop")).isEmpty();
            assertThat(storage.children("")).isEmpty();
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();
        }

        @Test
        void aFolderIsNoObject() {
            put(KEY, "content");
            ObjectKey folder = new ObjectKey("shop");

            assertThat(storage.stat(folder)).isEmpty();
            storage.delete(folder);
            assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(folder, 0));
            assertThat(read(KEY)).isEqualTo("content");
        }

        @Test
        void belowAnObjectThereIsNothing() {
            put(KEY, "content");

            assertThat(storage.stat(KEY.child("below"))).isEmpty();
            storage.delete(KEY.child("below"));
            assertFails(ErrorCode.OBJECT_NOT_FOUND, () -> storage.open(KEY.child("below"), 0));
            assertThat(read(KEY)).isEqualTo("content");
        }
    }

    @Nested
    class Listing {
        @Test
        void objectsAreListedInTheOrderOfTheirKeys() {
            List<ObjectKey> keys = Stream.of(
                            "a/x", "a-b/c", "a.b", "a0", "a/b/c", "a/b-c", "a/b.c", "a/b0", "b", "B/x", "_", "-/x",
                            "aa/z", "a.b.d/e", "a-/e", "A")
                    .map(ObjectKey::new)
                    .toList();
            keys.forEach(key -> put(key, "x"));

            assertThat(keysOf(""))
                    .isSortedAccordingTo(Comparator.naturalOrder())
                    .containsExactlyInAnyOrderElementsOf(keys);
            assertThat(keysOf("a"))
                    .isSortedAccordingTo(Comparator.naturalOrder())
                    .hasSize(5);
        }

        @Test
        void aPrefixIsWholeSegments() {
            for (String key : List.of("shop/1", "shop/2/x", "shop-staging/1", "shopping", "other/shop/1")) {
                put(new ObjectKey(key), "x");
            }

            assertThat(keysOf("shop")).extracting(ObjectKey::value).containsExactly("shop/1", "shop/2/x");
            assertThat(keysOf("shop/2")).extracting(ObjectKey::value).containsExactly("shop/2/x");
            assertThat(keysOf("sho")).isEmpty();
            assertThat(keysOf("shopping")).isEmpty();
        }

        @Test
        void aPrefixThatNoKeyCanHaveIsRefused() {
            for (String prefix : List.of("/", "shop/", "/shop", "..", "shop/../other", ".hidden", "sh op")) {
                assertThatThrownBy(() -> storage.list(prefix).close()).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> storage.children(prefix)).isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void aLongListIsCompleteAndInOrder() throws Exception {
            // More than the 1,000 that object stores answer at once.
            int objects = much(2_500, 1_100);
            List<Future<Integer>> writers = inThreads(8, thread -> {
                for (int i = thread; i < objects; i += 8) {
                    put(new ObjectKey("shop/" + i % 7 + "/object-" + i), "x");
                }
                return thread;
            });
            valuesOf(writers);

            List<ObjectKey> keys = keysOf("");
            assertThat(keys).hasSize(objects).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.naturalOrder());
            assertThat(storage.children("shop")).containsExactly("0", "1", "2", "3", "4", "5", "6");
            try (Stream<StoredObject> lazily = storage.list("shop/3")) {
                assertThat(lazily.limit(2).map(StoredObject::key).map(ObjectKey::value))
                        .containsExactly("shop/3/object-10", "shop/3/object-1004");
            }
        }

        @Test
        void childrenAreTheFoldersOneLevelBelow() {
            for (String key : List.of("shop/1/x", "shop/2/y/z", "shop/1-a/x", "shop/file", "other/1/x", "file")) {
                put(new ObjectKey(key), "x");
            }

            assertThat(storage.children("")).containsExactly("other", "shop");
            assertThat(storage.children("shop")).containsExactly("1", "1-a", "2");
            assertThat(storage.children("shop/2")).containsExactly("y");
            assertThat(storage.children("shop/1")).isEmpty();
            assertThat(storage.children("nothing")).isEmpty();
        }
    }

    @Nested
    class Deleting {
        @Test
        void whatIsDeletedIsGone() {
            put(KEY, "content");
            put(new ObjectKey("shop/kept"), "kept");

            storage.delete(KEY);

            assertThat(storage.stat(KEY)).isEmpty();
            assertThat(keysOf("")).containsExactly(new ObjectKey("shop/kept"));
            assertThat(storage.children("shop")).isEmpty();
        }

        @Test
        void whatIsNotThereMayBeDeleted() {
            storage.delete(KEY);
            storage.delete(KEY);

            assertThat(listed("")).isEmpty();
        }

        @Test
        void manyMayDeleteAtOnce() throws Exception {
            put(KEY, "content");
            CyclicBarrier start = new CyclicBarrier(8);

            List<Future<Boolean>> deletions = inThreads(8, thread -> {
                start.await(60, TimeUnit.SECONDS);
                storage.delete(KEY);
                return storage.stat(KEY).isEmpty();
            });

            assertThat(valuesOf(deletions)).containsOnly(true);
        }

        @Test
        void aKeyCanBeTakenAgainAfterItsDeletion() {
            put(KEY, "first");
            storage.delete(KEY);

            put(KEY, "second");

            assertThat(read(KEY)).isEqualTo("second");
        }

        @Test
        void writesAndDeletionsInOneFolderDoNotMeet() throws Exception {
            int rounds = much(100, 10);
            List<Future<Integer>> workers = inThreads(4, thread -> {
                for (int i = 0; i < rounds; i++) {
                    ObjectKey own = new ObjectKey("folder/of/all/object-" + thread);
                    put(own, "by " + thread);
                    assertThat(read(own)).isEqualTo("by " + thread);
                    storage.delete(own);
                    assertThat(storage.stat(own)).isEmpty();
                }
                return thread;
            });

            assertThat(valuesOf(workers)).hasSize(4);
            assertThat(listed("")).isEmpty();
        }
    }

    @Nested
    class Sweeping {
        @Test
        void aSweepLeavesWhatIsBeingWrittenAndObjects() {
            put(KEY, "content");
            ObjectKey other = new ObjectKey("shop/other");
            try (ByteSink live = storage.begin(other, WriteMode.CREATE)) {
                live.write(bytes("alive"));

                assertThat(storage.sweep(AN_HOUR)).isEmpty();

                live.finish();
            }
            assertThat(read(other)).isEqualTo("alive");
            assertThat(read(KEY)).isEqualTo("content");
        }

        @Test
        void aSweepRemovesWhatWasNeverFinished() throws Exception {
            ByteSink forgotten = another().begin(KEY, WriteMode.CREATE);
            forgotten.write(ByteBuffer.allocate(bytesThatLeaveSomething()));

            // What was written may be on its way for a while, and what moves is left alone.
            List<String> removed = storage.sweep(Duration.ZERO);
            for (long end = System.nanoTime() + PATIENCE.toNanos(); removed.isEmpty() && System.nanoTime() < end; ) {
                removed = storage.sweep(Duration.ZERO);
            }
            assertThat(removed).hasSize(1);
            assertThat(storage.sweep(Duration.ZERO)).isEmpty();

            assertThatThrownBy(forgotten::finish)
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
            assertThat(storage.stat(KEY)).isEmpty();
        }
    }

    @Nested
    class Closing {
        @Test
        void whatWasFinishedOutlivesTheBackend() throws Exception {
            put(KEY, "content");
            storage.close();

            storage = another();

            assertThat(read(KEY)).isEqualTo("content");
        }

        @Test
        void aClosedBackendRefusesAndFailsWhatIsOpen() throws Exception {
            put(KEY, "content");
            ObjectKey other = new ObjectKey("shop/other");
            ByteSink sink = storage.begin(other, WriteMode.CREATE);
            sink.write(bytes("half"));
            ByteSource source = storage.open(KEY, 0);

            storage.close();
            storage.close();

            assertThatThrownBy(sink::finish).isInstanceOfAny(IllegalStateException.class, StorageException.class);
            assertFails(ErrorCode.STORAGE_FAILED, () -> source.read(ByteBuffer.allocate(10)));
            assertThatThrownBy(() -> storage.stat(KEY)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> storage.begin(other, WriteMode.CREATE)).isInstanceOf(IllegalStateException.class);
            assertThat(another().stat(other)).isEmpty();
        }

        @Test
        void aClosedSourceFails() {
            put(KEY, "content");
            ByteSource source = storage.open(KEY, 0);

            source.close();
            source.close();

            assertFails(ErrorCode.STORAGE_FAILED, () -> source.read(ByteBuffer.allocate(10)));
        }
    }

    private void put(ObjectKey key, String content) {
        storage.put(key, WriteMode.CREATE, content.getBytes(UTF_8));
    }

    private StoredObject stored(ObjectKey key) {
        return storage.stat(key).orElseThrow();
    }

    private String read(ObjectKey key) {
        return new String(readBytes(key, 0), UTF_8);
    }

    private byte[] readBytes(ObjectKey key, long offset) {
        try (ByteSource source = storage.open(key, offset)) {
            return BytesSource.readAll(source);
        }
    }

    private List<StoredObject> listed(String prefix) {
        try (Stream<StoredObject> objects = storage.list(prefix)) {
            return objects.toList();
        }
    }

    private List<ObjectKey> keysOf(String prefix) {
        return listed(prefix).stream().map(StoredObject::key).toList();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256");
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    private interface Creation {
        void run(StorageBackend backend, ObjectKey key, String content, CyclicBarrier start) throws Exception;
    }

    private interface ThreadWork<T> {
        T run(int thread) throws Exception;
    }

    private static <T> List<Future<T>> inThreads(int count, ThreadWork<T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int thread = i;
                results.add(threads.submit(() -> work.run(thread)));
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    private static <T> List<T> valuesOf(List<Future<T>> results) throws InterruptedException, ExecutionException {
        List<T> values = new ArrayList<>();
        for (Future<T> result : results) {
            values.add(result.get());
        }
        return values;
    }
}
