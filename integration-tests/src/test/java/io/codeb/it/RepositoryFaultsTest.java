package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.codeb.BackupRepository;
import io.codeb.SweepReport;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.internal.codec.GzipCodecProvider;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.BackupWriter;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.fault.Blockade;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever call of the storage fails: what is listed is whole, and a lock is nobody's or one's. */
class RepositoryFaultsTest {
    private static final String PROJECT = "shop";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(42).nextBytes(CONTENT);
    }

    private final SecureRandom random = new SecureRandom();

    private static StorageBackend memory() {
        return InMemoryStorageProvider.open(UUID.randomUUID().toString());
    }

    private static BackupStore store(StorageBackend storage) {
        Codecs codecs = new Codecs(id -> id.equals("gzip") ? new GzipCodecProvider() : new ZstdCodecProvider());
        return BackupStore.of(
                BackupRepository.at("memory:test"), storage, codecs.of(BackupRepository.at("memory:test")));
    }

    private BackupId backUp(BackupStore store, Clock clock) {
        BackupId id = BackupId.create(clock.instant(), random);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup = store.begin(lock, id, (entry, bytes, stored, expected, rows) -> {});
            try {
                write(backup, EntrySpec.of("dump.sql", EntryKind.DUMP), CONTENT.length);
                write(backup, EntrySpec.of("globals.sql", EntryKind.GLOBALS), 10);
                backup.commit(manifest(id, backup.entries()));
            } catch (RuntimeException e) {
                backup.discard(e);
                throw e;
            }
        }
        return id;
    }

    private static void write(BackupWriter backup, EntrySpec entry, int length) {
        try (EntrySink sink = backup.open(entry)) {
            sink.write(ByteBuffer.wrap(CONTENT, 0, length));
            sink.finish();
        }
    }

    private static Manifest manifest(BackupId id, List<Entry> entries) {
        return new Manifest(
                Manifest.FORMAT_VERSION,
                List.of(),
                id,
                PROJECT,
                Optional.empty(),
                "test",
                NOW,
                NOW,
                new Manifest.EngineFacts("postgresql", "sql", new ServerVersion("15.1", 15, 1), "pg_dump", Facts.NONE),
                Selection.EVERYTHING,
                new Manifest.DatabaseSummary("d", 1),
                List.of(),
                entries,
                Map.of(),
                List.of());
    }

    private static void whatIsListedIsWhole(BackupStore store) {
        for (BackupId id : store.ids(PROJECT)) {
            Manifest manifest = store.read(PROJECT, id);
            assertThat(manifest.entries()).hasSize(2);
            for (Entry entry : manifest.entries()) {
                try (ByteSource source = store.reader(manifest).open(entry)) {
                    Transfer.all(source, new NullSink(), new Cancellation(), bytes -> {});
                }
            }
        }
    }

    @Test
    void whicheverCallFailsNothingIsListedThatIsNotWhole() {
        int failures = 0;
        while (true) {
            FaultyStorage storage =
                    FaultyStorage.around(memory()).with(StorageFault.failAny().atCall(failures + 1));
            BackupStore store = store(storage);
            Throwable failure = catchThrowable(() -> backUp(store, Clock.fixed(NOW, ZoneOffset.UTC)));
            boolean struck = storage.strikes() > 0;
            storage.heal();
            whatIsListedIsWhole(store);
            if (!struck) {
                assertThat(failure).isNull();
                break;
            }
            // The way back can lose an answer too: releasing a lock that ends by itself anyway.
            if (failure != null) {
                assertThat(failure).isInstanceOf(CodeBException.class);
                assertThat(store.ids(PROJECT)).isEmpty();
            }
            failures++;
        }
        assertThat(failures).isGreaterThan(10);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsACommit() {
        FaultyStorage storage = FaultyStorage.around(memory())
                .with(StorageFault.failAfter(StorageCall.FINISH).ofName("manifest.json"));
        BackupStore store = store(storage);
        BackupId id = backUp(store, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(storage.strikes()).isEqualTo(1);
        assertThat(store.ids(PROJECT)).containsExactly(id);
        whatIsListedIsWhole(store);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void manyRandomFailuresLeaveNothingHalf(long seed) {
        FaultyStorage storage = FaultyStorage.around(memory()).withRandomFailures(seed, 15);
        BackupStore store = store(storage);
        for (int i = 0; i < 30; i++) {
            Instant later = NOW.plus(ProjectLock.LEASE.multipliedBy(2L * i));
            Throwable failure = catchThrowable(() -> backUp(store, Clock.fixed(later, ZoneOffset.UTC)));
            assertThat(failure == null || failure instanceof CodeBException)
                    .as("seed %d: %s", seed, failure)
                    .isTrue();
        }
        storage.heal();
        whatIsListedIsWhole(store);
        assertThat(store.ids(PROJECT)).as("some of them came through").isNotEmpty();
    }

    @Test
    void aFullStorageSaysSoAndKeepsNothing() {
        FaultyStorage storage = FaultyStorage.around(memory())
                .with(StorageFault.failWriteAt(100_000).ofName("dump.sql.zst").throwing(ErrorCode.STORAGE_FULL));
        BackupStore store = store(storage);
        Throwable failure = catchThrowable(() -> backUp(store, Clock.fixed(NOW, ZoneOffset.UTC)));
        assertThat(failure).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.STORAGE_FULL));
        assertThat(store.ids(PROJECT)).isEmpty();
    }

    @Test
    void aLockIsHeldByOne() {
        StorageBackend storage = memory();
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        try (ProjectLock lock = ProjectLock.acquire(storage, PROJECT, clock)) {
            lock.requireHeld();
            assertThat(catchThrowable(() -> ProjectLock.acquire(storage, PROJECT, clock)))
                    .isInstanceOf(LockedException.class);
            try (ProjectLock other = ProjectLock.acquire(storage, "other", clock)) {
                other.requireHeld();
            }
        }
        try (ProjectLock again = ProjectLock.acquire(storage, PROJECT, clock)) {
            again.requireHeld();
        }
    }

    @Test
    void aDeadHoldersLockIsTakenWhenItsLeaseIsOverAndNotBefore() {
        StorageBackend storage = memory();
        ProjectLock dead = ProjectLock.acquire(storage, PROJECT, Clock.fixed(NOW, ZoneOffset.UTC));
        Clock almost = Clock.fixed(NOW.plus(ProjectLock.LEASE).minusMillis(1), ZoneOffset.UTC);
        assertThat(catchThrowable(() -> ProjectLock.acquire(storage, PROJECT, almost)))
                .isInstanceOf(LockedException.class);
        Clock over = Clock.fixed(NOW.plus(ProjectLock.LEASE), ZoneOffset.UTC);
        try (ProjectLock taken = ProjectLock.acquire(storage, PROJECT, over)) {
            taken.requireHeld();
            assertThat(catchThrowable(dead::requireHeld)).isInstanceOf(LockedException.class);
        }
        dead.close();
    }

    @Test
    void aHolderThatSleptThroughItsLeaseCannotCommit() {
        StorageBackend storage = memory();
        SteppingClock clock = new SteppingClock(NOW);
        try (ProjectLock sleeper = ProjectLock.acquire(storage, PROJECT, clock)) {
            clock.step(ProjectLock.LEASE);
            assertThat(catchThrowable(sleeper::requireHeld)).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void ofAHolderThatIsStoppedAsItsManifestIsWrittenATombstoneStays() throws Exception {
        StorageBackend shared = memory();
        Blockade stop = new Blockade();
        BackupStore sleeper = store(FaultyStorage.around(shared)
                .with(StorageFault.block(StorageCall.FINISH, stop).ofName("manifest.json")));
        BackupStore other = store(shared);
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        CompletableFuture<BackupId> late = CompletableFuture.supplyAsync(() -> backUp(sleeper, clock));
        stop.awaitReached();

        BackupId second = backUp(other, Clock.offset(clock, ProjectLock.LEASE));
        stop.release();

        assertThat(late)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LockedException.class);
        assertThat(other.ids(PROJECT)).containsExactly(second);
        assertThat(shared.list("").map(object -> object.key().value()))
                .filteredOn(key -> !key.startsWith(PROJECT + "/" + second + "/"))
                .singleElement()
                .asString()
                .endsWith("/manifest.json");
        whatIsListedIsWhole(other);
    }

    @Test
    void whoHasLostTheLockEndsAtTheNextBytesAndNotAtTheEnd() {
        StorageBackend storage = memory();
        SteppingClock clock = new SteppingClock(NOW);
        BackupStore store = store(storage);
        try (ProjectLock lock = store.lock(PROJECT, clock)) {
            BackupWriter backup =
                    store.begin(lock, BackupId.create(NOW, random), (entry, bytes, stored, expected, rows) -> {});
            try (EntrySink sink = backup.open(EntrySpec.of("dump.sql", EntryKind.DUMP))) {
                sink.write(ByteBuffer.wrap(CONTENT));
                sink.rows(1);
                clock.step(ProjectLock.LEASE);
                sink.write(ByteBuffer.wrap(CONTENT));
                assertThat(catchThrowable(() -> sink.rows(2))).isInstanceOf(LockedException.class);
            }
        }
    }

    @Test
    void aSweepThatIsStoppedRemovesNothingOfARunThatHasBegunSince() throws Exception {
        StorageBackend shared = memory();
        BackupStore other = store(shared);
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        backUp(other, clock);
        Blockade stop = new Blockade();
        // The first such call asks for the projects, the second for the backups of one.
        BackupStore sleeper = store(FaultyStorage.around(shared)
                .with(StorageFault.block(StorageCall.CHILDREN, stop).atCall(2)));
        CompletableFuture<SweepReport> late =
                CompletableFuture.supplyAsync(() -> sleeper.sweep(Duration.ofDays(-1000), clock));
        stop.awaitReached();

        try (ProjectLock lock = other.lock(PROJECT, Clock.offset(clock, ProjectLock.LEASE))) {
            BackupId id = BackupId.create(NOW, random);
            write(
                    other.begin(lock, id, (entry, bytes, stored, expected, rows) -> {}),
                    EntrySpec.of("dump.sql", EntryKind.DUMP),
                    10);
            stop.release();

            assertThat(late).succeedsWithin(Duration.ofMinutes(1)).satisfies(report -> {
                assertThat(report.removed()).isEmpty();
                assertThat(report.kept()).singleElement().asString().contains("has lost the lock");
            });
            assertThat(other.objects(PROJECT, id)).hasSize(1);
            lock.requireHeld();
        }
    }

    /** A clock that moves when it is told to. */
    private static final class SteppingClock extends Clock {
        private Instant now;

        SteppingClock(Instant now) {
            this.now = now;
        }

        synchronized void step(Duration by) {
            now = now.plus(by);
        }

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
