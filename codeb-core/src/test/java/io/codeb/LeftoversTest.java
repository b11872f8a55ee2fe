package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.RecoveredRestore.Outcome;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.Leftover;
import io.codeb.spi.engine.StepOutcome;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StoredObject;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
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
        return CodeB.builder()
                .repository(BackupRepository.at("memory:" + repository))
                .storage(new InMemoryStorageProvider())
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
    void aRestoreThatGoesOnIsNotRecovered() {
        String going = dieRestoring();
        cards.cannotClean = null;
        try (CodeB codeb = codebAt(NOW.minus(LATER))) {
            assertThat(codeb.restores().recover().restores()).isEmpty();
        }
        assertThat(records()).containsExactly(going);
    }
}
