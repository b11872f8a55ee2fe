package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Journal;
import io.codeb.json.BackedUp;
import io.codeb.json.Checked;
import io.codeb.json.Deployed;
import io.codeb.json.Drilled;
import io.codeb.json.JsonSchemas;
import io.codeb.json.Pinned;
import io.codeb.json.Queried;
import io.codeb.json.Restored;
import io.codeb.json.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static Map<String, Object> schema() {
        List<Class<?>> answers = new ArrayList<>(List.of(Views.class.getDeclaredClasses()));
        answers.addAll(List.of(
                BackedUp.class,
                Checked.class,
                Deployed.class,
                Drilled.class,
                Pinned.class,
                Queried.class,
                Restored.class,
                Shown.class));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "What commands of codeb print with --json");
        schema.put("$defs", JsonSchemas.of(answers, "#/$defs/"));
        return schema;
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
    void whatHasBeenDeployedIsToldAsItSays() throws IOException {
        hold(Views.ReleaseList.class, "releases", "shop");
        try (CodeB codeb = CodeB.builder()
                        .repository(BackupRepository.at(shell.repository))
                        .build();
                Journal journal = codeb.openJournal("shop", "release-7")) {
            journal.note(Map.of(
                    "number", "7",
                    "container", "codeb-shop-7-01234567",
                    "at", "2026-01-02T03:04:05Z",
                    "commit", "0123456789".repeat(4),
                    "image", "a".repeat(64),
                    "heads", "2.sql\n",
                    "restoredFrom", "5"));
            try (Journal other = codeb.openJournal("shop", "release-8")) {
                other.note(Map.of("number", "8"));
            }
        }
        hold(Views.ReleaseList.class, "releases", "shop");
        hold(Views.BringingBack.class, "rollback", "shop", "7", "--dry-run");
    }

    @Test
    void eachCommandAnswersAsItSays() throws IOException {
        hold(BackedUp.class, "db", "backup", "shop", "--label", "a=b");
        String ref = shell.backUp();
        hold(Views.Listed.class, "backups", "list");
        hold(Shown.class, "backups", "show", ref);
        hold(Views.Verified.class, "backups", "verify", ref);
        hold(Views.Copied.class, "backups", "copy", ref, "offsite");
        hold(
                Views.Exported.class,
                "backups",
                "export",
                ref,
                directory.resolve("x.sql.gz").toString());
        hold(Views.RestorePlan.class, "db", "restore", "shop", ref, "--dry-run");
        hold(Restored.class, "db", "restore", "shop", ref, "--into", "copy");
        hold(Views.Databases.class, "db", "list", "shop");
        hold(Checked.class, "db", "check");
        hold(Checked.class, "storage", "check");
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
        hold(Pinned.class, "backups", "pin", ref, "before the move");
        hold(Views.Unpinned.class, "backups", "unpin", ref);
        hold(Views.Pruned.class, "backups", "prune", "--dry-run");
        hold(Views.Pruned.class, "backups", "prune", "--yes");
        hold(Views.Deleted.class, "backups", "delete", ref, "--yes");
        shell.schedule("\"backupSchedule\": \"* * * * *\", \"pruneSchedule\": \"0 4 1 1 *\"");
        hold(Views.CreatedTokenView.class, "tokens", "create", "ci", "--may", "shop:look");
        hold(Views.TokenList.class, "tokens", "list");
        hold(Views.Schedule.class, "schedule", "list");
        hold(Views.Upcoming.class, "schedule", "next");
        hold(Views.RanJobs.class, "schedule", "run", "--once");
        hold(Views.Schedule.class, "schedule", "list");
    }

    @Test
    void whatAStagingSystemWouldGetIsToldAsItSays() throws IOException {
        shell.addStaging();
        hold(Views.StagingPlan.class, "staging", "shop", "staging", "--dry-run");
        String unused = shell.backUp();
        hold(Views.StagingPlan.class, "staging", "shop", "staging", "--test", "true", "--dry-run");
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
