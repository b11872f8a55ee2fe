package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.InMemoryStorage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What later versions put beside a backup is no part of it, and no leftover either. */
class ReservedNamesTest {
    private static final String PROJECT = "shop";
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

    private final InMemoryStorage storage = new InMemoryStorage();
    private final BackupStore store =
            BackupStore.of(BackupRepository.at("memory:test"), storage, new Codecs(id -> new NoneCodecProvider()));
    private final Manifest backup = ManifestJsonTest.manifest(List.of(), Map.of());
    private final BackupId id = backup.id();

    @BeforeEach
    void aBackup() {
        putBeside("dump.sql.zst");
        try (ProjectLock lock = store.lock(PROJECT, Clock.systemUTC())) {
            store.commit(lock, id, ManifestJson.write(backup));
        }
    }

    private void put(String key) {
        storage.put(new ObjectKey(key), WriteMode.CREATE, "of a later version".getBytes(UTF_8));
    }

    private void putBeside(String name) {
        put(PROJECT + "/" + id + "/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifest.sig", "manifest.v2.json", "key.age"})
    void whatDescribesABackupIsNoLeftoverAndNoEntry(String name) {
        putBeside(name);
        assertThat(store.orphans(backup)).isEmpty();
        assertThat(Layout.isEntry(name)).isFalse();
        assertThat(store.sweep(Duration.ofMinutes(1), LATER).removed()).isEmpty();
        store.delete(PROJECT, id, LATER);
        assertThat(store.objects(PROJECT, id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifest", "manifests.sql", "keys.sql", "key", "dump-2.sql", "data/key.age"})
    void whateverElseNobodyNamesIsALeftover(String name) {
        putBeside(name);
        assertThat(store.orphans(backup)).hasSize(1);
        assertThat(store.sweep(Duration.ofMinutes(1), LATER).removed())
                .containsExactly(PROJECT + "/" + id + "/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dump.sql", "dump.sql.zst.age", "data/00001.sql.zst", "key", "data/key.age"})
    void anEntryMayLieInAFolder(String name) {
        assertThat(Layout.isEntry(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "a/", "/a", "a/b/c", "../a", "a/../b", ".a", "_a", "A", "a b", "a.b/c", "a.b.c.d.e.f"})
    void anEntryHasNoOtherName(String name) {
        assertThat(Layout.isEntry(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pins", "drills", "state", "lock"})
    void aFolderOfAProjectThatIsNoBackupsIsNone(String folder) {
        put(PROJECT + "/" + folder + "/" + id);
        put(PROJECT + "/" + folder + "/manifest.json");
        assertThat(store.ids(PROJECT)).containsExactly(id);
        assertThat(store.folders(PROJECT)).containsExactly(id);
        store.sweep(Duration.ofMinutes(1), LATER);
        assertThat(storage.stat(new ObjectKey(PROJECT + "/" + folder + "/manifest.json")))
                .isPresent();
    }

    @Test
    void aFolderOfTheRepositorysOwnIsNoProject() {
        put("_keys/" + id + "/manifest.json");
        put("UPPER/" + id + "/manifest.json");
        assertThat(store.projects()).containsExactly(PROJECT);
        assertThat(store.refs(id)).containsExactly(store.ref(PROJECT, id));
        assertThat(store.sweep(Duration.ofMinutes(1), LATER).removed()).isEmpty();
    }
}
