package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.StorageException;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is dead when its lease is over or its process is gone, and alive as long as nobody can tell. */
class RunRecordsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final InMemoryStorage storage = new InMemoryStorage();

    private RunRecords recordsAt(Instant time) {
        return new RunRecords(storage, Clock.fixed(time, ZoneOffset.UTC));
    }

    private RunRecords.Known known(Instant time) {
        return recordsAt(time).know("shop");
    }

    private static List<String> runs(List<RunRecords.Dead> dead) {
        return dead.stream().map(RunRecords.Dead::run).toList();
    }

    private void put(String run, String json) {
        storage.put(Layout.run(run), WriteMode.REPLACE, json.getBytes(UTF_8));
    }

    private static String record(Instant aliveUntil, String process) {
        return "{\"project\":\"shop\",\"aliveUntil\":\"" + aliveUntil + "\",\"process\":\"" + process + "\"}";
    }

    @Test
    void aRunIsAliveUntilItsLeaseIsOver() {
        put("one", record(NOW, ""));

        assertThat(known(NOW.minusMillis(1)).alive()).containsExactly("one");
        assertThat(known(NOW.minusMillis(1)).dead()).isEmpty();
        assertThat(runs(known(NOW).dead())).containsExactly("one");
        assertThat(known(NOW).alive()).isEmpty();
    }

    @Test
    void whatHasLeftNothingIsForgottenAndWhatHasIsDead() {
        try (RunRecord clean = recordsAt(NOW).begin("clean", "shop");
                RunRecord failed = recordsAt(NOW).begin("failed", "shop")) {
            assertThat(known(NOW).alive()).containsExactlyInAnyOrder("clean", "failed");
            assertThat(failed).isNotNull();
            clean.nothingIsLeft();
        }

        assertThat(known(NOW).alive()).isEmpty();
        assertThat(runs(known(NOW).dead())).containsExactly("failed");
        recordsAt(NOW).forget("failed");
        assertThat(storage.list("").toList()).isEmpty();
    }

    @Test
    void theStepThatARestoreWasAboutToTakeOutlivesIt() {
        try (RunRecord restore = recordsAt(NOW).begin("restore", "shop")) {
            restore.restoring("app", List.of("tools"));
            restore.deciding("first try");
            restore.deciding("second try");
        }

        assertThat(known(NOW).dead())
                .containsExactly(new RunRecords.Dead(
                        "restore", Optional.of("app"), List.of("tools"), Optional.of("second try")));
    }

    @Test
    void aStepThatIsNotNotedIsNotTaken() {
        FaultyStorage failing = FaultyStorage.around(storage)
                .with(StorageFault.fail(StorageCall.FINISH).atCall(2));
        try (RunRecord restore = new RunRecords(failing, Clock.fixed(NOW, ZoneOffset.UTC)).begin("restore", "shop")) {
            assertThatThrownBy(() -> restore.deciding("the step")).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void aRecordWhoseAnswerIsLostIsNotLeft() {
        FaultyStorage losing = FaultyStorage.around(storage).with(StorageFault.failAfter(StorageCall.FINISH));

        assertThatThrownBy(() -> new RunRecords(losing, Clock.fixed(NOW, ZoneOffset.UTC)).begin("restore", "shop"))
                .isInstanceOf(StorageException.class);

        assertThat(losing.strikes()).isEqualTo(1);
        assertThat(storage.list("").toList()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeWithdrawnSaysNothingOfARestoreThatGoesOnWithoutIt() {
        FaultyStorage losing = FaultyStorage.around(storage)
                .with(StorageFault.failAfter(StorageCall.FINISH))
                .with(StorageFault.fail(StorageCall.DELETE));

        assertThatThrownBy(() -> new RunRecords(losing, Clock.fixed(NOW, ZoneOffset.UTC)).begin("restore", "shop"))
                .isInstanceOf(StorageException.class);

        assertThat(known(NOW.plus(RunRecord.LEASE)).dead())
                .containsExactly(new RunRecords.Dead("restore", Optional.empty(), List.of(), Optional.empty()));
    }

    @Test
    void theDeadOfOtherProjectsAreNotAskedFor() {
        try (RunRecord other = recordsAt(NOW).begin("other", "blog")) {
            assertThat(other).isNotNull();
        }

        assertThat(known(NOW).dead()).isEmpty();
        assertThat(runs(recordsAt(NOW).know("blog").dead())).containsExactly("other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"project\":\"shop\",\"aliveUntil\":\"yesterday\"}",
                "{\"aliveUntil\":\"2026-01-02T03:04:05Z\"}"
            })
    void aRecordThatCannotBeReadIsNobodys(String json) {
        put("strange", json);

        assertThat(known(NOW.plus(Duration.ofDays(1))).dead()).isEmpty();
        assertThat(known(NOW.minus(Duration.ofDays(1))).alive()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"of_a_run", "a.b", "a-name-that-is-longer-than-any-run-has-it"})
    void whatCannotBeARunsIdIsNoRecord(String name) {
        put(name, record(NOW, ""));

        assertThat(known(NOW).dead()).isEmpty();
        assertThat(known(NOW.minusSeconds(1)).alive()).isEmpty();
    }

    @Test
    void aRunWhoseProcessIsGoneIsDeadAtOnce() throws IOException, InterruptedException {
        Process child = new ProcessBuilder("sleep", "1000").start();
        String gone = ProcessMark.of(child.pid());
        put("one", record(NOW.plusSeconds(60), gone));
        assertThat(known(NOW).alive()).containsExactly("one");

        child.destroyForcibly().waitFor();

        assertThat(runs(known(NOW).dead())).containsExactly("one");
    }

    @Test
    void aProcessThatHasGotTheSameIdSinceIsAnother() {
        String own = ProcessMark.own();

        assertThat(ProcessMark.isGone(own)).isFalse();
        assertThat(ProcessMark.isGone(own.replaceFirst("[0-9]+$", "1"))).isTrue();
    }

    @Test
    void nobodyKnowsWhetherAProcessOfAnotherPlaceIsGone() {
        String[] own = ProcessMark.own().split("/", -1);

        assertThat(ProcessMark.isGone(String.join("/", "another boot", own[1], "999999999", "1")))
                .isFalse();
        assertThat(ProcessMark.isGone(String.join("/", own[0], "pid:[1]", "999999999", "1")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "///", "a/b/c/d", "a/b/-1/d", "a/b/99999999999999999999/d", "a/b/1/d/e"})
    void whatIsNoMarkOfAProcessIsNotGone(String mark) {
        assertThat(ProcessMark.isGone(mark)).isFalse();
    }
}
