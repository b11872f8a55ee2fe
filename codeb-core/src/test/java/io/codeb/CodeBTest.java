package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.event.Event;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.internal.host.HostRuntimeProvider;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeBTest {
    private static final BackupId ID = new BackupId("20260102T030405Z-abcdefgh");

    private static ConfigException refusal(CodeB.Builder builder) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, builder::build);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void withoutARepositoryThereIsNoCodeB() {
        assertThat(refusal(CodeB.builder())).hasMessageContaining("repository");
    }

    @Test
    void aMissingModuleIsNamed() {
        ConfigException refusal = refusal(CodeB.builder().repository(BackupRepository.at("local:/var/backups")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODULE_MISSING);
        assertThat(refusal.hint()).contains("codeb-storage-local");
    }

    @Test
    void aSchemeThatNobodyKnowsIsToldWithThoseThatAreThere() {
        ConfigException refusal = refusal(CodeB.builder().repository(BackupRepository.at("floppy:a")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODULE_MISSING);
        assertThat(refusal).hasMessageContaining("'floppy'");
    }

    @Test
    void aWrongOptionOfACodecIsToldBeforeTheFirstBackup() {
        assertThat(refusal(CodeB.builder()
                        .repository(BackupRepository.at("local:/x").zstd(99))))
                .hasMessageContaining("level");
    }

    @Test
    void whatAStorageDoesNotKnowIsToldBeforeTheFirstBackup() {
        BackupRepository repository = BackupRepository.at("memory:x")
                .option("no-such-option", "1")
                .secret("no-such-secret", Secret.of("canary"));
        ConfigException refusal =
                refusal(CodeB.builder().storage(new InMemoryStorageProvider()).repository(repository));

        assertThat(refusal.problems()).hasSize(2);
        assertThat(refusal.toString())
                .contains("no-such-option", "no-such-secret")
                .doesNotContain("canary");
    }

    @Test
    void aPasswordDoesNotBelongIntoARepositorysAddress() {
        assertThatThrownBy(() -> BackupRepository.at("s3://key:canary@bucket/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void twoProjectsCannotHaveOneName() {
        Project shop = Project.postgresql("shop");
        assertThat(refusal(CodeB.builder()
                        .repository(BackupRepository.at("local:/x"))
                        .project(shop)
                        .project(shop.database("other"))))
                .hasMessageContaining("shop");
    }

    @Test
    void anEngineWithoutItsModuleIsNamed() {
        ConfigException refusal = refusal(CodeB.builder()
                .repository(BackupRepository.at("local:/x"))
                .project(Project.postgresql("shop").container("db")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODULE_MISSING);
        assertThat(refusal.hint()).contains("codeb-postgresql");
    }

    private static CodeB.Builder inMemory() {
        return CodeB.builder().repository(BackupRepository.at("memory:x")).storage(new InMemoryStorageProvider());
    }

    /** An engine that is there, and is never asked for anything. */
    private static DatabaseEngineProvider engine(String id) {
        return new DatabaseEngineProvider() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public int defaultPort() {
                return 7;
            }

            @Override
            public DatabaseEngine create(ProviderConfig config) {
                return new IdleEngine(id);
            }
        };
    }

    @Test
    void aRuntimeWithoutItsModuleIsNamed() {
        ConfigException refusal = refusal(inMemory()
                .engine(engine("cards"))
                .project(Project.of("cards", "shop").container("db")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.MODULE_MISSING);
        assertThat(refusal.hint()).contains("codeb-podman");
    }

    @Test
    void whatIsHandedOverNeedsNoServiceFile() {
        Project project = Project.of("cards", "shop").server("localhost", 1);
        try (CodeB codeb = inMemory().engine(engine("cards")).project(project).build()) {
            assertThat(codeb.catalog().list("nobody")).isEmpty();
        }
    }

    @Test
    void ofTwoImplementationsWithOneIdNobodyIsTaken() {
        assertThat(refusal(inMemory().storage(new InMemoryStorageProvider())))
                .hasMessageContaining("two implementations of storage 'memory'");
        assertThat(refusal(inMemory().runtime(new HostRuntimeProvider())))
                .hasMessageContaining("two implementations of runtime 'host'");
        assertThat(refusal(inMemory().codec(new NoneCodecProvider())))
                .hasMessageContaining("two implementations of codec 'none'");
    }

    @Test
    void extensionsAreLookedForWhereTheApplicationSays() {
        assertThat(refusal(inMemory().classLoader(ClassLoader.getPlatformClassLoader())))
                .hasMessageContaining("no codec 'zstd'");
    }

    @Test
    void servicesThatAreHandedOverWrapEachOtherInTheirOrder() {
        List<String> asked = new ArrayList<>();
        record Noting(String name, int order, List<String> asked) implements BackupServiceProvider {
            @Override
            public BackupService provide(BackupService inner) {
                asked.add(name);
                return inner;
            }
        }
        inMemory()
                .backupService(new Noting("outer", 2, asked))
                .backupService(new Noting("inner", 1, asked))
                .build()
                .close();
        assertThat(asked).containsExactly("inner", "outer");
    }

    /** Stands for the whole service, and fails with what it was asked for. */
    private static CodeB refusing() {
        return inMemory()
                .backupService(inner -> (request, cancellation) -> {
                    throw new ConfigException("asked for " + request.project(), "");
                })
                .restoreService(RefusingRestores::new)
                .build();
    }

    private record RefusingRestores(RestoreService inner) implements RestoreService {
        @Override
        public RestoreResult run(RestoreRequest request, Cancellation cancellation) {
            throw new ConfigException("asked for " + request.database().orElseThrow(), "");
        }

        @Override
        public RollbackResult rollback(RollbackRequest request, Cancellation cancellation) {
            return inner.rollback(request, cancellation);
        }

        @Override
        public RollbackPreview preview(RollbackRequest request, Cancellation cancellation) {
            return inner.preview(request, cancellation);
        }

        @Override
        public List<ReplacedDatabase> replaced(String project, Cancellation cancellation) {
            return inner.replaced(project, cancellation);
        }

        @Override
        public RecoveryReport recover(Cancellation cancellation) {
            return inner.recover(cancellation);
        }
    }

    @Test
    void aWrapperAroundRunSeesWhatStartRuns() {
        try (CodeB codeb = refusing()) {
            assertThatThrownBy(codeb.start(BackupRequest.of("shop"))::await)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("asked for shop");
            assertThatThrownBy(codeb.start(RestoreRequest.of(ID).into("copy"))::await)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("asked for copy");
        }
    }

    @Test
    void whatFailsBeforeItHasBegunIsToldToo() {
        List<Event> heard = new CopyOnWriteArrayList<>();
        BackupId none = new BackupId("20260102T030405Z-k3f7q2x7");
        try (CodeB codeb = inMemory().listener(heard::add).build()) {
            assertThatThrownBy(() -> codeb.backups().run("nobody")).isInstanceOf(ConfigException.class);
            assertThatThrownBy(
                            () -> codeb.restores().run(RestoreRequest.of(none).into("copy")))
                    .isInstanceOf(StorageException.class);
        }
        assertThat(heard)
                .extracting(Object::getClass)
                .containsExactly(Event.Started.class, Event.Failed.class, Event.Started.class, Event.Failed.class);
        assertThat(heard.get(1)).isInstanceOfSatisfying(Event.Failed.class, event -> {
            assertThat(event.run().project()).isEqualTo("nobody");
            assertThat(event.run().database()).isNull();
            assertThat(event.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(event.hint()).contains("add the project");
        });
        assertThat(heard.get(3)).isInstanceOfSatisfying(Event.Failed.class, event -> {
            assertThat(event.run().backup()).isEqualTo(none);
            assertThat(event.run().database()).isEqualTo("copy");
            assertThat(event.code()).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        });
    }

    @Test
    void anErrorIsTheEndOfARunForThoseWhoListenToo() {
        List<Event> heard = new CopyOnWriteArrayList<>();
        try (CodeB codeb = inMemory()
                .engine(engine("cards"))
                .project(Project.of("cards", "shop").database("orders").server("localhost", 1))
                .listener(heard::add)
                .build()) {
            assertThatThrownBy(() -> codeb.backups().run("shop")).isInstanceOf(AssertionError.class);
        }
        assertThat(heard).last().isInstanceOfSatisfying(Event.Failed.class, event -> assertThat(
                        event.run().database())
                .isEqualTo("orders"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Shop", "a b", "../x", "쇼핑", "-x", "a/b", "$(x)"})
    void aProjectsNameIsAFolder(String name) {
        assertThatThrownBy(() -> Project.postgresql(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a b", "--rm", "a/b", "$(x)"})
    void aContainerHasAContainersName(String name) {
        Project project = Project.postgresql("shop");
        assertThatThrownBy(() -> project.container(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProjectKeepsWhatItIsTold() {
        Project project = Project.postgresql("shop")
                .server("/run/postgresql", 5433)
                .database("we\"ird")
                .user("app")
                .password(Secret.of("canary"))
                .tools(Path.of("/usr/lib/postgresql/15/bin"))
                .idleLimit(Duration.ofMinutes(5))
                .bandwidth(20_000_000)
                .nice();
        assertThat(project.bandwidth()).isEqualTo(20_000_000);
        assertThat(project.bandwidth(0).bandwidth()).isZero();
        assertThat(project.isNice()).isTrue();
        assertThatThrownBy(() -> project.bandwidth(Project.LEAST_BANDWIDTH - 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(project.host()).contains("/run/postgresql");
        assertThat(project.port()).isEqualTo(5433);
        assertThat(project.database()).isEqualTo("we\"ird");
        assertThat(project.runtime().id()).isEqualTo("host");
        assertThat(project.container("db").runtime().id()).isEqualTo("podman");
        assertThat(project.idleLimit()).isEqualTo(Duration.ofMinutes(5));
        assertThat(project.password()).map(Secret::toString).contains("Secret[value]");
    }

    @Test
    void aRequestIsChangedByCopyOnly() {
        BackupRequest all = BackupRequest.of("shop");
        BackupRequest some = all.schemaOnly()
                .tables("a", "b")
                .withoutTables("c")
                .withoutOwners()
                .label("deploy", "42");
        assertThat(all.selection().include()).isEmpty();
        assertThat(some.selection().content()).isEqualTo(Content.SCHEMA_ONLY);
        assertThat(some.selection().include()).containsExactly("a", "b");
        assertThat(some.selection().exclude()).containsExactly("c");
        assertThat(some.selection().options()).containsExactly("--no-owner");
        assertThat(some.labels()).isEqualTo(Map.of("deploy", "42"));
        assertThatThrownBy(() -> all.label("a b", "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRepositoryMayBeAnyDirectory() {
        assertThat(BackupRepository.at(Path.of("/var/my backups/쇼핑")).location().getPath())
                .isEqualTo("/var/my backups/쇼핑");
        assertThatThrownBy(() -> BackupRepository.at("/var/backups")).isInstanceOf(IllegalArgumentException.class);
    }
}
