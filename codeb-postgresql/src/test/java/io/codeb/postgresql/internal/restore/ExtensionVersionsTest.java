package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.postgresql.internal.catalog.Extension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionVersionsTest {
    @ParameterizedTest
    @CsvSource({
        "1.6, 1.10, -1",
        "1.10, 1.6, 1",
        "1.6, 1.6.0, 0",
        "2, 1.9, 1",
        "3.4.2, 3.4.10, -1",
        "1-1, 1-2, -1",
        "99999999999999999999, 1, 1"
    })
    void versionsAreComparedAsNumbers(String first, String second, int order) {
        assertThat(ExtensionVersions.compare(first, second)).hasValue(order);
    }

    @ParameterizedTest
    @CsvSource({"3.4.0dev, 3.4.0", "unpackaged, 1.0", "'', 1.0"})
    void ofWordsNobodyKnowsTheOrder(String first, String second) {
        assertThat(ExtensionVersions.compare(first, second)).isEmpty();
    }

    @Test
    void onlyAnOlderOneIsAnError() {
        List<Finding> findings = ExtensionVersions.findings(
                List.of(
                        new Extension("older", "2.0"),
                        new Extension("newer", "1.0"),
                        new Extension("same", "1.0"),
                        new Extension("odd", "1.0-beta"),
                        new Extension("missing", "1.0")),
                Map.of("older", "1.9", "newer", "1.1", "same", "1.0", "odd", "1.0-alpha"));

        assertThat(findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.INFO, Severity.WARNING);
    }
}
