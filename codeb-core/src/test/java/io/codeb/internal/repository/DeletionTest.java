package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.error.StorageException;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup that others are told against stays for as long as they do, even if this version cannot read those. */
class DeletionTest {
    private static final String PROJECT = "shop";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-01T00:00:00Z"), ZoneOffset.UTC);
    private static final BackupId BASE = new BackupId("20260102T030405Z-aaaaaaaa");
    private static final BackupId SECOND = new BackupId("20260103T030405Z-bbbbbbbb");
    private static final BackupId THIRD = new BackupId("20260104T030405Z-cccccccc");

    private final InMemoryStorage storage = new InMemoryStorage();
    private final BackupStore store =
            BackupStore.of(BackupRepository.at("memory:test"), storage, new Codecs(id -> new NoneCodecProvider()));

    private void commit(Manifest manifest) {
        try (ProjectLock lock = store.lock(PROJECT, CLOCK)) {
            store.commit(lock, manifest.id(), ManifestJson.write(manifest));
        }
    }

    @BeforeEach
    void aChain() {
        commit(manifest(BASE, Optional.empty()));
        commit(manifest(SECOND, Optional.of(BASE)));
        commit(manifest(THIRD, Optional.of(SECOND)));
    }

    private static Manifest manifest(BackupId id, Optional<BackupId> base) {
        Manifest model = ManifestJsonTest.manifest(List.of(), Map.of());
        return new Manifest(
                model.formatVersion(),
                base.isPresent() ? List.of("of-a-later-version") : List.of(),
                id,
                PROJECT,
                base,
                model.createdBy(),
                model.startedAt(),
                model.finishedAt(),
                model.engine(),
                model.selection(),
                model.database(),
                model.tables(),
                model.entries(),
                model.labels(),
                model.recipients());
    }

    private StorageException refusal(BackupId id) {
        StorageException refusal = catchThrowableOfType(StorageException.class, () -> store.delete(PROJECT, id, CLOCK));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void aBaseIsNotDeletedBeforeWhatIsToldAgainstIt() {
        StorageException refusal = refusal(BASE);

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NEEDED);
        assertThat(refusal).hasMessageContaining(SECOND.value()).hasMessageContaining("default/shop/" + BASE);
        assertThat(refusal.getMessage()).doesNotContain(THIRD.value());
        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND, THIRD);
    }

    @Test
    void aChainIsDeletedFromItsEnd() {
        store.delete(PROJECT, THIRD, CLOCK);
        store.delete(PROJECT, SECOND, CLOCK);
        store.delete(PROJECT, BASE, CLOCK);

        assertThat(store.ids(PROJECT)).isEmpty();
    }

    @Test
    void aDamagedBackupKeepsNoOtherAlive() {
        storage.put(Layout.manifest(PROJECT, SECOND), WriteMode.REPLACE, "{".getBytes(UTF_8));

        store.delete(PROJECT, BASE, CLOCK);

        assertThat(store.ids(PROJECT)).containsExactly(SECOND, THIRD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"base\" : 7}", "{\"base\" : \"../x\"}", "{\"base\" : [\"x\"]}"})
    void aManifestThatIsNoneHasNoBase(String json) {
        assertThat(ManifestJson.base(json.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void whetherItIsNeededMustBeKnownBeforeItIsDeleted() {
        StorageBackend unsure = FaultyStorage.around(storage).with(StorageFault.fail(StorageCall.OPEN));
        BackupStore asking =
                BackupStore.of(BackupRepository.at("memory:test"), unsure, new Codecs(id -> new NoneCodecProvider()));

        assertThat(catchThrowableOfType(StorageException.class, () -> asking.delete(PROJECT, THIRD, CLOCK)))
                .isNotNull();
        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND, THIRD);
    }

    @Test
    void aDamagedBackupCanBeDeleted() {
        storage.put(Layout.manifest(PROJECT, THIRD), WriteMode.REPLACE, "{".getBytes(UTF_8));

        store.delete(PROJECT, THIRD, CLOCK);

        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND);
    }

    @Test
    void whatIsNotThereIsToldSo() {
        store.delete(PROJECT, THIRD, CLOCK);

        assertThat(refusal(THIRD).code()).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
    }

    private List<String> locks() {
        try (Stream<StoredObject> locks = storage.list(PROJECT + "/lock")) {
            return locks.map(lock -> lock.key().value()).toList();
        }
    }

    @Test
    void whileABackupIsMadeNoneIsDeletedThatItMayBuildOn() {
        try (ProjectLock held = store.lock(PROJECT, CLOCK)) {
            assertThat(catchThrowableOfType(LockedException.class, () -> store.delete(PROJECT, THIRD, CLOCK)))
                    .hasMessageContaining(PROJECT);
            held.requireHeld();
        }
        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND, THIRD);

        store.delete(PROJECT, THIRD, CLOCK);

        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND);
    }

    @Test
    void theLockIsGivenBackHoweverItEnds() {
        store.delete(PROJECT, THIRD, CLOCK);
        assertThat(locks()).isEmpty();
        refusal(BASE);
        assertThat(locks()).isEmpty();
        refusal(THIRD);
        assertThat(locks()).isEmpty();
    }

    @Test
    void whereNothingIsFoundNothingIsWritten() {
        assertThat(catchThrowableOfType(StorageException.class, () -> store.delete("nobody", BASE, CLOCK)))
                .isNotNull();
        assertThat(store.projects()).containsExactly(PROJECT);
    }

    @Test
    void whoeverLosesTheLockDeletesNothing() {
        FaultyStorage slow = FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.OPEN).throwing(() -> {
                    takeOver();
                    return new StorageException(ErrorCode.OBJECT_NOT_FOUND, "slow", "");
                }));
        BackupStore sleeping =
                BackupStore.of(BackupRepository.at("memory:test"), slow, new Codecs(id -> new NoneCodecProvider()));

        assertThat(catchThrowableOfType(LockedException.class, () -> sleeping.delete(PROJECT, THIRD, CLOCK)))
                .isNotNull();
        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND, THIRD);
    }

    /** Somebody for whom the lease is over. */
    private void takeOver() {
        ProjectLock.acquire(storage, PROJECT, Clock.offset(CLOCK, ProjectLock.LEASE.plusSeconds(1)))
                .close();
    }

    @Test
    void aFullStorageCanBeEmptied() {
        FaultyStorage full = FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.WRITE).always().throwing(ErrorCode.STORAGE_FULL));
        BackupStore cramped =
                BackupStore.of(BackupRepository.at("memory:test"), full, new Codecs(id -> new NoneCodecProvider()));

        cramped.delete(PROJECT, THIRD, CLOCK);

        assertThat(store.ids(PROJECT)).containsExactly(BASE, SECOND);
        assertThat(catchThrowableOfType(StorageException.class, () -> cramped.delete(PROJECT, BASE, CLOCK)))
                .extracting(StorageException::code)
                .isEqualTo(ErrorCode.BACKUP_NEEDED);
    }
}
