package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StatusesTest {
    @Test
    void eachCodeOfTheLibraryHasAStatusOfAnError() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(Statuses.of(code)).as(code.name()).isBetween(400, 599).isNotEqualTo(500);
        }
    }

    @Test
    void whatCanBeTriedAgainIsNoFaultOfTheRequest() {
        Set<ErrorCode> retryable = Arrays.stream(ErrorCode.values())
                .filter(ErrorCode::retryable)
                .filter(code -> code != ErrorCode.LOCKED && code != ErrorCode.DATABASE_IN_USE)
                .filter(code -> code != ErrorCode.LOCKED_TOO_LONG)
                .collect(Collectors.toSet());

        assertThat(retryable).allSatisfy(code -> assertThat(Statuses.of(code)).isGreaterThan(500));
    }

    @Test
    void noRefusalHasTheNameOfACode() {
        Set<String> names = new TreeSet<>();
        for (Refusal refusal : Refusal.values()) {
            names.add(refusal.name());
        }

        assertThat(names)
                .doesNotContainAnyElementsOf(
                        Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void aProblemHasAllThatTheExceptionSays() {
        Problem problem = Problem.of(new ConfigException("nobody said that", "say it"));

        assertThat(problem.type()).isEqualTo("urn:codeb:problem:CONFIG_INVALID");
        assertThat(problem.title()).isEqualTo("Config invalid");
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.hint()).isEqualTo("say it");
    }
}
