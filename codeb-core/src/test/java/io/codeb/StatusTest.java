package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.Places.Place;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.status.FailedRun;
import io.codeb.status.ProjectStatus;
import io.codeb.status.ProjectStatus.State;
import io.codeb.tck.fault.StorageFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a project's backups are is known from the storage alone, also after a run of which there is no manifest. */
class StatusTest {
    private static final ObjectKey NOTE = new ObjectKey("shop/state/backup-failed");

    private final Places places = new Places();
    private final Place place = places.place();
    private final Cards cards = new Cards();
    private Instant now = Instant.parse("2026-02-01T03:00:00Z");

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private <T> T in(Function<CodeB, T> work) {
        now = now.plusSeconds(7);
        try (CodeB codeb = CodeB.builder()
                .repository(place.repository())
                .storage(places)
                .engine(cards)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .project(Project.of("cards", "shop").server("localhost", 1).maxBackupAge(Duration.ofDays(1)))
                .build()) {
            return work.apply(codeb);
        }
    }

    private BackupResult backUp() {
        return in(codeb -> codeb.backups().run("shop"));
    }

    private ProjectStatus status() {
        List<ProjectStatus> all = in(codeb -> codeb.status().all());
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void fails() {
        cards.refused = "deck";
        assertThatThrownBy(this::backUp).isInstanceOf(CodeBException.class);
        cards.refused = "";
    }

    @Test
    void itIsToldWhatThereIs() {
        assertThat(status().state()).isEqualTo(State.NEVER);

        BackupResult backup = backUp();

        ProjectStatus status = status();
        assertThat(status.state()).isEqualTo(State.OK);
        assertThat(status.last().orElseThrow().id()).isEqualTo(backup.id());
        assertThat(status.last().orElseThrow().storedBytes())
                .isEqualTo(backup.manifest().storedSize());
        now = now.plus(Duration.ofDays(2));
        assertThat(status().state()).isEqualTo(State.LATE);
    }

    @Test
    void aFailureIsKnownAfterwardsUntilABackupIsMade() {
        fails();
        fails();

        FailedRun failure = status().failure().orElseThrow();
        assertThat(status().state()).isEqualTo(State.FAILED);
        assertThat(failure.inARow()).isEqualTo(2);
        assertThat(failure.stage()).isEqualTo("dump");
        assertThat(failure.message()).isNotEmpty();

        backUp();

        assertThat(status().state()).isEqualTo(State.OK);
        assertThat(place.keys("shop/state")).isEmpty();
    }

    @Test
    void aRunIsSeenWhileItGoesOn() {
        List<ProjectStatus> seen = new ArrayList<>();
        cards.meanwhile = () -> seen.add(status());

        backUp();

        assertThat(seen).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(State.RUNNING);
            assertThat(status.runningSince()).isPresent();
        });
        cards.meanwhile = () -> {};
        assertThat(status().state()).isEqualTo(State.OK);
    }

    @Test
    void ofARunWhoseProcessHasDiedTheLockTells() {
        String lease = "{\"holder\":\"x\",\"expiresAt\":\"2026-02-01T02:00:00Z\",\"process\":\"\","
                + "\"backup\":\"20260201T015900Z-abcdefgh\"}";
        place.objects.put(new ObjectKey("shop/lock/0000000000000000001"), WriteMode.CREATE, lease.getBytes(UTF_8));

        ProjectStatus status = status();

        assertThat(status.state()).isEqualTo(State.FAILED);
        assertThat(status.failure().orElseThrow().message()).contains("20260201T015900Z-abcdefgh");
        assertThat(status.failure().orElseThrow().startedAt()).isEqualTo(Instant.parse("2026-02-01T01:59:00Z"));
        backUp();
        assertThat(status().state()).isEqualTo(State.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "{\"inARow\":0}", "{\"code\":\"OF_A_LATER_VERSION\"}"})
    void aNoteThatCannotBeReadTellsNothing(String json) {
        place.objects.put(NOTE, WriteMode.REPLACE, json.getBytes(UTF_8));

        assertThat(status().state()).isEqualTo(State.NEVER);

        fails();
        assertThat(status().failure().orElseThrow().inARow()).isEqualTo(1);
    }

    @Test
    void aNoteIsSmallWhateverHasFailed() {
        cards.meanwhile = () -> {
            throw new EngineException(ErrorCode.SQL_FAILED, "\u0007한글\n".repeat(10_000), "");
        };
        assertThatThrownBy(this::backUp).isInstanceOf(EngineException.class);

        assertThat(place.read(NOTE).length).isLessThan(4096);
        assertThat(status().failure().orElseThrow().code()).isEqualTo(ErrorCode.SQL_FAILED);
    }

    @Test
    void aStorageThatDoesNotAnswerIsAProblemAndNoAnswer() {
        backUp();
        place.faults.add(StorageFault.failAny().always());

        ProjectStatus status = status();

        assertThat(status.state()).isEqualTo(State.UNKNOWN);
        assertThat(status.problem()).isPresent();
    }
}
