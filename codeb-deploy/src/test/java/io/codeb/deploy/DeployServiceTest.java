package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.Project;
import io.codeb.deploy.AppHost.Kind;
import io.codeb.deploy.DeployReport.Outcome;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.error.LockedException;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The steps of deployments, without a database: containers are web servers of this process, the proxy is real. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class DeployServiceTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path directory;

    private final AppHost host = new AppHost();
    private final List<DeployStep> steps = new ArrayList<>();
    private CodeB codeb;
    private Git git;
    private LocalProxy proxy;
    private Requests requests;

    @BeforeEach
    void open() throws GitAPIException, IOException {
        codeb = CodeB.builder()
                .storage(new InMemoryStorageProvider())
                .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
                .engine(new NoEngine())
                .runtime(host)
                .project(Project.of("none", "shop").container("db").runtime(RuntimeConfig.of("apps")))
                .build();
        Path work = directory.resolve("work");
        git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call();
        Files.writeString(work.resolve("Containerfile"), "FROM scratch\n");
        git.add().addFilepattern(".").call();
        PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
        git.commit()
                .setMessage("One")
                .setAuthor(somebody)
                .setCommitter(somebody)
                .setSign(false)
                .call();
        proxy = LocalProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), file());
        requests = new Requests(URI.create("http://127.0.0.1:" + proxy.address().getPort() + "/"));
    }

    @AfterEach
    void close() {
        requests.close();
        proxy.close();
        codeb.close();
        host.close();
        git.close();
    }

    /** An engine that is asked for nothing. */
    private static final class NoEngine implements DatabaseEngineProvider {
        @Override
        public String id() {
            return "none";
        }

        @Override
        public int defaultPort() {
            return 7;
        }

        @Override
        public DatabaseEngine create(ProviderConfig config) {
            return (DatabaseEngine) Proxy.newProxyInstance(
                    DatabaseEngine.class.getClassLoader(),
                    new Class<?>[] {DatabaseEngine.class},
                    (proxy, method, args) -> {
                        if (method.getName().equals("id")) {
                            return "none";
                        }
                        throw new UnsupportedOperationException(method.getName());
                    });
        }
    }

    private Path file() {
        return directory.resolve("route");
    }

    private Application application() {
        return Application.of("shop", 8080, TrafficSwitch.file(file()))
                .guard(container -> GuardRequest.of("shop").withoutBackup())
                .container(spec -> spec.withSecret("PASSWORD", Secret.of("hush hush")))
                .healthy("/health")
                .within(Duration.ofSeconds(30))
                .ending(Duration.ofMillis(300), Duration.ofSeconds(1));
    }

    private DeployService service() {
        return DeployService.of(codeb).listener(new DeployListener() {
            @Override
            public void step(DeployStep step) {
                steps.add(step);
            }
        });
    }

    private ImageRequest image() {
        return ImageRequest.of("shop", GitSource.at(directory.resolve("work")));
    }

    private DeployReport deploy(Kind kind) {
        host.building(kind);
        steps.clear();
        return service().deploy(application(), image());
    }

    private DeployFailedException failed(Application application, ImageRequest image) {
        return catchThrowableOfType(DeployFailedException.class, () -> service().deploy(application, image));
    }

    private DeployFailedException failed(Kind kind) {
        host.building(kind);
        return failed(kind == Kind.ILL ? application().within(Duration.ofSeconds(1)) : application(), image());
    }

    private static void assertUndone(DeployFailedException failure, ErrorCode code) {
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNDONE);
        assertThat(failure.report().release()).isEmpty();
    }

    private String serving() {
        return TrafficSwitch.file(file()).current().map(Route::container).orElse("");
    }

    @Test
    void oneVersionFollowsTheOtherAndNoRequestFails() {
        DeployReport first = deploy(Kind.WELL);
        assertThat(steps)
                .containsExactly(
                        DeployStep.BUILD, DeployStep.START, DeployStep.GUARD, DeployStep.SWITCH, DeployStep.FINISH);
        requests.begin();
        DeployReport second = deploy(Kind.WELL);
        requests.await(second.release().orElseThrow().image());

        assertThat(requests.failures()).isEmpty();
        assertThat(requests.answers())
                .containsExactly(
                        first.release().orElseThrow().image(),
                        second.release().orElseThrow().image());
        assertThat(host.names()).containsExactly(second.container());
        assertThat(service().releases("shop").releases())
                .containsExactly(first.release().orElseThrow(), second.release().orElseThrow());
        assertThat(second.release().orElseThrow().number()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "ILL, PROBE_FAILED",
        "ENDING, CONTAINER_NOT_RUNNING",
        "BROKEN, IMAGE_NOT_BUILT",
        "TAKING_A_PORT, CONTAINER_REFUSED"
    })
    void whatIsNotWellIsUndoneAndTheOldVersionServesAllTheWhile(Kind kind, ErrorCode code) {
        DeployReport first = deploy(Kind.WELL);
        requests.begin();

        DeployFailedException failure = failed(kind);

        assertUndone(failure, code);
        requests.awaitMore();
        assertThat(requests.failures()).isEmpty();
        assertThat(requests.answers())
                .containsExactly(first.release().orElseThrow().image());
        assertThat(host.names()).containsExactly(first.container());
        assertThat(service().releases("shop").releases()).hasSize(1);
        assertThat(deploy(Kind.WELL).outcome()).isEqualTo(Outcome.RELEASED);
    }

    @Test
    void whatAVersionSaysIsToldWithoutItsSecrets() {
        assertThat(failed(Kind.ENDING))
                .hasMessageContaining("has ended with status 3: cannot log in with ***")
                .hasMessageNotContaining("hush");
        assertThat(serving()).isEmpty();
    }

    @Test
    void whatIsNotThereIsToldAndNothingIsStarted() {
        assertUndone(
                failed(
                        application(),
                        ImageRequest.of(
                                "shop", GitSource.at(directory.resolve("work")).branch("other"))),
                ErrorCode.SOURCE_NOT_FOUND);
        assertUndone(
                failed(application(), ImageRequest.of("shop", GitSource.at(directory.resolve("nowhere")))),
                ErrorCode.SOURCE_NOT_FOUND);
        assertThat(host.names()).isEmpty();
    }

    @Test
    void aVersionThatIsNotWellWhenItServesGivesTheRequestsBack() {
        DeployReport first = deploy(Kind.WELL);
        requests.begin();

        DeployFailedException failure = failed(
                application()
                        .afterSwitch(Probe.http(
                                URI.create("http://127.0.0.1:" + proxy.address().getPort() + "/")))
                        .afterSwitch(Probe.tcp("127.0.0.1", 1)),
                image());

        assertUndone(failure, ErrorCode.PROBE_FAILED);
        requests.awaitMore();
        assertThat(requests.failures()).isEmpty();
        assertThat(serving()).isEqualTo(first.container());
        assertThat(host.names()).containsExactly(first.container());
    }

    @Test
    void aFirstVersionThatFailsLeavesNoRoute() {
        DeployFailedException failure = failed(application().afterSwitch(Probe.tcp("127.0.0.1", 1)), image());

        assertUndone(failure, ErrorCode.PROBE_FAILED);
        assertThat(serving()).isEmpty();
        assertThat(host.names()).isEmpty();
    }

    @Test
    void aRouteThatCannotBeWrittenUndoesTheDeployment() throws IOException {
        DeployReport first = deploy(Kind.WELL);
        Files.createDirectories(directory.resolve("route.new/full"));

        assertUndone(failed(Kind.WELL), ErrorCode.SWITCH_FAILED);

        assertThat(serving()).isEqualTo(first.container());
        assertThat(host.names()).containsExactly(first.container());
    }

    @Test
    void aRouteThatNobodyCanReadIsToldBeforeAnything() throws IOException {
        Files.writeString(file(), "elsewhere");
        assertThatThrownBy(() -> deploy(Kind.WELL))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SWITCH_FAILED));
        assertThat(steps).isEmpty();
    }

    @Test
    void anotherDeploymentOfTheProjectIsRefusedMeanwhile() {
        List<Throwable> refused = new ArrayList<>();
        DeployReport report = DeployService.of(codeb)
                .listener(new DeployListener() {
                    @Override
                    public void step(DeployStep step) {
                        refused.add(catchThrowableOfType(
                                Throwable.class, () -> DeployService.of(codeb).deploy(application(), image())));
                    }
                })
                .deploy(application(), image());
        assertThat(report.outcome()).isEqualTo(Outcome.RELEASED);
        assertThat(refused).hasSize(5).allMatch(each -> each instanceof LockedException);
    }

    @Test
    void whoCancelsGetsAllOfItUndone() {
        DeployReport first = deploy(Kind.WELL);
        Cancellation cancellation = new Cancellation();
        DeployService cancelling = DeployService.of(codeb).listener(new DeployListener() {
            @Override
            public void step(DeployStep step) {
                if (step == DeployStep.SWITCH) {
                    cancellation.cancel("enough");
                }
            }
        });
        Probe patient = Probe.tcp("127.0.0.1", 1).within(Duration.ofMinutes(5));

        assertUndone(
                catchThrowableOfType(
                        DeployFailedException.class,
                        () -> cancelling.deploy(application().afterSwitch(patient), image(), cancellation)),
                ErrorCode.CANCELLED);
        assertThat(serving()).isEqualTo(first.container());
    }

    @Test
    void anImageOfAnotherProjectAndADatabaseOfAnotherAreRefused() {
        assertThatThrownBy(() -> service()
                        .deploy(application(), ImageRequest.of("bank", GitSource.at(directory.resolve("work")))))
                .isInstanceOf(ConfigException.class);
        assertThat(failed(application().guard(container -> GuardRequest.of("bank")), image()))
                .hasCauseInstanceOf(ConfigException.class);
        assertThat(host.names()).isEmpty();
    }

    @Test
    void anOldVersionThatCannotBeStoppedIsToldAndEndedLater() {
        DeployReport first = deploy(Kind.WELL);
        host.stopping(false);

        DeployFailedException failure = failed(Kind.WELL);

        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNFINISHED);
        assertThat(failure.report().release()).isPresent();
        assertThat(failure).hasMessageContaining("the new version serves");
        assertThat(serving()).isEqualTo(failure.report().container());
        assertThat(host.names()).hasSize(2).contains(first.container());
        assertThatThrownBy(() -> deploy(Kind.WELL))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEPLOY_UNFINISHED));

        host.stopping(true);
        assertThat(service()
                        .recover(application(), new Cancellation())
                        .orElseThrow()
                        .outcome())
                .isEqualTo(Outcome.RELEASED);
        assertThat(host.names()).containsExactly(failure.report().container());
        assertThat(service().releases("shop").releases()).hasSize(2);
    }

    // ---- what is left of one that has died

    private DeployState left(DeployStep step, DeployReport first) {
        DeployState begun = DeployState.begin(
                ID, Instant.now(), "shop", 2, TrafficSwitch.file(file()).current());
        return (step == DeployStep.BUILD
                        ? begun
                        : begun.built(COMMIT, first.release().orElseThrow().image()))
                .to(step);
    }

    private void note(Map<String, String> state) {
        try (Journal journal = codeb.openJournal("shop", "deploy")) {
            journal.note(state);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BUILD, false, UNDONE",
        "START, false, UNDONE",
        "GUARD, false, UNDONE",
        "SWITCH, true, RELEASED",
        "FINISH, true, RELEASED",
        "UNDO, true, UNDONE",
        "UNDO, false, UNDONE"
    })
    void oneThatHasDiedIsFinishedIfItServesAndElseUndone(DeployStep step, boolean switched, Outcome outcome) {
        DeployReport first = deploy(Kind.WELL);
        DeployState left = left(step, first);
        if (step != DeployStep.BUILD) {
            var unused = host.run(
                    application()
                            .container(first.release().orElseThrow().image())
                            .withName(left.container())
                            .withLabel(DeployService.APPLICATION_LABEL, "shop")
                            .withPort(8080),
                    new Cancellation());
        }
        if (switched) {
            TrafficSwitch.file(file())
                    .to(Optional.of(new Route(
                            "127.0.0.1",
                            host.inspect(left.container()).ports().get(0).hostPort(),
                            left.container())));
        }
        note(left.toMap());
        assertThatThrownBy(() -> deploy(Kind.WELL)).hasMessageContaining("has died in its step " + step);
        requests.begin();

        DeployReport report =
                service().recover(application(), new Cancellation()).orElseThrow();

        requests.awaitMore();
        assertThat(report.outcome()).isEqualTo(outcome);
        assertThat(requests.failures()).isEmpty();
        String serves = outcome == Outcome.RELEASED ? left.container() : first.container();
        assertThat(serving()).isEqualTo(serves);
        assertThat(host.names()).containsExactly(serves);
        assertThat(service().releases("shop").releases()).hasSize(outcome == Outcome.RELEASED ? 2 : 1);
        assertThat(service().recover(application(), new Cancellation())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DeployStep.class)
    void aJournalIsReadBackAsItWasWritten(DeployStep step) {
        DeployState state = DeployState.begin(
                        ID, Instant.now(), "shop", 7, Optional.of(new Route("::1", 80, "codeb-shop-6-01234567")))
                .back(3, Optional.of(List.of("", "2.sql")))
                .built(COMMIT, "a".repeat(64))
                .migrated(Optional.of(List.of()))
                .to(step);
        assertThat(DeployState.of("shop", state.toMap())).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "step, LATER",
        "container, production-database",
        "container, codeb-bank-1-01234567",
        "number, many",
        "previous, nowhere",
        "at, yesterday"
    })
    void aJournalOfAnybodyIsNotFollowed(String name, String value) {
        Map<String, String> state =
                new LinkedHashMap<>(DeployState.begin(ID, Instant.now(), "shop", 2, Optional.empty())
                        .toMap());
        state.put(name, value);
        note(state);
        assertThatThrownBy(() -> service().recover(application(), new Cancellation()))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void whatHasEndedWithItsHostIsStartedAgain() {
        DeployReport first = deploy(Kind.WELL);
        host.end(first.container());

        assertThat(service().recover(application(), new Cancellation())).isEmpty();

        requests.begin();
        requests.await(first.release().orElseThrow().image());
    }

    @Test
    void aContainerThatIsGoneIsNobodysToStart() {
        DeployReport first = deploy(Kind.WELL);
        host.remove(first.container());
        assertThat(service().recover(application(), new Cancellation())).isEmpty();
    }

    @Test
    void aCommandInAContainerThatIsGoneHasEnded() {
        Project shop = codeb.project("shop");
        DeployTarget target = new DeployTarget(codeb, shop, "run-1", Duration.ofSeconds(2), new Cancellation());
        assertThatCode(() ->
                        CommandMigration.of(DeployCommand.in("gone", "migrate")).endRun(target))
                .doesNotThrowAnyException();
    }

    @Test
    void whoCancelsWhileTheOldVersionDrainsEndsItAtOnce() {
        DeployReport unused = deploy(Kind.WELL);
        Cancellation cancellation = new Cancellation();
        DeployService cancelling = DeployService.of(codeb).listener(new DeployListener() {
            @Override
            public void step(DeployStep step) {
                if (step == DeployStep.FINISH) {
                    cancellation.cancel("enough");
                }
            }
        });
        DeployReport second = cancelling.deploy(
                application().ending(Duration.ofMinutes(10), Duration.ofSeconds(1)), image(), cancellation);
        assertThat(second.outcome()).isEqualTo(Outcome.RELEASED);
        assertThat(host.names()).containsExactly(second.container());
    }

    // ---- releases

    private DeployReport bringBack(int release) {
        return service().rollback(application(), release, ReleaseDatabase.TOGETHER, new Cancellation());
    }

    @Test
    void aReleaseIsBroughtBackAsANewOne() {
        DeployReport first = deploy(Kind.WELL);
        DeployReport unused = deploy(Kind.WELL);
        requests.begin();

        DeployReport third = bringBack(1);

        requests.awaitMore();
        assertThat(requests.failures()).isEmpty();
        Release release = third.release().orElseThrow();
        assertThat(release.image()).isEqualTo(first.release().orElseThrow().image());
        assertThat(release.commit()).isEqualTo(first.release().orElseThrow().commit());
        assertThat(release.restoredFrom()).contains(1);
        assertThat(release.number()).isEqualTo(3);
        assertThat(host.names()).containsExactly(third.container());
    }

    @Test
    void aReleaseThatIsNotThereIsNotBroughtBack() {
        assertThatThrownBy(() -> bringBack(1)).isInstanceOfSatisfying(CodeBException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.RELEASE_UNREACHABLE));
        DeployReport first = deploy(Kind.WELL);
        host.forgetImages();
        assertUndone(catchThrowableOfType(DeployFailedException.class, () -> bringBack(1)), ErrorCode.IMAGE_NOT_FOUND);
        assertThat(host.names()).containsExactly(first.container());
    }

    private void release(int number, DeployReport image, String head, Optional<BackupRef> backup) {
        new Releases(codeb, "shop")
                .write(new Release(
                        "shop",
                        number,
                        "codeb-shop-" + number + "-01234567",
                        Instant.EPOCH,
                        COMMIT,
                        image(image),
                        Optional.of(List.of(head)),
                        backup,
                        Optional.empty()));
    }

    private List<ReleaseStanding> standings() {
        return service().standings(application(), service().releases("shop"));
    }

    private Optional<ErrorCode> obstacle(int index) {
        return standings().get(index).obstacle().map(GuardFailure::code);
    }

    @Test
    void whichReleaseServesIsToldAndWhoseImageIsGone() {
        DeployReport first = deploy(Kind.WELL);
        DeployReport second = deploy(Kind.WELL);
        assertThat(standings()).extracting(ReleaseStanding::serves).containsExactly(false, true);
        assertThat(obstacle(0)).isEmpty();

        host.removeImage(image(first));

        assertThat(obstacle(0)).contains(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(obstacle(1)).isEmpty();
        assertThat(serving()).isEqualTo(second.container());
    }

    @Test
    void aReleaseWhoseDatabaseNobodyHasIsToldAsSuch() {
        DeployReport image = deploy(Kind.WELL);
        release(2, image, "2.sql", Optional.empty());
        release(3, image, "2.sql", Optional.empty());
        assertThat(obstacle(0)).contains(ErrorCode.RELEASE_UNREACHABLE);
        assertThat(obstacle(1)).isEmpty();

        release(2, image, "2.sql", Optional.of(BackupRef.parse("default/shop/20260102T030405Z-k3f7q2x7")));

        assertThat(obstacle(0)).contains(ErrorCode.BACKUP_NOT_FOUND);
    }

    @Test
    void theLastTwentyReleasesAreKnown() {
        Releases releases = new Releases(codeb, "shop");
        for (int number = 1; number <= 23; number++) {
            releases.write(new Release(
                    "shop",
                    number,
                    "codeb-shop-1-01234567",
                    Instant.EPOCH,
                    COMMIT,
                    "a".repeat(64),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }
        assertThat(service().releases("shop").releases())
                .extracting(Release::number)
                .hasSize(20)
                .startsWith(4)
                .endsWith(23);
    }

    @ParameterizedTest
    @CsvSource({"image, docker.io/library/evil", "commit, main", "number, 0", "backup, nowhere", "at, yesterday"})
    void aReleaseOfAnybodyIsNotBroughtBack(String name, String value) {
        Release release = new Release(
                "shop",
                1,
                "codeb-shop-1-01234567",
                Instant.EPOCH,
                COMMIT,
                "sha256:" + "a".repeat(64),
                Optional.of(List.of("", "2.sql")),
                Optional.of(BackupRef.parse("main/shop/20260102T030405Z-k3f7q2x7")),
                Optional.of(7));
        Map<String, String> map = new LinkedHashMap<>(release.toMap());
        assertThat(Release.of("shop", map)).isEqualTo(release);
        map.put(name, value);
        try (Journal journal = codeb.openJournal("shop", "release-1")) {
            journal.note(map);
        }
        ReleaseListing listing = service().releases("shop");
        assertThat(listing.releases()).isEmpty();
        assertThat(listing.unreadable())
                .singleElement()
                .satisfies(each -> assertThat(each.journal()).isEqualTo("release-1"))
                .satisfies(each -> assertThat(each.code()).isEqualTo(ErrorCode.CORRUPT));
        assertThatThrownBy(() -> bringBack(1))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RELEASE_UNREACHABLE))
                .hasMessageContaining("no release 1 that can be read");
        assertThat(new Releases(codeb, "shop").next()).isEqualTo(2);
    }

    @Test
    void whatLiesInThePlaceOfAReleaseAndIsNoneKeepsNobodyFromDeployingWhileThereIsRoom() {
        Releases releases = new Releases(codeb, "shop");
        for (int i = 0; i < Releases.MOST; i++) {
            try (Journal free = codeb.openJournal("shop", "release-" + releases.next() % Releases.MOST)) {
                free.note(Map.of("number", "none"));
            }
        }
        assertThatThrownBy(() -> deploy(Kind.WELL)).isInstanceOf(IntegrityException.class);
        assertThat(host.names()).isEmpty();
    }

    // ---- images

    private DeployReport deployKeepingTwo() {
        host.building(Kind.WELL);
        return service().deploy(application().keepingImages(2), image());
    }

    private static String image(DeployReport report) {
        return report.release().orElseThrow().image();
    }

    @Test
    void theImagesOfTheLastReleasesStayAndOlderOnesGo() {
        DeployReport first = deployKeepingTwo();
        DeployReport second = deployKeepingTwo();
        assertThat(host.images()).containsExactly(image(first), image(second));

        DeployReport third = deployKeepingTwo();

        assertThat(host.images()).containsExactly(image(second), image(third));
        assertThat(service().releases("shop").releases()).hasSize(3);
        assertUndone(catchThrowableOfType(DeployFailedException.class, () -> bringBack(1)), ErrorCode.IMAGE_NOT_FOUND);
        assertThatThrownBy(() -> application().keepingImages(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anImageThatWasBroughtBackStaysAsThatOfTheNewRelease() {
        DeployReport first = deployKeepingTwo();
        DeployReport second = deployKeepingTwo();

        DeployReport third =
                service().rollback(application().keepingImages(2), 1, ReleaseDatabase.TOGETHER, new Cancellation());

        assertThat(image(third)).isEqualTo(image(first));
        assertThat(host.images()).containsExactly(image(first), image(second));
    }

    @Test
    void anImageThatIsInUseStaysUntilItIsNot() {
        DeployReport first = deployKeepingTwo();
        ContainerInfo user = host.run(ContainerSpec.of(image(first)).withName("job"), new Cancellation());
        DeployReport second = deployKeepingTwo();

        DeployReport third = deployKeepingTwo();

        assertThat(third.outcome()).isEqualTo(Outcome.RELEASED);
        assertThat(host.images()).contains(image(first), image(second));
        host.remove(user.name());
        DeployReport fourth = deployKeepingTwo();
        assertThat(host.images()).containsExactly(image(third), image(fourth));
    }
}
