package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.deploy.GuardState.Step;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardStateTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final GuardState STATE = GuardState.begin(
                    "id",
                    NOW,
                    List.of(
                            Probe.sql("SELECT\ttrue"),
                            Probe.http(URI.create("http://localhost:1/")).within(Duration.ofSeconds(1))))
            .backedUp(new BackupRef("default", "shop", new BackupId("20260102T030405Z-k3f7q2x7")))
            .replacing(Step.RESTORE, NOW, List.of("codeb_old_1", "codeb_old_2"), Duration.ofDays(1))
            .restored("codeb_old_3");

    @Test
    void whatIsNotedIsRead() {
        assertThat(GuardState.of("shop", STATE.toMap())).isEqualTo(STATE);
        assertThat(STATE.changed()).isTrue();
        GuardState begun = GuardState.begin("id", NOW, List.of());
        assertThat(GuardState.of("shop", begun.toMap())).isEqualTo(begun);
    }

    @Test
    void manyProbesOfManyWordsAreNotedInFewAndKnownAgain() {
        List<Probe> probes = List.of(Probe.sql("SELECT '" + "x".repeat(5_000) + "' = ''"), Probe.sql("SELECT true"));
        GuardState begun = GuardState.begin("id", NOW, probes);
        assertThat(begun.probes()).hasSizeLessThan(100).isEqualTo(GuardState.names(probes));
        assertThat(begun.probes()).isNotEqualTo(GuardState.names(probes.subList(0, 1)));
    }

    @ParameterizedTest
    @CsvSource({"step, REPROBE", "at, yesterday", "backup, shop", "keep, long", "id, ", "keptBefore,"})
    void whatCannotBeReadIsNotGuessed(String name, String text) {
        Map<String, String> map = new HashMap<>(STATE.toMap());
        if (text == null) {
            map.remove(name);
        } else {
            map.put(name, text);
        }
        assertThatThrownBy(() -> GuardState.of("shop", map))
                .isInstanceOfSatisfying(CodeBException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.CORRUPT));
    }
}
