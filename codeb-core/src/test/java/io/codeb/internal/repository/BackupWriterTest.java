package io.codeb.internal.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.BackupRepository;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads write one backup. */
class BackupWriterTest {
    private static final int THREADS = 8;
    private static final String PROJECT = "shop";

    private final Clock clock = Clock.systemUTC();
    private final BackupId id = BackupId.create(clock.instant(), new SecureRandom());
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static StorageBackend memory() {
        return InMemoryStorageProvider.open(UUID.randomUUID().toString());
    }

    private static BackupStore store(StorageBackend storage) {
        return BackupStore.of(
                BackupRepository.at("memory:test"),
                storage,
                new Codecs(codec -> new ZstdCodecProvider()).of(BackupRepository.at("memory:test")));
    }

    private static EntrySpec piece(int number) {
        return EntrySpec.of("data-%02d.copy".formatted(number), EntryKind.DUMP).with("table", "t" + number);
    }

    private static void fill(EntrySink sink, int pieces) {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[10_000]);
        for (int i = 1; i <= pieces; i++) {
            sink.write(bytes.clear());
            sink.rows(i);
        }
    }

    @Test
    void anEstimateIsToldUntilTheEntryOutgrowsIt() {
        BackupStore store = store(memory());
        List<Long> expected = new ArrayList<>();
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, total, count) -> expected.add(total));
            try (EntrySink sink = backup.open(piece(1).withExpectedSize(25_000))) {
                fill(sink, 3);
                sink.finish();
            }
            try (EntrySink sink = backup.open(piece(2))) {
                fill(sink, 1);
                sink.finish();
            }
        }
        assertThat(expected).containsExactly(25_000L, 25_000L, -1L, -1L);
    }

    @Test
    void whatIsTakenBackIsGoneAndItsNamesAreFree() {
        StorageBackend storage = memory();
        BackupStore store = store(storage);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, total, count) -> {});
            for (int number : List.of(1, 2)) {
                try (EntrySink sink = backup.open(piece(number))) {
                    fill(sink, 3);
                    sink.finish();
                }
            }
            try (EntrySink sink = backup.open(piece(3))) {
                fill(sink, 1);
            }

            backup.startOver();

            assertThat(backup.entries()).isEmpty();
            assertThat(store.remains(PROJECT, id)).isEmpty();
            try (EntrySink sink = backup.open(piece(1))) {
                fill(sink, 1);
                sink.finish();
            }
            assertThat(backup.entries()).extracting(Entry::rawSize).containsExactly(10_000L);
        }
    }

    /** A backup of many pieces would fill the heap otherwise. */
    @Test
    void whatAnEntryWentThroughIsLetGoOfWithItsEndAndNotWithTheBackups() {
        List<WeakReference<Object>> sinks = new ArrayList<>();
        BackupStore store = store(remembering(sinks));
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, total, count) -> {});
            try (EntrySink sink = backup.open(piece(1))) {
                fill(sink, 1);
                sink.finish();
            }
            try (EntrySink sink = backup.open(piece(2))) {
                fill(sink, 1);
            }
            assertThat(sinks).hasSize(2);

            System.gc();

            assertThat(sinks).allSatisfy(sink -> assertThat(sink.get()).isNull());
            assertThat(backup.open(piece(2))).isNotNull();
            assertThatThrownBy(() -> backup.open(piece(1))).isInstanceOf(IllegalStateException.class);
        }
    }

    private static StorageBackend remembering(List<WeakReference<Object>> sinks) {
        StorageBackend storage = memory();
        return (StorageBackend) Proxy.newProxyInstance(
                StorageBackend.class.getClassLoader(),
                new Class<?>[] {StorageBackend.class},
                (proxy, method, given) -> {
                    Object answer = method.invoke(storage, given);
                    if (method.getName().equals("begin") && given[0].toString().contains("data-")) {
                        sinks.add(new WeakReference<>(answer));
                    }
                    return answer;
                });
    }

    @Test
    void anEntryThatWasGivenUpCanBeWrittenAnewAndOneThatWasFinishedCannot() {
        BackupStore store = store(memory());
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, total, count) -> {});
            try (EntrySink sink = backup.open(piece(1))) {
                fill(sink, 3);
                assertThatThrownBy(() -> backup.open(piece(1))).isInstanceOf(IllegalStateException.class);
            }
            try (EntrySink sink = backup.open(piece(1))) {
                fill(sink, 1);
                sink.finish();
            }
            assertThatThrownBy(() -> backup.open(piece(1))).isInstanceOf(IllegalStateException.class);
            assertThat(backup.entries()).extracting(Entry::rawSize).containsExactly(10_000L);
        }
    }

    /** Each task on a thread of its own; what a task throws is thrown here. */
    private List<Throwable> together(List<Callable<Void>> tasks) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        for (Future<Void> done : threads.invokeAll(tasks)) {
            try {
                done.get();
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            }
        }
        return failures;
    }

    @Test
    void manyThreadsWriteEntriesAtOnceAndTheOrderIsThatOfTheNames() throws InterruptedException {
        BackupStore store = store(memory());
        Map<String, Long> rows = new ConcurrentHashMap<>();
        CyclicBarrier allOpen = new CyclicBarrier(THREADS);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup =
                    store.begin(lock, id, (entry, bytes, stored, expected, count) -> rows.put(entry, count));
            List<Callable<Void>> tasks = IntStream.range(0, THREADS)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        try (EntrySink sink = backup.open(piece(THREADS - number))) {
                            allOpen.await();
                            fill(sink, THREADS - number);
                            sink.finish();
                        }
                        return null;
                    })
                    .toList();
            assertThat(together(tasks)).isEmpty();
            assertThat(backup.entries())
                    .extracting(Entry::name)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, THREADS)
                            .mapToObj("data-%02d.copy.zst"::formatted)
                            .toList());
            assertThat(backup.entries()).allSatisfy(entry -> assertThat("t" + entry.rawSize() / 10_000)
                    .isEqualTo(entry.attributes().get("table")));
            assertThat(rows).hasSize(THREADS).containsEntry("data-03.copy", 3L);
        }
    }

    @Test
    void oneEntryThatFailsTakesTheOthersWithIt() throws InterruptedException {
        FaultyStorage storage = FaultyStorage.around(memory())
                .with(StorageFault.failWriteAt(1).ofName("data-03.copy.zst").throwing(ErrorCode.STORAGE_FULL));
        BackupStore store = store(storage);
        CyclicBarrier allOpen = new CyclicBarrier(THREADS);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, expected, count) -> {});
            List<Callable<Void>> tasks = IntStream.rangeClosed(1, THREADS)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        try (EntrySink sink = backup.open(piece(number))) {
                            allOpen.await();
                            fill(sink, 100);
                            sink.finish();
                        }
                        return null;
                    })
                    .toList();
            List<Throwable> failures = together(tasks);
            assertThat(failures).hasSize(1).first().isInstanceOfSatisfying(CodeBException.class, e -> assertThat(
                            e.code())
                    .isEqualTo(ErrorCode.STORAGE_FULL));
            assertThat(store.objects(PROJECT, id)).hasSize(THREADS - 1);
            backup.discard(failures.get(0));
            assertThat(store.objects(PROJECT, id)).isEmpty();
            assertThatThrownBy(backup::entries).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aCancelledBackupLeavesNothingThoughEntriesAreOpen() throws InterruptedException {
        BackupStore store = store(memory());
        Cancellation cancellation = new Cancellation();
        CountDownLatch allWriting = new CountDownLatch(THREADS);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, expected, count) -> {});
            List<Callable<Void>> tasks = IntStream.rangeClosed(1, THREADS)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        EntrySink sink = backup.open(piece(number));
                        fill(sink, 1);
                        allWriting.countDown();
                        allWriting.await();
                        cancellation.cancel("on purpose");
                        cancellation.throwIfCancelled();
                        sink.finish();
                        return null;
                    })
                    .toList();
            List<Throwable> failures = together(tasks);
            assertThat(failures).hasSize(THREADS).hasOnlyElementsOfType(CancelledException.class);
            backup.discard(failures.get(0));
            assertThat(store.objects(PROJECT, id)).isEmpty();
            assertThat(catchThrowable(() -> backup.open(piece(99))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasCause(failures.get(0));
            assertThat(store.objects(PROJECT, id)).isEmpty();
        }
    }

    @Test
    void twoEntriesCannotHaveOneName() {
        BackupStore store = store(memory());
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, expected, count) -> {});
            EntrySink first = backup.open(piece(1));
            assertThatThrownBy(() -> backup.open(piece(1))).hasMessageContaining("data-01.copy");
            first.finish();
            first.close();
            assertThat(backup.entries()).hasSize(1);
        }
    }
}
