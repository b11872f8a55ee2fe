package io.codeb.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.error.ConfigException;
import io.codeb.model.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonSchemasTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    record Leaf(String text) {}

    record Tree(
            int size,
            @Nullable Instant at,
            List<Leaf> leaves,
            Map<String, String> labels,
            List<List<@Nullable Object>> rows) {}

    record Odd(Duration time) {}

    static final class Other {
        record Leaf(boolean green) {}
    }

    private static JsonNode schemas(Class<?>... records) {
        return MAPPER.valueToTree(JsonSchemas.of(List.of(records), "#/x/"));
    }

    @Test
    void aRecordIsAnObjectThatHasAllOfItsNames() throws Exception {
        assertThat(schemas(Tree.class).get("Tree")).isEqualTo(MAPPER.readTree("""
                        {"type": "object",
                         "properties": {
                           "size": {"type": "integer"},
                           "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                           "leaves": {"type": "array", "items": {"$ref": "#/x/Leaf"}},
                           "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                           "rows": {"type": "array", "items": {"type": "array", "items": {}}}},
                         "required": ["size", "at", "leaves", "labels", "rows"]}
                        """));
    }

    @Test
    void whatARecordIsMadeOfIsDescribedToo() {
        assertThat(schemas(Tree.class).fieldNames()).toIterable().containsExactly("Leaf", "Tree");
    }

    @Test
    void whatJsonDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> JsonSchemas.of(List.of(Odd.class), "#/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoRecordsOfOneNameAreRefused() {
        assertThatThrownBy(() -> JsonSchemas.of(List.of(Leaf.class, Other.Leaf.class), "#/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one name");
    }

    @Test
    void valuesOfAQueryAreWhatJsonHas() {
        List<List<@Nullable Object>> rows = List.of(Arrays.asList(1, null, new byte[] {1, 2}, Duration.ofMinutes(1)));

        Queried queried = Queried.of(new QueryResult(List.of(), rows, true));

        assertThat(queried.rows()).containsExactly(Arrays.asList(1, null, "AQI=", "PT1M"));
        assertThat(queried.truncated()).isTrue();
    }

    @Test
    void anErrorKeepsItsCodeAndHint() {
        ErrorView error = ErrorView.of(new ConfigException("nothing is said of it", "say it"));

        assertThat(error)
                .isEqualTo(new ErrorView(
                        "CONFIG_INVALID", "nothing is said of it", "say it", false, List.of("nothing is said of it")));
    }
}
