package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.codeb.BackupRepository;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Manifest;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes copy one backup, as the first was stopped for longer than its lease: what is listed is whole. */
class StoppedCopyTest {
    private static final String PROJECT = "shop";
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-02-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Clock LATER = Clock.offset(NOW, ProjectLock.LEASE);

    private final InMemoryStorage near = new InMemoryStorage();
    private final InMemoryStorage far = new InMemoryStorage();
    private final BackupStore source = store(near);
    private final Blockade stop = new Blockade();
    private final Manifest backup = backUp();

    private static BackupStore store(StorageBackend storage) {
        BackupRepository repository = BackupRepository.at("memory:test");
        return BackupStore.of(repository, storage, new Codecs(id -> new ZstdCodecProvider()).of(repository));
    }

    private Manifest backUp() {
        Manifest model = ManifestJsonTest.manifest(List.of(), Map.of());
        BackupId id = model.id();
        try (ProjectLock lock = source.lock(PROJECT, id, NOW)) {
            BackupWriter writer = source.begin(lock, id, (entry, bytes, stored, expected, rows) -> {});
            for (String name : List.of("dump.sql", "globals.sql")) {
                try (EntrySink sink = writer.open(EntrySpec.of(name, EntryKind.DUMP))) {
                    sink.write(ByteBuffer.wrap(("what is in " + name).getBytes(UTF_8)));
                    sink.finish();
                }
            }
            Manifest manifest = new Manifest(
                    model.formatVersion(),
                    model.requires(),
                    id,
                    PROJECT,
                    model.base(),
                    model.createdBy(),
                    model.startedAt(),
                    model.finishedAt(),
                    model.engine(),
                    model.selection(),
                    model.database(),
                    model.tables(),
                    writer.entries(),
                    model.labels(),
                    model.recipients());
            writer.commit(manifest);
            return manifest;
        }
    }

    private void copy(StorageBackend to, Clock clock) {
        store(to)
                .copyFrom(
                        source,
                        PROJECT,
                        backup.id(),
                        clock,
                        (entry, bytes, stored, expected, rows) -> {},
                        new Cancellation());
    }

    private CompletableFuture<Void> stoppedAt(String object) {
        StorageBackend way = FaultyStorage.around(far)
                .with(StorageFault.block(StorageCall.FINISH, stop)
                        .ofKeys(key -> key.value().contains(object)));
        CompletableFuture<Void> copy = CompletableFuture.runAsync(() -> copy(way, NOW));
        stop.awaitReached();
        return copy;
    }

    /** How it ended, and that it has. */
    private @Nullable ErrorCode end(CompletableFuture<Void> copy) {
        stop.release();
        try {
            copy.orTimeout(1, TimeUnit.MINUTES).join();
            return null;
        } catch (CompletionException e) {
            if (e.getCause() instanceof CodeBException failure) {
                return failure.code();
            }
            throw e;
        }
    }

    private void assertWhole() {
        BackupStore target = store(far);
        assertThat(target.ids(PROJECT)).containsExactly(backup.id());
        Manifest manifest = target.read(PROJECT, backup.id());
        assertThat(manifest).isEqualTo(backup);
        for (Entry entry : manifest.entries()) {
            try (ByteSource stored = target.openStored(manifest, entry)) {
                assertThatCode(() -> Transfer.all(stored, new NullSink(), new Cancellation(), bytes -> {}))
                        .doesNotThrowAnyException();
            }
        }
    }

    private List<String> objects() {
        try (Stream<StoredObject> objects = far.list("")) {
            return objects.map(object -> object.key().value()).toList();
        }
    }

    @BeforeEach
    void thereAreTwoEntries() {
        assertThat(backup.entries()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.sql", "globals.sql", "manifest.json"})
    void whatTheOtherHasCopiedMeanwhileStands(String stoppedAt) {
        CompletableFuture<Void> first = stoppedAt(stoppedAt);

        copy(far, LATER);
        ErrorCode end = end(first);

        assertThat(end).isIn(null, ErrorCode.LOCKED, ErrorCode.OBJECT_EXISTS);
        assertWhole();
    }

    /** Each way of being killed: from one call on, nothing reaches the storage any more. */
    @ParameterizedTest
    @ValueSource(strings = {"dump.sql", "globals.sql", "manifest.json"})
    void whateverBecomesOfTheOtherNothingIsListedThatIsNotWhole(String stoppedAt) {
        FaultyStorage counted = FaultyStorage.around(new InMemoryStorage());
        copy(counted, LATER);
        for (int call = 1; call <= counted.calls(); call++) {
            StoppedCopyTest each = new StoppedCopyTest();
            CompletableFuture<Void> first = each.stoppedAt(stoppedAt);
            int killedAt = call;
            FaultyStorage dying = FaultyStorage.around(each.far)
                    .with(StorageFault.failAny().atCall(killedAt).always());
            try {
                each.copy(dying, LATER);
            } catch (CodeBException e) {
                assertThat(e.code()).as("killed at call " + killedAt).isNotNull();
            }
            each.end(first);

            if (!store(each.far).ids(PROJECT).isEmpty()) {
                each.assertWhole();
            }
            each.copy(each.far, Clock.offset(LATER, ProjectLock.LEASE));
            each.assertWhole();
        }
    }

    @Test
    void whereASweepHasRemovedItsEntriesThereIsNoCopy() {
        CompletableFuture<Void> first = stoppedAt("manifest.json");

        assertThat(new Sweep(store(far), LATER, Duration.ofDays(-1000)).run().removed())
                .hasSize(2);

        assertThat(end(first)).isEqualTo(ErrorCode.LOCKED);
        assertThat(objects()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageCall.class,
            names = {"BEGIN", "DELETE"})
    void whatACopyThatWasCutHasBroughtWholeIsNotBroughtAgain(StorageCall neither) {
        Entry there = backup.entries().get(0);
        ObjectKey key = Layout.folder(PROJECT, backup.id()).child(there.name());
        try (ByteSource stored = near.open(key, 0)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) there.storedSize());
            stored.read(bytes);
            far.put(key, WriteMode.CREATE, bytes.array());
        }
        far.put(Layout.folder(PROJECT, backup.id()).child("stray"), WriteMode.CREATE, new byte[1]);

        copy(
                FaultyStorage.around(far)
                        .with(StorageFault.fail(neither)
                                .ofKeys(each -> each.equals(key))
                                .always()),
                NOW);

        assertWhole();
        assertThat(objects()).hasSize(3);
    }

    @Test
    void whatLiesInPlaceOfAnEntryAndIsNoneIsBroughtAgain() {
        Entry there = backup.entries().get(0);
        ObjectKey key = Layout.folder(PROJECT, backup.id()).child(there.name());
        far.put(key, WriteMode.CREATE, new byte[(int) there.storedSize()]);

        copy(far, NOW);

        assertWhole();
    }
}
