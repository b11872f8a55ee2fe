package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Places.Place;
import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.model.Notice;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a drill when what is around it fails: DrillIT has drills with real containers. */
class DrillTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    private final Places places = new Places();
    private final Place place = places.place();
    private final Cards cards = new Cards();
    private final Boxes boxes = new Boxes();
    private Instant now = NOW;

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
        cards.drillServers = new Tables();
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private CodeB codeb() {
        return codeb(Project.of("cards", "shop").server("localhost", 1).drillsIn(RuntimeConfig.of("boxes")));
    }

    private CodeB codeb(Project project) {
        // Ids are told apart by the second in which they begin.
        now = now.plusSeconds(60);
        return CodeB.builder()
                .repository(place.repository())
                .storage(places)
                .engine(cards)
                .runtime(boxes)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .project(project)
                .build();
    }

    private static DrillRequest request(BackupId backup) {
        return DrillRequest.of(backup).image("cards:1");
    }

    private static CodeBException failure(CodeB codeb, BackupId backup) {
        CodeBException failure =
                catchThrowableOfType(CodeBException.class, () -> codeb.drills().run(request(backup)));
        assertThat(failure).as("the drill fails").isNotNull();
        return failure;
    }

    @Test
    void theContainerHasNoNetworkAndTheLimitsThatWereSaid() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            DrillResult unused =
                    codeb.drills().run(request(backup).memory(7 << 20).cores(0.5));

            assertThat(boxes.last.network()).contains("none");
            assertThat(boxes.last.limits().memory()).hasValue(7 << 20);
            assertThat(boxes.last.limits().nanoCpus()).hasValue(500_000_000);
            assertThat(boxes.last.limits().processes()).isPresent();
        }
    }

    @Test
    void aNiceProjectsDrillsLetOthersGoFirst() {
        Project project = Project.of("cards", "shop").server("localhost", 1).drillsIn(RuntimeConfig.of("boxes"));
        List<Boolean> manners = new ArrayList<>();
        cards.drillServers = new Tables() {
            @Override
            public ServerTarget server(ToolHost tools, Secret password) {
                manners.add(tools.nice());
                return super.server(tools, password);
            }
        };
        for (Project each : List.of(project, project.nice())) {
            try (CodeB codeb = codeb(each)) {
                DrillResult unused =
                        codeb.drills().run(request(codeb.backups().run("shop").id()));
            }
        }
        assertThat(manners).containsExactly(false, true);
    }

    @Test
    void withoutLimitsThereIsNoneOfMemoryAndProcessors() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            DrillResult unused = codeb.drills().run(request(backup).withoutLimits());

            assertThat(boxes.last.limits().memory()).isEmpty();
            assertThat(boxes.last.limits().nanoCpus()).isEmpty();
        }
    }

    @Test
    void aRuntimeThatRefusesTheContainerIsTold() {
        boxes.refusal = new ContainerException(ErrorCode.CONTAINER_REFUSED, "no controller `cpu`", "");
        try (CodeB codeb = codeb()) {
            CodeBException failure = failure(codeb, codeb.backups().run("shop").id());

            assertThat(failure.code()).isEqualTo(ErrorCode.CONTAINER_REFUSED);
            assertThat(failure.hint()).contains("withoutLimits()");
        }
    }

    @Test
    void aContainerWhoseAnswerWasLostIsRemovedAllTheSame() {
        boxes.lost = new RuntimeUnavailableException(ErrorCode.RUNTIME_UNAVAILABLE, "no answer", "");
        try (CodeB codeb = codeb()) {
            assertThat(failure(codeb, codeb.backups().run("shop").id()).code())
                    .isEqualTo(ErrorCode.RUNTIME_UNAVAILABLE);
        }
        assertThat(boxes.there).isEmpty();
        assertThat(place.keys("_runs")).isEmpty();
    }

    @Test
    void aContainerThatCannotBeRemovedIsLeftToTheNextRun() {
        boxes.stuck = new RuntimeUnavailableException(ErrorCode.RUNTIME_UNAVAILABLE, "no answer", "");
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            assertThat(codeb.drills().run(request(backup)).backup().id()).isEqualTo(backup);
            assertThat(boxes.there).hasSize(1);
            assertThat(place.keys("_runs")).hasSize(1);
        }
        boxes.stuck = null;
        try (CodeB codeb = codeb()) {
            BackupResult unused = codeb.backups().run("shop");
        }
        assertThat(boxes.there).isEmpty();
        assertThat(place.keys("_runs")).isEmpty();
    }

    @Test
    void whereContainersCannotBeLookedForTheRecordStays() {
        boxes.stuck = new RuntimeUnavailableException(ErrorCode.RUNTIME_UNAVAILABLE, "no answer", "");
        try (CodeB codeb = codeb()) {
            DrillResult unused =
                    codeb.drills().run(request(codeb.backups().run("shop").id()));
        }
        boxes.hidden = boxes.stuck;
        try (CodeB codeb = codeb()) {
            CleanUpReport report = codeb.databases().cleanUp("shop");

            assertThat(report.kept()).extracting(Leftover::kind).containsExactly(Leftover.Kind.CONTAINER);
        }
        assertThat(place.keys("_runs")).hasSize(1);
    }

    private BackupId backupBesideWhichNothingIsNoted() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            place.faults.add(StorageFault.fail(StorageCall.BEGIN)
                    .ofKeys(key -> key.value().contains("/drills/"))
                    .always());
            return backup;
        }
    }

    @Test
    void aProofThatCannotBeNotedIsAProof() {
        BackupId backup = backupBesideWhichNothingIsNoted();
        try (CodeB codeb = codeb()) {
            assertThat(codeb.drills().run(request(backup)).notices())
                    .extracting(Notice::id)
                    .containsExactly("drill-not-noted");
        }
    }

    @Test
    void aFailureThatCannotBeNotedIsThrownAsItIs() {
        BackupId backup = backupBesideWhichNothingIsNoted();
        cards.refused = "deck";
        try (CodeB codeb = codeb()) {
            assertThat(failure(codeb, backup).code()).isEqualTo(ErrorCode.COMMAND_FAILED);
        }
        assertThat(boxes.there).isEmpty();
    }

    @Test
    void whatNobodyHasSaidWhereToMakeIsRefused() {
        try (CodeB codeb = codeb(Project.of("cards", "shop").server("localhost", 1))) {
            CodeBException failure = failure(codeb, codeb.backups().run("shop").id());

            assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(failure.hint()).contains("drillsIn(");
            assertThat(place.keys("shop/drills")).isEmpty();
        }
    }

    @Test
    void anEngineThatMakesNoDrillsSaysSo() {
        cards.drillServers = null;
        try (CodeB codeb = codeb()) {
            assertThat(failure(codeb, codeb.backups().run("shop").id()))
                    .hasMessageContaining("there are no drills of backups of the engine cards");
        }
    }

    @Test
    void whileWorkIsDoneTheServerIsAProjectAndAfterItNobodysAnyMore() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            List<Project> projects = new CopyOnWriteArrayList<>();

            DrillResult result = codeb.drills()
                    .run(
                            request(backup).database("shop").user("cashier"),
                            (drilled, cancellation) -> {
                                projects.add(codeb.project(drilled.project().name()));
                                assertThat(drilled.backup().id()).isEqualTo(backup);
                                assertThat(drilled.image()).isEqualTo("cards:1");
                                assertThat(boxes.there).hasSize(1);
                            },
                            new Cancellation());

            Project project = projects.get(0);
            assertThat(project.database()).isEqualTo("shop");
            assertThat(project.user()).isEqualTo("cashier");
            assertThat(project.container().orElseThrow()).startsWith("id-codeb-drill-");
            assertThat(project.runtime().id()).isEqualTo("boxes");
            assertThat(boxes.there).isEmpty();
            assertThatThrownBy(() -> codeb.project(project.name())).hasMessageContaining("no project is named");
            assertThat(codeb.catalog().list("shop").get(0).provenAt()).contains(result.finishedAt());
        }
    }

    @Test
    void workThatFailsIsToldAndTakesNoProofAway() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            IllegalStateException mine = new IllegalStateException("mine");

            assertThatThrownBy(() -> codeb.drills()
                            .run(
                                    request(backup),
                                    (drilled, cancellation) -> {
                                        throw mine;
                                    },
                                    new Cancellation()))
                    .isSameAs(mine);

            DrillHistory history = codeb.catalog().list("shop").get(0).drills();
            assertThat(history.passed()).isPresent();
            assertThat(history.failed()).isEmpty();
        }
        assertThat(boxes.there).isEmpty();
        assertThat(place.keys("_runs")).isEmpty();
    }

    @Test
    void workThatTakesTooLongIsCancelledAndTakesNoProofAway() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            assertThatThrownBy(() -> codeb.drills()
                            .run(
                                    request(backup).limit(Duration.ofSeconds(1)),
                                    (drilled, cancellation) -> cancellation.pause(Duration.ofMinutes(1)),
                                    new Cancellation()))
                    .isInstanceOfSatisfying(ContainerException.class, failure -> assertThat(failure.code())
                            .isEqualTo(ErrorCode.EXEC_TIMEOUT));

            assertThat(codeb.catalog().list("shop").get(0).drills().failed()).isEmpty();
        }
    }

    @Test
    void aContainerBesideTheServerHasItsNetworkAndItsLimitsAndGoesBeforeIt() {
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();

            DrillResult unused = codeb.drills()
                    .run(
                            request(backup).memory(7 << 20),
                            (drilled, cancellation) -> {
                                ContainerInfo beside = drilled.runBeside(ContainerSpec.of("tool:1"), cancellation);
                                assertThat(boxes.there).containsKey(beside.name());
                            },
                            new Cancellation());

            String name = boxes.last.name().orElseThrow();
            assertThat(name).endsWith("-1");
            assertThat(boxes.last.network()).contains("container:" + name.substring(0, name.length() - 2));
            assertThat(boxes.last.limits().memory()).hasValue(7 << 20);
            assertThat(boxes.removed).containsExactly(name, name.substring(0, name.length() - 2));
        }
    }

    @Test
    void whatIsLeftBesideAServerIsEndedBeforeIt() {
        boxes.stuck = new RuntimeUnavailableException(ErrorCode.RUNTIME_UNAVAILABLE, "no answer", "");
        try (CodeB codeb = codeb()) {
            BackupId backup = codeb.backups().run("shop").id();
            DrillResult unused = codeb.drills()
                    .run(
                            request(backup),
                            (drilled, cancellation) -> {
                                ContainerInfo beside = drilled.runBeside(ContainerSpec.of("tool:1"), cancellation);
                                assertThat(boxes.there).containsKey(beside.name());
                            },
                            new Cancellation());
            assertThat(boxes.there).hasSize(2);
        }
        boxes.stuck = null;
        boxes.removed.clear();
        try (CodeB codeb = codeb()) {
            assertThat(codeb.databases().cleanUp("shop").kept()).isEmpty();
        }
        assertThat(boxes.removed).hasSize(2);
        assertThat(boxes.removed.get(0)).endsWith("-1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 2_000})
    void aContainerHasSomeCores(double cores) {
        DrillRequest request = request(new BackupId("20260102T030405Z-abcdefgh"));
        assertThatThrownBy(() -> request.cores(cores)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsThatAreNoneAreRefused() {
        DrillRequest request = request(new BackupId("20260102T030405Z-abcdefgh"));
        assertThatThrownBy(() -> request.memory(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.inMemory(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.limit(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.limit(Duration.ofDays(31))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.image(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.image("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Servers of cards, which need nothing. */
    private static class Tables implements DrillServers {
        @Override
        public ContainerSpec container(String image, Secret password, OptionalLong memoryDisk) {
            return ContainerSpec.of(image);
        }

        @Override
        public ServerTarget server(ToolHost tools, Secret password) {
            return ServerTarget.of(tools, 7, "dealer", password);
        }

        @Override
        public boolean answers(ServerTarget server, Cancellation cancellation) {
            return true;
        }

        @Override
        public void prepare(ServerTarget server, DumpFacts dump, Cancellation cancellation) {
            // Cards bring all that they need.
        }

        @Override
        public ServerTarget admit(ServerTarget server, String user, Cancellation cancellation) {
            return server.withUser(user, server.password());
        }

        @Override
        public Optional<Shortage> shortage(String log) {
            return Optional.empty();
        }
    }

    /** Containers by name, of which some calls can fail. */
    private static final class Boxes implements RuntimeProvider {
        final Map<String, ContainerInfo> there = new ConcurrentHashMap<>();
        final List<String> removed = new CopyOnWriteArrayList<>();
        volatile ContainerSpec last = ContainerSpec.of("none");

        /** Why no container is made. */
        volatile @Nullable CodeBException refusal;

        /** Why nobody hears that one was made. */
        volatile @Nullable CodeBException lost;

        /** Why none is removed. */
        volatile @Nullable CodeBException stuck;

        /** Why none is found. */
        volatile @Nullable CodeBException hidden;

        @Override
        public String id() {
            return "boxes";
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            ContainerManager manager = proxy(ContainerManager.class, this::manage);
            return proxy(ContainerRuntime.class, (method, arguments) -> switch (method) {
                case "manager" -> Optional.of(manager);
                case "id" -> id();
                case "close" -> null;
                default -> throw new AssertionError("nobody asked for " + method);
            });
        }

        private @Nullable Object manage(String method, Object[] arguments) {
            return switch (method) {
                case "imageId" -> "sha256:1";
                case "logs" -> "";
                case "run" -> run((ContainerSpec) arguments[0]);
                case "find" -> {
                    throwIfAny(hidden);
                    yield List.copyOf(there.values());
                }
                case "remove" -> {
                    throwIfAny(stuck);
                    removed.add(((String) arguments[0]).replaceFirst("^id-", ""));
                    there.values()
                            .removeIf(box ->
                                    box.name().equals(arguments[0]) || box.id().equals(arguments[0]));
                    yield null;
                }
                default -> throw new AssertionError("nobody asked for " + method);
            };
        }

        private ContainerInfo run(ContainerSpec spec) {
            throwIfAny(refusal);
            last = spec;
            String name = spec.name().orElseThrow();
            ContainerInfo made = ContainerInfo.of(
                            "id-" + name, name, spec.image(), "sha256:1", ContainerInfo.State.RUNNING)
                    .withLabels(spec.labels());
            there.put(name, made);
            throwIfAny(lost);
            return made;
        }

        private static void throwIfAny(@Nullable CodeBException failure) {
            if (failure != null) {
                throw failure;
            }
        }

        private interface Answers {
            @Nullable
            Object to(String method, Object[] arguments);
        }

        private static <T> T proxy(Class<T> type, Answers answers) {
            return type.cast(Proxy.newProxyInstance(
                    DrillTest.class.getClassLoader(),
                    new Class<?>[] {type},
                    (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
        }
    }
}
