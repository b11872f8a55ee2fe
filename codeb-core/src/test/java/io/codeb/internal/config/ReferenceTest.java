package io.codeb.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/config.schema.json is what the reader reads by, and the reference in docs/configuration.md is made of it. */
class ReferenceTest {
    private static final Path SCHEMA = Path.of("../docs/config.schema.json");
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");
    private static final String MARK = "<!-- From here on written by ReferenceTest, of config.schema.json. -->\n";
    private static final boolean WRITE = Boolean.getBoolean("codeb.docs.write");
    private static final JsonMapper MAPPER = new JsonMapper();

    private static String schema() throws JsonProcessingException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(ConfigSchema.make()) + "\n";
    }

    @Test
    void theSchemaIsTheModels() throws IOException {
        if (WRITE) {
            Files.writeString(SCHEMA, schema());
        }

        assertThat(Files.readString(SCHEMA)).isEqualTo(schema());
    }

    @Test
    void theReferenceIsTheSchemas() throws IOException {
        String text = Files.readString(DOCUMENT);
        String reference = reference(ConfigSchema.make());
        if (WRITE) {
            Files.writeString(DOCUMENT, text.substring(0, text.indexOf(MARK) + MARK.length()) + reference);
        }

        assertThat(Files.readString(DOCUMENT)).contains(MARK);
        assertThat(Files.readString(DOCUMENT).split(MARK, 2)[1]).isEqualTo(reference);
    }

    private static String reference(ObjectNode schema) {
        StringBuilder text = new StringBuilder("\n## The file\n").append(table(schema));
        schema.get("$defs").properties().forEach(definition -> {
            JsonNode shape = definition.getValue();
            text.append("\n## ").append(definition.getKey()).append('\n');
            if (shape.has("anyOf")) {
                text.append("\nAn object, or ")
                        .append(kind(shape.get("anyOf").get(0)))
                        .append(": the first of its keys, with nothing else to say.\n");
                shape = shape.get("anyOf").get(1);
            }
            if (shape.has("maxProperties")) {
                text.append("\nExactly one of these.\n");
            }
            text.append(table(shape));
        });
        return text.toString();
    }

    private static String table(JsonNode object) {
        StringBuilder table = new StringBuilder("\n| key | value | meaning |\n| --- | --- | --- |\n");
        object.get("properties").properties().forEach(property -> {
            JsonNode key = property.getValue();
            List<String> meaning =
                    new ArrayList<>(List.of(key.get("description").asText()));
            if (key.has("$comment")) {
                meaning.add(key.get("$comment").asText());
            }
            if (key.has("examples")) {
                meaning.add("Example: `" + key.get("examples").get(0) + "`");
            }
            table.append("| `" + property.getKey() + "` | " + kind(key) + " | " + String.join(" ", meaning) + " |\n");
        });
        return table.toString();
    }

    private static String kind(JsonNode key) {
        if (key.has("$ref")) {
            String name = key.get("$ref").asText().replaceFirst(".*/", "");
            return "[" + name + "](#" + name.toLowerCase(Locale.ROOT) + ")";
        }
        if (key.has("enum")) {
            return Stream.iterate(0, i -> i + 1)
                    .limit(key.get("enum").size())
                    .map(i -> "`" + key.get("enum").get(i).asText() + "`")
                    .reduce((a, b) -> a + ", " + b)
                    .orElseThrow();
        }
        JsonNode type = key.get("type");
        if (type.isArray()) {
            return "text, number or truth";
        }
        return switch (type.asText()) {
            case "object" -> "by name: " + kind(key.get("additionalProperties"));
            case "array" -> "list of " + kind(key.get("items"));
            case "integer" -> key.get("minimum") + " to " + key.get("maximum");
            case "boolean" -> "`true` or `false`";
            default -> "text";
        };
    }
}
