package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.Blockade;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was given up does not become a backup, however late its manifest comes. */
class TombstoneTest {
    private static final String PROJECT = "shop";
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-02-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Clock LATER = Clock.offset(NOW, ProjectLock.LEASE);
    private static final Duration WHATEVER_ITS_AGE = Duration.ofDays(-1000);
    private static final Manifest MODEL = ManifestJsonTest.manifest(List.of(), Map.of());
    private static final BackupId ID = MODEL.id();
    private static final ObjectKey MANIFEST = Layout.manifest(PROJECT, ID);
    private static final ObjectKey ENTRY =
            Layout.folder(PROJECT, ID).child(MODEL.entries().get(0).name());

    private final InMemoryStorage storage = new InMemoryStorage();
    private final BackupStore store = store(storage);

    private static BackupStore store(StorageBackend storage) {
        BackupRepository repository = BackupRepository.at("memory:test");
        return BackupStore.of(repository, storage, new Codecs(id -> new ZstdCodecProvider()).of(repository));
    }

    /** As a service does it. */
    private static void backUp(BackupStore store) {
        try (ProjectLock lock = store.lock(PROJECT, ID, NOW)) {
            BackupWriter backup = store.begin(lock, ID, (entry, bytes, stored, expected, rows) -> {});
            try {
                try (EntrySink sink = backup.open(EntrySpec.of("dump.sql", EntryKind.DUMP))) {
                    sink.write(ByteBuffer.wrap("dump".getBytes(UTF_8)));
                    sink.finish();
                }
                backup.commit(MODEL);
            } catch (RuntimeException e) {
                backup.discard(e);
                throw e;
            }
        }
    }

    private static void fails(ErrorCode code, ThrowingCallable action) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, action);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
    }

    private List<String> objects() {
        try (Stream<StoredObject> objects = storage.list("")) {
            return objects.map(object -> object.key().value()).toList();
        }
    }

    /** Between its look at the lock and its manifest; and what it would do afterwards it does not come to. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsStoppedAtItsManifestAndKilledBehindItMakesNoBackup(boolean sweptMeanwhile) throws Exception {
        Blockade stop = new Blockade();
        BackupStore stopped = store(FaultyStorage.around(storage)
                .with(StorageFault.block(StorageCall.FINISH, stop).ofName("manifest.json"))
                .with(StorageFault.fail(StorageCall.DELETE)
                        .ofKeys(key -> !key.value().contains("/lock/"))
                        .always()));
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> backUp(stopped));
        stop.awaitReached();

        if (sweptMeanwhile) {
            assertThat(new Sweep(store, LATER, WHATEVER_ITS_AGE)
                            .run(List.of(PROJECT))
                            .removed())
                    .containsExactly(ENTRY.value());
        } else {
            store.lock(PROJECT, LATER).close();
        }
        stop.release();

        assertThat(late).failsWithin(Duration.ofMinutes(1));
        assertThat(late.handle((done, e) -> e.getCause()).join())
                .isInstanceOfSatisfying(
                        CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOCKED));
        assertThat(store.ids(PROJECT)).isEmpty();
    }

    /** Its request is still on the way when its writer has given up. */
    @Test
    void aManifestThatComesLateComesToNothing() {
        BackupStore unlucky = store(FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.FINISH)
                        .ofName("manifest.json")
                        .throwing(ErrorCode.STORAGE_UNAVAILABLE)));

        fails(ErrorCode.STORAGE_UNAVAILABLE, () -> backUp(unlucky));

        assertThat(objects()).containsExactly(MANIFEST.value());
        fails(ErrorCode.OBJECT_EXISTS, () -> storage.put(MANIFEST, WriteMode.CREATE, "late".getBytes(UTF_8)));
        assertThat(store.ids(PROJECT)).isEmpty();
    }

    @Test
    void whereNobodyCanTellWhetherItComesItsEntriesStay() {
        BackupStore cut = store(FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.FINISH)
                        .ofName("manifest.json")
                        .always()
                        .throwing(ErrorCode.STORAGE_UNAVAILABLE)));

        fails(ErrorCode.STORAGE_UNAVAILABLE, () -> backUp(cut));

        assertThat(objects()).containsExactly(ENTRY.value());
    }

    @Test
    void aBackupThatIsThereIsLeftAloneByWhoTakesOver() {
        backUp(store);
        ProjectLock killed = store.lock(PROJECT, ID, NOW);

        store.lock(PROJECT, LATER).close();

        assertThat(store.ids(PROJECT)).containsExactly(ID);
        assertThat(store.sweep(WHATEVER_ITS_AGE, LATER).removed()).isEmpty();
        killed.close();
    }

    /**
     * A renewal that is on its way for so long that the lock was taken over, given back and taken again under the same
     * number writes over the lease that is there. Its holder has no backup from that, whatever its clock says.
     */
    @Test
    void aNumberThatComesAgainLetsNobodyCommitLate() {
        ObjectKey number = new ObjectKey(PROJECT + "/lock/0000000000000000001");
        BackupId another = new BackupId("20260201T000105Z-k3fbq2x7");
        ProjectLock late = store.lock(PROJECT, ID, NOW);
        byte[] renewal = bytes(number);
        store.lock(PROJECT, LATER).close();
        ProjectLock third = store.lock(PROJECT, another, LATER);
        assertThat(objects()).contains(number.value());

        storage.put(number, WriteMode.REPLACE, renewal);

        assertThatCode(late::requireHeld).doesNotThrowAnyException();
        fails(ErrorCode.LOCKED, () -> store.commit(late, ID, ManifestJson.write(MODEL)));
        fails(ErrorCode.LOCKED, third::requireHeld);
        assertThat(store.ids(PROJECT)).isEmpty();
        third.close();
        late.close();
        assertThat(objects()).containsExactly(MANIFEST.value());
    }

    private byte[] bytes(ObjectKey key) {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        try (var source = storage.open(key, 0)) {
            source.read(bytes);
        }
        byte[] read = new byte[bytes.flip().remaining()];
        bytes.get(read);
        return read;
    }

    @Test
    void whoGivesTheLockBackLeavesNoTombstone() {
        store.lock(PROJECT, ID, NOW).close();
        store.lock(PROJECT, LATER).close();

        assertThat(objects()).isEmpty();
    }

    @Test
    void whoCannotBeSureThatTheOtherMakesNoneDoesNotTakeOver() {
        ProjectLock killed = store.lock(PROJECT, ID, NOW);
        BackupStore unlucky = store(FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.FINISH)
                        .ofName("manifest.json")
                        .throwing(ErrorCode.STORAGE_UNAVAILABLE)));

        fails(ErrorCode.STORAGE_UNAVAILABLE, () -> unlucky.lock(PROJECT, LATER));
        assertThat(objects()).containsExactly(PROJECT + "/lock/0000000000000000001");

        unlucky.lock(PROJECT, LATER).close();
        assertThat(objects()).containsExactly(MANIFEST.value());
        killed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"../x\"", "\"20260102T030405Z\"", "\"\""})
    void aLockThatNamesNoBackupIsTakenOver(String backup) {
        String lock = "{\"holder\":\"h\",\"expiresAt\":\"2026-01-02T03:05:05Z\",\"backup\":" + backup + "}";
        storage.put(new ObjectKey(PROJECT + "/lock/0000000000000000001"), WriteMode.CREATE, lock.getBytes(UTF_8));

        store.lock(PROJECT, LATER).close();

        assertThat(objects()).isEmpty();
    }

    @Test
    void itIsNoBackupAndStays() {
        Tombstone.put(storage, MANIFEST);
        Tombstone.put(storage, MANIFEST);
        storage.put(ENTRY, WriteMode.CREATE, new byte[1]);

        assertThat(store.ids(PROJECT)).isEmpty();
        assertThat(store.refs(ID)).isEmpty();
        assertThat(store.mayExist(PROJECT, ID)).isFalse();
        fails(ErrorCode.BACKUP_NOT_FOUND, () -> store.read(PROJECT, ID));
        fails(ErrorCode.BACKUP_NOT_FOUND, () -> store.delete(PROJECT, ID, NOW));
        assertThat(store.sweep(WHATEVER_ITS_AGE, NOW).removed()).containsExactly(ENTRY.value());
        assertThat(objects()).containsExactly(MANIFEST.value());
    }

    @Test
    void olderVersionsTakeItForABackupOfANewerOne() throws Exception {
        Tombstone.put(storage, MANIFEST);
        byte[] json = bytes(MANIFEST);

        IntegrityException refusal =
                catchThrowableOfType(IntegrityException.class, () -> ManifestJson.read(json, MANIFEST.value()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.MANIFEST_NEWER);
        assertThat(refusal).hasMessageContaining("given-up");
        assertThat(ManifestJson.base(json)).isEmpty();
    }
}
