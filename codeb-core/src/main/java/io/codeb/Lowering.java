package io.codeb;

import io.codeb.error.Finding;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Which findings are taken less seriously. */
final class Lowering {
    private Lowering() {}

    static Map<String, Finding.Severity> plus(
            Map<String, Finding.Severity> lowered, String finding, Finding.Severity most) {
        Map<String, Finding.Severity> changed = new LinkedHashMap<>(lowered);
        changed.put(
                Finding.requireId(Objects.requireNonNull(finding, "finding")), Objects.requireNonNull(most, "most"));
        return Map.copyOf(changed);
    }
}
