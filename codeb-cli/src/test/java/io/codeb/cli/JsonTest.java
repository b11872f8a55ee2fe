package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/cli.schema.json is what {@code --json} prints: made of the records, and held against what commands say. */
class JsonTest {
    private static final Path SCHEMA = Path.of("../docs/cli.schema.json");
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void makeConfiguration() throws IOException {
        shell = new Shell(directory);
    }

    @Test
    void theSchemaIsOfTheRecords() throws IOException {
        String made = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema()) + "\n";
        if (Boolean.getBoolean("codeb.docs.write")) {
            Files.writeString(SCHEMA, made);
        }

        assertThat(Files.readString(SCHEMA)).isEqualTo(made);
    }

    private static ObjectNode schema() {
        ObjectNode schema = MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "What commands of codeb print with --json");
        ObjectNode definitions = schema.putObject("$defs");
        Arrays.stream(Views.class.getDeclaredClasses())
                .sorted(Comparator.comparing(Class::getSimpleName))
                .forEach(view -> definitions.set(view.getSimpleName(), object(view)));
        return schema;
    }

    private static ObjectNode object(Class<?> view) {
        ObjectNode object = MAPPER.createObjectNode().put("type", "object");
        ObjectNode properties = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (RecordComponent component : view.getRecordComponents()) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            ObjectNode type = type(component.getGenericType());
            ObjectNode property = properties.putObject(component.getName());
            if (nullable) {
                property.putArray("anyOf")
                        .add(type)
                        .add(MAPPER.createObjectNode().put("type", "null"));
            } else {
                property.setAll(type);
            }
            required.add(component.getName());
        }
        return object;
    }

    private static ObjectNode type(Type type) {
        ObjectNode node = MAPPER.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Map.class) {
                return node.put("type", "object").set("additionalProperties", type(last));
            }
            return node.put("type", "array").set("items", type(last));
        }
        if (type == String.class) {
            return node.put("type", "string");
        }
        if (type == Instant.class) {
            return node.put("type", "string").put("format", "date-time");
        }
        if (type == boolean.class || type == Boolean.class) {
            return node.put("type", "boolean");
        }
        if (type == int.class || type == long.class || type == Long.class) {
            return node.put("type", "integer");
        }
        return type == Object.class ? node : node.put("$ref", "#/$defs/" + ((Class<?>) type).getSimpleName());
    }

    private void hold(Class<?> view, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--json");
        Shell.Said said = shell.run(all.toArray(String[]::new));
        JsonNode json = said.json();
        ObjectNode schema = (ObjectNode) MAPPER.readTree(Files.readString(SCHEMA));
        schema.put("$ref", "#/$defs/" + view.getSimpleName());
        Schema read = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema.toString());

        assertThat(read.validate(json.toString(), InputFormat.JSON))
                .as(said.out() + said.err())
                .isEmpty();
    }

    @Test
    void eachCommandAnswersAsItSays() throws IOException {
        hold(Views.BackedUp.class, "db", "backup", "shop", "--label", "a=b");
        String ref = shell.backUp();
        hold(Views.Listed.class, "backups", "list");
        hold(Views.Shown.class, "backups", "show", ref);
        hold(Views.Verified.class, "backups", "verify", ref);
        hold(Views.Copied.class, "backups", "copy", ref, "offsite");
        hold(
                Views.Exported.class,
                "backups",
                "export",
                ref,
                directory.resolve("x.sql.gz").toString());
        hold(Views.RestorePlan.class, "db", "restore", "shop", ref, "--dry-run");
        hold(Views.Restored.class, "db", "restore", "shop", ref, "--into", "copy");
        hold(Views.Databases.class, "db", "list", "shop");
        hold(Views.Checked.class, "db", "check");
        hold(Views.Checked.class, "storage", "check");
        hold(Views.Swept.class, "storage", "sweep", "--yes");
        hold(Views.Recovered.class, "recover");
        hold(Views.Keys.class, "keys", "check");
        hold(
                Views.GeneratedKey.class,
                "keys",
                "generate",
                directory.resolve("key").toString());
        hold(Views.CheckedConfig.class, "config", "check");
        hold(
                Views.MadeConfig.class,
                "config",
                "init",
                directory.resolve("new.json").toString());
        hold(Views.Status.class, "status");
        Files.writeString(
                shell.config,
                Files.readString(shell.config)
                        .replace("\"projects\"", "\"alerts\": {\"routes\": [\"log\"]}, \"projects\""));
        hold(Views.TestedAlerts.class, "alerts", "test");
        hold(Views.Pinned.class, "backups", "pin", ref, "before the move");
        hold(Views.Unpinned.class, "backups", "unpin", ref);
        hold(Views.Pruned.class, "backups", "prune", "--dry-run");
        hold(Views.Pruned.class, "backups", "prune", "--yes");
        hold(Views.Deleted.class, "backups", "delete", ref, "--yes");
        shell.schedule("\"backupSchedule\": \"* * * * *\", \"pruneSchedule\": \"0 4 1 1 *\"");
        hold(Views.Schedule.class, "schedule", "list");
        hold(Views.Upcoming.class, "schedule", "next");
        hold(Views.RanJobs.class, "schedule", "run", "--once");
        hold(Views.Schedule.class, "schedule", "list");
    }

    @Test
    void whatGoesWrongIsOneJsonValueToo() throws IOException {
        hold(Views.Failed.class, "db", "backup", "nothing");
        hold(Views.Failed.class, "db", "restore", "shop", "20260102T030405Z-abcdefgh");
        hold(Views.Failed.class, "backups", "delete", "main/shop/20260102T030405Z-abcdefgh");
        hold(Views.Failed.class, "db", "frobnicate");
        assertThat(shell.run("db", "backup", "nothing", "--json")
                        .json()
                        .at("/error/code")
                        .asText())
                .isEqualTo("CONFIG_INVALID");
    }
}
