package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ConfigException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void aHintNamesFieldsOfARequestAndNoMethodsOfTheLibrary() {
        Problem problem =
                Problem.of(new ConfigException("no", "say into(…) or withoutOwners() (see the documentation)"));

        assertThat(problem.hint()).isEqualTo("say into or withoutOwners (see the documentation)");
    }
}
