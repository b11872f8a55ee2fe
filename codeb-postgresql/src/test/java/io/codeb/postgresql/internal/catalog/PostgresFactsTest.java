package io.codeb.postgresql.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privileges;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.SecurityLabel;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PostgresFactsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Manifest.DatabaseSummary SUMMARY = new Manifest.DatabaseSummary("we\"ird", 123);

    private static final PostgresFacts FACTS = new PostgresFacts(
            new DatabaseFacts(
                    "we\"ird",
                    "쇼핑",
                    "UTF8",
                    "C",
                    "C",
                    "icu",
                    "ko-KR",
                    "&a < b",
                    123,
                    List.of(new Extension("hstore", "1.8")),
                    new DatabaseProperties(
                            List.of(
                                    new Setting("", "search_path", List.of("$user", "we\"ird")),
                                    new Setting("쇼핑", "statement_timeout", List.of("5s"))),
                            new Privileges(
                                    false,
                                    List.of(
                                            new Grant("", Privilege.CONNECT, false),
                                            new Grant("쇼핑", Privilege.CREATE, true))),
                            17,
                            "the shop",
                            "fast disk",
                            true,
                            List.of(new SecurityLabel("selinux", "system_u:object_r:sepgsql_db_t:s0")))),
            new ServerNeeds(
                    List.of("쇼핑"),
                    List.of("app"),
                    List.of(),
                    List.of("fast disk"),
                    List.of(new Extension("hstore", "1.8"))));

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/engine-postgresql.schema.json")));
    }

    private static Facts edited(Consumer<ObjectNode> edit) {
        ObjectNode tree = JSON.valueToTree(FACTS.toFacts().tree());
        edit.accept(tree);
        return Facts.of(JSON.convertValue(tree, new TypeReference<Map<String, Object>>() {}));
    }

    @Test
    void whatIsWrittenIsReadBackTheSame() {
        assertThat(PostgresFacts.of(FACTS.toFacts(), SUMMARY)).isEqualTo(FACTS);
    }

    @Test
    void aLookAtTheDatabaseIsWrittenLikeADumpButForTheNeeds() {
        Map<String, Object> dumped = new HashMap<>(FACTS.toFacts().tree());
        assertThat(dumped.remove("needs")).isNotNull();

        assertThat(PostgresFacts.of(FACTS.database()).tree()).isEqualTo(dumped);
    }

    @Test
    void whatIsWrittenFollowsTheCommittedSchema() throws IOException {
        JsonNode tree = JSON.valueToTree(FACTS.toFacts().tree());
        assertThat(schema().validate(tree.toString(), InputFormat.JSON)).isEmpty();
    }

    static List<Consumer<ObjectNode>> edits() {
        return List.of(
                root -> root.removeAll(),
                root -> root.put("surprise", 1),
                root -> root.put("owner", ""),
                root -> root.put("owner", 1),
                root -> root.remove("collation"),
                root -> root.put("localeProvider", "$(rm)"),
                root -> root.remove("properties"),
                root -> root.remove("needs"),
                root -> needs(root).putArray("owners").add(""),
                root -> needs(root).put("tablespaces", "fast disk"),
                root -> first(needs(root), "extensions").put("name", ""),
                root -> properties(root).remove("privileges"),
                root -> properties(root).put("comment", true),
                root -> properties(root).put("connectionLimit", -2),
                root -> properties(root).put("connectionLimit", "17"),
                root -> properties(root).put("connectionLimit", 1L << 40),
                root -> properties(root).put("template", "true"),
                root -> first(properties(root), "settings").put("name", ""),
                root -> first(properties(root), "settings").put("values", "public"),
                root -> first((ObjectNode) properties(root).get("privileges"), "grants")
                        .put("privilege", "connect; --"),
                root -> first((ObjectNode) properties(root).get("privileges"), "grants")
                        .put("privilege", "CONNECT"),
                root -> first((ObjectNode) properties(root).get("privileges"), "grants")
                        .put("privilege", 0),
                root -> ((ObjectNode) properties(root).get("privileges")).put("initial", true),
                root -> first(properties(root), "securityLabels").put("provider", ""));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void whatIsIllFormedIsRefusedAndTheSchemaRefusesItToo(Consumer<ObjectNode> edit) throws IOException {
        Facts facts = edited(edit);
        assertThatThrownBy(() -> PostgresFacts.of(facts, SUMMARY))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
        String json = JSON.valueToTree(facts.tree()).toString();
        assertThat(schema().validate(json, InputFormat.JSON)).as(json).isNotEmpty();
    }

    private static ObjectNode needs(ObjectNode root) {
        return (ObjectNode) root.get("needs");
    }

    private static ObjectNode properties(ObjectNode root) {
        return (ObjectNode) root.get("properties");
    }

    private static ObjectNode first(ObjectNode parent, String list) {
        return (ObjectNode) parent.get(list).get(0);
    }
}
