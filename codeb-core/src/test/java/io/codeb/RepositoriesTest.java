package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.event.Event;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several repositories in one application, and how a backup of any of them is named. */
class RepositoriesTest {
    private final String near = UUID.randomUUID().toString();
    private final String far = UUID.randomUUID().toString();
    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private CodeB codeb;

    private CodeB.Builder builder() {
        return CodeB.builder()
                .storage(new InMemoryStorageProvider())
                .engine(cards)
                .listener(heard::add)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .project(Project.of("cards", "cart").server("localhost", 1));
    }

    @BeforeEach
    void open() {
        cards.decks.put("deck", "cards");
        codeb = builder()
                .repository(BackupRepository.at("memory:" + near))
                .repository(
                        BackupRepository.at("memory:" + far).named("offsite").gzip())
                .build();
    }

    @AfterEach
    void close() {
        codeb.close();
        InMemoryStorageProvider.forget(near);
        InMemoryStorageProvider.forget(far);
    }

    /** Copies all objects of a backup, as a mirror or an administrator does. */
    private static void copy(StorageBackend from, StorageBackend to, BackupRef backup) {
        String folder = backup.project() + "/" + backup.id();
        try (Stream<StoredObject> objects = from.list(folder)) {
            objects.forEach(object -> {
                ByteBuffer content = ByteBuffer.allocate((int) object.size());
                try (ByteSource source = from.open(object.key(), 0)) {
                    while (content.hasRemaining()) {
                        source.read(content);
                    }
                }
                to.put(new ObjectKey(object.key().value()), WriteMode.CREATE, content.array());
            });
        }
    }

    private static ErrorCode code(Runnable call) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, call::run);
        assertThat(failure).isNotNull();
        return failure.code();
    }

    @Test
    void backupsAreFoundByLabelAndTime() {
        BackupResult nightly = codeb.backups()
                .run(BackupRequest.of("shop").label("kind", "nightly").label("host", "a"));
        BackupResult deploy = codeb.backups()
                .run(BackupRequest.of("shop").label("kind", "deploy").label("host", "a"));
        Instant began = deploy.manifest().startedAt();
        BackupQuery all = BackupQuery.of("shop");

        assertThat(refs(all)).containsExactlyInAnyOrder(nightly.ref(), deploy.ref());
        assertThat(refs(all.label("kind", "deploy"))).containsExactly(deploy.ref());
        assertThat(refs(all.label("kind", "deploy").label("host", "b"))).isEmpty();
        assertThat(refs(all.since(began))).contains(deploy.ref());
        assertThat(refs(all.since(began.plusNanos(1)))).isEmpty();
        assertThat(refs(all.before(began))).doesNotContain(deploy.ref());
        assertThat(refs(all.before(began.plusNanos(1)))).contains(deploy.ref());
        assertThat(codeb.catalog().list(all.label("kind", "nightly")).latest().map(Backup::ref))
                .contains(nightly.ref());
    }

    private List<BackupRef> refs(BackupQuery query) {
        return codeb.catalog().list(query).backups().stream().map(Backup::ref).toList();
    }

    @Test
    void aListingTellsWhatCannotBeRead() {
        BackupResult good = codeb.backups().run("shop");
        BackupRef damaged = new BackupRef("default", "shop", new BackupId("20260102T030405Z-abcdefgh"));
        try (StorageBackend storage = InMemoryStorageProvider.open(near)) {
            storage.put(
                    new ObjectKey("shop/" + damaged.id() + "/manifest.json"), WriteMode.CREATE, "{}".getBytes(UTF_8));
        }

        BackupListing listing = codeb.catalog().list(BackupQuery.of("shop").label("kind", "any"));

        assertThat(listing.backups()).isEmpty();
        assertThat(listing.latest()).isEmpty();
        assertThat(listing.unreadable()).singleElement().satisfies(unreadable -> {
            assertThat(unreadable.ref()).isEqualTo(damaged);
            assertThat(unreadable.code()).isEqualTo(ErrorCode.MANIFEST_INVALID);
            assertThat(unreadable.reason()).contains("manifest.json");
        });
        assertThat(codeb.catalog().list("shop")).extracting(Backup::ref).containsExactly(good.ref());
    }

    @Test
    void aBackupGoesToTheFirstUnlessSaidOtherwise() {
        BackupResult first = codeb.backups().run("shop");
        BackupResult second = codeb.backups().run(BackupRequest.of("shop").to("offsite"));

        assertThat(first.ref()).isEqualTo(new BackupRef("default", "shop", first.id()));
        assertThat(second.ref()).isEqualTo(new BackupRef("offsite", "shop", second.id()));
        assertThat(codeb.catalog().repositories()).containsExactly("default", "offsite");
        assertThat(codeb.catalog().list("shop")).containsExactly(Backup.of(first.ref(), first.manifest()));
        assertThat(codeb.catalog().in("offsite").list("shop"))
                .containsExactly(Backup.of(second.ref(), second.manifest()));
        assertThat(codeb.catalog().in("offsite").latest("shop").map(Backup::ref))
                .contains(second.ref());
        assertThat(second.manifest().entries().get(0).codecs()).containsExactly("gzip");
    }

    @Test
    void anIdIsLookedForEverywhere() {
        BackupId id =
                codeb.backups().run(BackupRequest.of("shop").to("offsite")).id();
        cards.decks.clear();

        RestoreResult restored = codeb.restores().run(RestoreRequest.of(id));

        assertThat(cards.decks).containsKey("deck");
        assertThat(restored.backup()).map(BackupRef::toString).contains("offsite/shop/" + id);
        assertThat(codeb.catalog().resolve(id)).hasToString("offsite/shop/" + id);
        assertThat(codeb.catalog().resolve(id.value())).hasToString("offsite/shop/" + id);
        assertThat(codeb.catalog().verify(id).backup()).hasToString("offsite/shop/" + id);
        assertThat(codeb.catalog().read(id).id()).isEqualTo(id);
        codeb.catalog().delete(id);
        assertThat(code(() -> codeb.catalog().resolve(id))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
    }

    @Test
    void anIdThatSeveralHaveIsNotGuessed() {
        BackupRef ref = codeb.backups().run("shop").ref();
        BackupRef mirrored = new BackupRef("offsite", "shop", ref.id());
        try (StorageBackend from = InMemoryStorageProvider.open(near);
                StorageBackend to = InMemoryStorageProvider.open(far)) {
            copy(from, to, ref);
        }

        assertThatThrownBy(() -> codeb.catalog().read(ref.id()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_AMBIGUOUS))
                .hasMessageContaining(ref.toString())
                .hasMessageContaining(mirrored.toString());
        assertThat(code(() -> codeb.catalog().delete(ref.id()))).isEqualTo(ErrorCode.BACKUP_AMBIGUOUS);
        assertThat(code(() -> codeb.restores().run(RestoreRequest.of(ref.id()))))
                .isEqualTo(ErrorCode.BACKUP_AMBIGUOUS);

        cards.decks.clear();
        codeb.restores().run(RestoreRequest.of(mirrored));
        assertThat(cards.decks).containsKey("deck");
        codeb.catalog().delete(mirrored);
        assertThat(codeb.catalog().resolve(ref.id())).isEqualTo(ref);
    }

    @Test
    void inOneRepositoryAnIdMeansItsOwnBackup() {
        BackupRef ref = codeb.backups().run("shop").ref();
        try (StorageBackend from = InMemoryStorageProvider.open(near);
                StorageBackend to = InMemoryStorageProvider.open(far)) {
            copy(from, to, ref);
        }
        CatalogService offsite = codeb.catalog().in("offsite");

        assertThat(offsite.resolve(ref.id()).repository()).isEqualTo("offsite");
        assertThat(offsite.repositories()).containsExactly("offsite");
        assertThat(code(() -> offsite.read(ref))).isEqualTo(ErrorCode.CONFIG_INVALID);
        offsite.delete(ref.id());
        assertThat(codeb.catalog().read(ref).id()).isEqualTo(ref.id());
    }

    @Test
    void aCopyInAnotherProjectsFolderIsAnAmbiguityToo() {
        BackupRef ref = codeb.backups().run("shop").ref();
        try (StorageBackend storage = InMemoryStorageProvider.open(near)) {
            storage.put(new ObjectKey("cart/" + ref.id() + "/manifest.json"), WriteMode.CREATE, new byte[] {'{', '}'});
        }

        assertThat(code(() -> codeb.restores().run(RestoreRequest.of(ref.id()))))
                .isEqualTo(ErrorCode.BACKUP_AMBIGUOUS);
    }

    @Test
    void aReferenceToNothingIsToldSo() {
        BackupRef ref = codeb.backups().run("shop").ref();
        BackupRef none = new BackupRef("offsite", "shop", ref.id());
        BackupRef nowhere = new BackupRef("attic", "shop", ref.id());
        List<BackupRef> refs = List.of(none, nowhere);

        for (BackupRef wrong : refs) {
            ErrorCode expected = wrong.equals(none) ? ErrorCode.BACKUP_NOT_FOUND : ErrorCode.CONFIG_INVALID;
            assertThat(code(() -> codeb.catalog().read(wrong))).isEqualTo(expected);
            assertThat(code(() -> codeb.catalog().verify(wrong))).isEqualTo(expected);
            assertThat(code(() -> codeb.catalog().delete(wrong))).isEqualTo(expected);
            assertThat(code(() -> codeb.restores().run(RestoreRequest.of(wrong))))
                    .isEqualTo(expected);
        }
        assertThat(code(() -> codeb.catalog().in("attic").projects())).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(code(() -> codeb.backups().run(BackupRequest.of("shop").to("attic"))))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void theSweepOfOneRepositoryLeavesTheOthersAlone() {
        String leftover = "shop/20260102T030405Z-k3f7q2x7/deck.zst";
        try (StorageBackend storage = InMemoryStorageProvider.open(near);
                StorageBackend other = InMemoryStorageProvider.open(far)) {
            storage.put(new ObjectKey(leftover), WriteMode.CREATE, new byte[1]);
            other.put(new ObjectKey(leftover), WriteMode.CREATE, new byte[1]);

            assertThat(codeb.catalog().in("offsite").sweep(Duration.ofDays(-1)).removed())
                    .containsExactly(leftover);

            assertThat(storage.stat(new ObjectKey(leftover))).isPresent();
        }
    }

    @Test
    void eventsTellTheRepository() {
        BackupRef ref =
                codeb.backups().run(BackupRequest.of("shop").to("offsite")).ref();
        codeb.catalog().verify(ref);
        codeb.restores().run(RestoreRequest.of(ref.id()));
        codeb.close();

        assertThat(heard).isNotEmpty().allSatisfy(event -> {
            assertThat(event.run().repository()).isEqualTo("offsite");
            assertThat(event.run().backup()).isEqualTo(ref.id());
        });
    }

    @Test
    void twoRepositoriesCannotHaveOneName() {
        CodeB.Builder unnamed = builder()
                .repository(BackupRepository.at("memory:" + near))
                .repository(BackupRepository.at("memory:" + far));
        CodeB.Builder named = builder()
                .repository(BackupRepository.at("memory:" + near).named("a"))
                .repository(BackupRepository.at("memory:" + far).named("a"));

        assertThatThrownBy(unnamed::build)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("two repositories are named default");
        assertThatThrownBy(named::build).isInstanceOf(ConfigException.class).hasMessageContaining("named a");
    }

    @Test
    void aRepositorysNameIsBounded() {
        BackupRepository repository = BackupRepository.at("memory:x");

        for (String name : List.of("", "a/b", "../x", "Offsite", "a b", "쇼핑", "-a", "a".repeat(64))) {
            assertThatThrownBy(() -> repository.named(name)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(repository.name()).isEqualTo("default");
        assertThat(repository.named("a").gzip().option("b", "c").name()).isEqualTo("a");
    }

    @Test
    void whenTheSecondCannotBeOpenedTheFirstIsClosed() {
        List<ByteSink> written = new CopyOnWriteArrayList<>();
        StorageProvider once = new StorageProvider() {
            @Override
            public String id() {
                return "once";
            }

            @Override
            public StorageBackend create(ProviderConfig config) {
                if (!written.isEmpty()) {
                    throw new ConfigException("no second time", "");
                }
                StorageBackend storage = InMemoryStorageProvider.open(near);
                written.add(storage.begin(new ObjectKey("object"), WriteMode.CREATE));
                return storage;
            }
        };
        CodeB.Builder two = builder()
                .storage(once)
                .repository(BackupRepository.at("once:a"))
                .repository(BackupRepository.at("once:b").named("b"));

        assertThatThrownBy(two::build).hasMessageContaining("no second time");
        assertThat(written).hasSize(1);
        assertThatThrownBy(() -> written.get(0).write(ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aManifestSaysNothingOfItsRepository() {
        BackupResult backup = codeb.backups().run("shop");
        Manifest manifest = codeb.catalog().read(backup.ref());

        assertThat(manifest).isEqualTo(backup.manifest());
    }
}
