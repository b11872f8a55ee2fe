package io.codeb;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.RecoveredRestore.Outcome;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.model.Leftover;
import io.codeb.model.ReplacedDatabase;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RollbackCheck;
import io.codeb.spi.engine.RollbackFacts;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.StepOutcome;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run is known by its record: what it leaves is ended after it, and nobody else's. */
class LeftoversTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration LATER = Duration.ofMinutes(4);

    private final String repository = UUID.randomUUID().toString();
    private final Cards cards = new Cards();

    private CodeB codebAt(Instant time) {
        return codebAt(time, new InMemoryStorageProvider());
    }

    private CodeB codebAt(Instant time, StorageProvider storage) {
        return CodeB.builder()
                .repository(BackupRepository.at("memory:" + repository))
                .storage(storage)
                .engine(cards)
                .clock(Clock.fixed(time, ZoneOffset.UTC))
                .project(Project.of("cards", "shop").server("localhost", 1))
                .build();
    }

    private List<String> records() {
        try (StorageBackend storage = InMemoryStorageProvider.open(repository);
                Stream<StoredObject> objects = storage.list("_runs")) {
            return objects.map(object -> object.key().name()).toList();
        }
    }

    private static Leftover database(String run) {
        return new Leftover(Leftover.Kind.DATABASE, "half_" + run, run, "nobody has ended it");
    }

    private void failToRestore(CodeB codeb) {
        cards.decks.put("deck", "cards");
        BackupId backup = codeb.backups().run("shop").id();
        cards.refused = "deck";
        assertThatThrownBy(() -> codeb.restores().run(RestoreRequest.of(backup)))
                .isInstanceOf(EngineException.class);
        cards.refused = "";
    }

    @Test
    void theEngineKnowsTheRunAndNoRecordStaysOfOneThatHasEndedWell() {
        cards.decks.put("deck", "cards");
        try (CodeB codeb = codebAt(NOW)) {
            Run<BackupResult> run = codeb.start(BackupRequest.of("shop"));
            BackupId backup = run.result().join().id();
            assertThat(cards.run).isEqualTo(run.id());
            codeb.restores().run(RestoreRequest.of(backup));
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void whatAFailedRunHasLeftIsLookedForAtOnce() {
        try (CodeB codeb = codebAt(NOW)) {
            failToRestore(codeb);
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void aBackupThatHasFailedBeforeItCouldLeaveAnythingHasNoRecord() {
        cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
        cards.decks.put("deck", "cards");
        cards.refused = "deck";
        try (CodeB codeb = codebAt(NOW)) {
            assertThatThrownBy(() -> codeb.backups().run("shop")).isInstanceOf(EngineException.class);
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void whatCouldNotBeLookedForIsLeftToTheNextRun() {
        try (CodeB codeb = codebAt(NOW)) {
            cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
            failToRestore(codeb);
            cards.leftovers.add(database(cards.run));
            assertThat(records()).containsExactly(cards.run);

            cards.cannotClean = null;
            codeb.backups().run("shop");
        }
        assertThat(cards.leftovers).isEmpty();
        assertThat(records()).isEmpty();
    }

    @Test
    void cleaningUpEndsWhatTheDeadHaveLeftAndTellsOfTheLiving() {
        cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
        try (CodeB codeb = codebAt(NOW)) {
            failToRestore(codeb);
        }
        cards.cannotClean = null;
        String dead = cards.run;
        cards.leftovers.add(database(dead));
        cards.leftovers.add(database("stranger"));
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            CleanUpReport report = codeb.databases().cleanUp("shop");

            assertThat(report.ended()).extracting(Leftover::run).containsExactly(dead);
            assertThat(report.kept()).extracting(Leftover::run).containsExactly("stranger");
            assertThat(report.kept().get(0).keptBecause()).startsWith("no repository here has a record of its run");
        }
        assertThat(records()).isEmpty();
        assertThat(cards.leftovers).extracting(Leftover::run).containsExactly("stranger");
    }

    @Test
    void aRecordStaysForAsLongAsSomethingCannotBeEnded() {
        cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
        try (CodeB codeb = codebAt(NOW)) {
            failToRestore(codeb);
            assertThatThrownBy(() -> codeb.databases().cleanUp("shop")).hasMessageContaining("it is away");
            assertThat(records()).containsExactly(cards.run);
            String dead = cards.run;
            codeb.backups().run("shop");
            assertThat(records()).containsExactly(dead);
        }
    }

    private String dieRestoring() {
        cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
        try (CodeB codeb = codebAt(NOW)) {
            failToRestore(codeb);
        }
        return cards.run;
    }

    @ParameterizedTest
    @CsvSource({"DONE, FINISHED", "NOT_DONE, UNDONE", "GOES_ON, UNDECIDED", "UNKNOWN, UNKNOWN"})
    void recoveringTellsWhatBecameOfTheLastStep(StepOutcome step, Outcome outcome) {
        cards.late = true;
        cards.outcome = step;
        String dead = dieRestoring();
        cards.cannotClean = null;
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.restores()).containsExactly(new RecoveredRestore(dead, "shop", "shop", outcome));
            assertThat(report.failures()).isEmpty();
            assertThat(report.ok()).isEqualTo(outcome == Outcome.FINISHED || outcome == Outcome.UNDONE);
            assertThat(records()).hasSize(outcome == Outcome.UNDECIDED ? 1 : 0);
            assertThat(codeb.restores().recover().restores()).hasSize(outcome == Outcome.UNDECIDED ? 1 : 0);
        }
    }

    @Test
    void aRestoreThatDiedBeforeItsLastStepIsUndone() {
        cards.outcome = StepOutcome.DONE;
        String dead = dieRestoring();
        cards.leftovers.add(database(dead));
        cards.cannotClean = null;
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.restores()).extracting(RecoveredRestore::outcome).containsExactly(Outcome.UNDONE);
            assertThat(report.projects().values())
                    .flatExtracting(CleanUpReport::ended)
                    .extracting(Leftover::run)
                    .containsExactly(dead);
        }
    }

    @Test
    void aRestoreOfWhichSomethingCannotBeEndedIsNotRecoveredYet() {
        String dead = dieRestoring();
        cards.cannotClean = null;
        cards.leftovers.add(database(dead));
        cards.leftovers.add(database("stranger"));
        cards.stuck = dead;
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.restores()).extracting(RecoveredRestore::outcome).containsExactly(Outcome.UNDONE);
            assertThat(report.kept()).containsExactly(database(dead));
            assertThat(report.ok()).isFalse();

            cards.stuck = "";
            assertThat(codeb.restores().recover().ok()).isTrue();
            assertThat(codeb.restores().recover().restores()).isEmpty();
        }
        assertThat(cards.leftovers).containsExactly(database("stranger"));
    }

    @Test
    void whatCannotBeReachedIsToldAndStaysToBeRecovered() {
        String dead = dieRestoring();
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.ok()).isFalse();
            assertThat(report.failures())
                    .containsExactly(new RecoveryReport.Failure("shop", ErrorCode.SERVER_UNREACHABLE, "it is away"));
        }
        assertThat(records()).containsExactly(dead);
    }

    @Test
    void aRecoveryIsARunOfItsOwnWhichIsNotToldOfAndForgottenBehindIt() {
        String dead = dieRestoring();
        cards.cannotClean = null;
        List<String> recovering = new ArrayList<>();
        cards.looking = server -> {
            String run = String.valueOf(server.tools().run());
            recovering.add(run);
            cards.leftovers.add(new Leftover(Leftover.Kind.SESSION, "busy", run, "nobody has ended it"));
            assertThat(records()).containsExactlyInAnyOrder(dead, run);
        };
        try (CodeB codeb = codebAt(NOW)) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(recovering).hasSize(1);
            assertThat(report.kept()).isEmpty();
            assertThat(report.ok()).isTrue();
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void whatARecoveryHasLeftIsEndedByTheNextOne() {
        String dead = dieRestoring();
        EngineException lost = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it has gone away", "wait for it");
        cards.cannotClean = null;
        cards.looking = server -> {
            String run = String.valueOf(server.tools().run());
            cards.leftovers.add(new Leftover(Leftover.Kind.PROGRAMS, "psql", run, "nobody has ended it"));
            ToolHost tools = server.tools();
            tools.runtime()
                    .exec(tools.container(), tools.command("sleep", List.of("60")), new Cancellation())
                    .close();
            throw lost;
        };
        try (CodeB codeb = codebAt(NOW)) {
            assertThatThrownBy(() -> codeb.databases().cleanUp("shop")).isSameAs(lost);
            String recovery = cards.leftovers.get(0).run();
            assertThat(records()).containsExactlyInAnyOrder(dead, recovery);

            cards.looking = server -> {};
            CleanUpReport report = codeb.databases().cleanUp("shop");

            assertThat(report.ended()).extracting(Leftover::run).containsExactly(recovery);
        }
        assertThat(cards.leftovers).isEmpty();
        assertThat(records()).isEmpty();
    }

    /** Puts a deck back, and does something meanwhile. */
    private static final class Decks implements Replacements {
        private final Consumer<String> meanwhile;

        Decks(Consumer<String> meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public List<ReplacedDatabase> list(ServerTarget server, Cancellation cancellation) {
            return List.of();
        }

        @Override
        public RollbackFacts rollBack(
                DatabaseTarget target, @Nullable String keptAs, Duration keep, Cancellation cancellation) {
            meanwhile.accept(String.valueOf(target.server().tools().run()));
            return RollbackFacts.of(new ReplacedDatabase("shop", "codeb_old", "owner", NOW, NOW.plus(keep)));
        }

        @Override
        public RollbackCheck compare(DatabaseTarget target, @Nullable String keptAs, Cancellation cancellation) {
            throw new AssertionError("nobody asked for that");
        }
    }

    private void rollBack(Consumer<String> meanwhile, StorageProvider storage) {
        cards.replacements = new Decks(meanwhile);
        try (CodeB codeb = codebAt(NOW, storage)) {
            assertThat(codeb.restores().rollback(RollbackRequest.of("shop")).project())
                    .isEqualTo("shop");
        }
    }

    private static StorageProvider struck(StorageFault fault) {
        return new StorageProvider() {
            private final InMemoryStorageProvider memory = new InMemoryStorageProvider();

            @Override
            public String id() {
                return memory.id();
            }

            @Override
            public StorageBackend create(ProviderConfig config) {
                return FaultyStorage.around(memory.create(config)).with(fault);
            }
        };
    }

    @Test
    void aRollBackIsKnownWhileItGoesOnAndForgottenBehindIt() {
        rollBack(run -> assertThat(records()).containsExactly(run), new InMemoryStorageProvider());
        assertThat(records()).isEmpty();
    }

    @Test
    void whatARollBackHasLeftThatCouldNotBeLookedAfterIsEndedByRecovering() {
        cards.cannotClean = new EngineException(ErrorCode.SERVER_UNREACHABLE, "it is away", "wait for it");
        Consumer<String> dying = run -> {
            cards.leftovers.add(new Leftover(Leftover.Kind.SESSION, "idle", run, "nobody has ended it"));
            throw new EngineException(ErrorCode.SERVER_UNREACHABLE, "it has gone away", "wait for it");
        };
        assertThatThrownBy(() -> rollBack(dying, new InMemoryStorageProvider())).hasMessage("it has gone away");
        String dead = cards.leftovers.get(0).run();
        assertThat(records()).containsExactly(dead);

        cards.cannotClean = null;
        try (CodeB codeb = codebAt(NOW)) {
            RecoveryReport report = codeb.restores().recover();

            assertThat(report.restores()).isEmpty();
            assertThat(report.projects().values())
                    .flatExtracting(CleanUpReport::ended)
                    .extracting(Leftover::run)
                    .containsExactly(dead);
        }
        assertThat(cards.leftovers).isEmpty();
        assertThat(records()).isEmpty();
    }

    @Test
    void whatARollBackHasLeftIsEndedAtOnceWhereItCanBe() {
        Consumer<String> failing = run -> {
            cards.leftovers.add(new Leftover(Leftover.Kind.SESSION, "idle", run, "nobody has ended it"));
            throw new EngineException(ErrorCode.DATABASE_NOT_FOUND, "nothing is kept", "");
        };
        assertThatThrownBy(() -> rollBack(failing, struck(StorageFault.failAny().always())))
                .hasMessage("nothing is kept");
        assertThat(cards.leftovers).isEmpty();
    }

    @Test
    void aRollBackNeedsNoStorage() {
        rollBack(
                run -> assertThat(records()).isEmpty(),
                struck(StorageFault.failAny().always()));
    }

    @Test
    void aRollBackDoesNotWaitForAStorageThatDoesNotAnswer() throws InterruptedException {
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        StorageFault silence = StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> {
            try {
                answer.await();
            } catch (InterruptedException e) {
                ended.countDown();
            }
            return true;
        });

        rollBack(run -> assertThat(records()).isEmpty(), struck(silence));

        assertThat(ended.await(30, SECONDS)).isTrue();
        assertThat(records()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeRemovedIsThatOfADeadRunWhenItsLeaseIsOver() {
        rollBack(
                run -> assertThat(records()).containsExactly(run),
                struck(StorageFault.fail(StorageCall.DELETE).always()));
        assertThat(records()).hasSize(1);
        try (CodeB codeb = codebAt(NOW.plus(LATER))) {
            assertThat(codeb.restores().recover().ok()).isTrue();
        }
        assertThat(records()).isEmpty();
    }

    @Test
    void aRestoreThatGoesOnIsNotRecovered() {
        String going = dieRestoring();
        cards.cannotClean = null;
        try (CodeB codeb = codebAt(NOW.minus(LATER))) {
            assertThat(codeb.restores().recover().restores()).isEmpty();
        }
        assertThat(records()).containsExactly(going);
    }
}
