package io.codeb.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FactsTest {
    private static Map<String, ?> nested(int levels) {
        Map<String, ?> tree = Map.of("x", "y");
        for (int level = 1; level < levels; level++) {
            tree = Map.of("x", tree);
        }
        return tree;
    }

    @Test
    void factsAreACopyThatNobodyChanges() {
        List<Object> list = new ArrayList<>(List.of("a", 1, 2L, true));
        Map<String, Object> tree = new HashMap<>(Map.of("list", list));
        Facts facts = Facts.of(tree);
        list.clear();
        tree.clear();
        assertThat(facts.tree()).isEqualTo(Map.of("list", List.of("a", 1L, 2L, true)));
        assertThatThrownBy(() -> facts.tree().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(facts).isEqualTo(Facts.of(Map.of("list", List.of("a", 1L, 2L, true))));
    }

    static List<Map<String, ?>> whatCannotBe() {
        return List.of(
                Collections.singletonMap("x", null),
                Map.of("x", Arrays.asList("a", null)),
                Map.of("x", 1.5),
                Map.of("x", BigDecimal.ONE),
                Map.of("x", Map.of(1, "y")),
                Map.of("x", 'c'),
                nested(Facts.MAX_DEPTH + 1),
                Map.of("x", Collections.nCopies(Facts.MAX_VALUES, true)),
                Map.of("x", "y".repeat(Facts.MAX_CHARACTERS)));
    }

    @ParameterizedTest
    @MethodSource("whatCannotBe")
    void factsAreBounded(Map<String, ?> tree) {
        assertThatThrownBy(() -> Facts.of(tree)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asMuchAsIsAllowedIsAllowed() {
        Facts.of(nested(Facts.MAX_DEPTH));
        Facts.of(Map.of("x", Collections.nCopies(Facts.MAX_VALUES - 1, true)));
        Facts.of(Map.of("x", "y".repeat(Facts.MAX_CHARACTERS - 1)));
    }
}
