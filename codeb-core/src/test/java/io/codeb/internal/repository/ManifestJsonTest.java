package io.codeb.internal.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupId;
import io.codeb.model.Content;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHA = "0123456789abcdef".repeat(4);

    private static final Facts FACTS = Facts.of(Map.of(
            "owner", "쇼핑", "connectionLimit", -1L, "template", true, "grants", List.of(Map.of("role", "we\"ird"))));

    static Manifest manifest(List<TableRows> tables, Map<String, String> labels) {
        return new Manifest(
                Manifest.FORMAT_VERSION,
                List.of(),
                new BackupId("20260102T030405Z-k3fbq2x7"),
                "shop",
                Optional.empty(),
                "codeb 0.1.0",
                Instant.parse("2026-01-02T03:04:05.123Z"),
                Instant.parse("2026-01-02T03:05:05Z"),
                new Manifest.EngineFacts(
                        "postgresql", "sql", new ServerVersion("15.18", 15, 18), "pg_dump (PostgreSQL) 15.18", FACTS),
                new Selection(Content.FULL, List.of("public.*"), List.of(), List.of("--no-owner")),
                new Manifest.DatabaseSummary("we\"ird $(x) 'name'", 123),
                tables,
                List.of(
                        new Entry(
                                "dump.sql.zst",
                                EntryKind.DUMP,
                                Map.of("table", "쇼핑"),
                                List.of("zstd"),
                                10,
                                SHA,
                                5,
                                SHA),
                        new Entry("globals.sql.zst", EntryKind.GLOBALS, Map.of(), List.of("zstd"), 0, SHA, 5, SHA)),
                labels,
                List.of());
    }

    private static Manifest manifest() {
        return manifest(List.of(new TableRows("public", "orders", 4_000_000_000L)), Map.of("deploy", "42"));
    }

    @Provide
    Arbitrary<Manifest> manifests() {
        Arbitrary<String> names = Arbitraries.strings().ofMinLength(1).ofMaxLength(63);
        Arbitrary<List<TableRows>> tables = Combinators.combine(
                        names, names, Arbitraries.longs().greaterOrEqual(0))
                .as(TableRows::new)
                .list()
                .uniqueElements(TableRows::table)
                .ofMaxSize(20);
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(9), Arbitraries.strings())
                .ofMaxSize(64);
        return Combinators.combine(tables, labels).as(ManifestJsonTest::manifest);
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadBackTheSame(@ForAll("manifests") Manifest manifest) {
        assertThat(ManifestJson.read(ManifestJson.write(manifest), "test")).isEqualTo(manifest);
    }

    @Property(tries = 50)
    void whatIsWrittenFollowsTheCommittedSchema(@ForAll("manifests") Manifest manifest) throws IOException {
        assertThat(schema().validate(
                                new String(ManifestJson.write(manifest), StandardCharsets.UTF_8), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theSchemaRefusesWhatTheReaderRefuses() throws IOException {
        for (Consumer<ObjectNode> edit : edits()) {
            byte[] json = edited(edit);
            assertThat(schema().validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON))
                    .as(new String(json, StandardCharsets.UTF_8))
                    .isNotEmpty();
            assertThatThrownBy(() -> ManifestJson.read(json, "test")).isInstanceOf(IntegrityException.class);
        }
    }

    private static List<Consumer<ObjectNode>> edits() {
        return List.of(
                root -> root.put("formatVersion", 0),
                root -> root.put("formatVersion", "1"),
                root -> root.remove("formatVersion"),
                root -> root.remove("requires"),
                root -> root.putNull("requires"),
                root -> root.put("requires", "deltas"),
                root -> root.putArray("requires").add("Not a name"),
                root -> root.putArray("requires").add(1),
                root -> root.remove("base"),
                root -> root.put("base", "yesterday's"),
                root -> root.put("base", "20260101T030405Z-k3fbq2x7"),
                root -> root.put("id", "../../etc"),
                root -> root.put("createdBy", 1),
                root -> root.put("surprise", 1),
                root -> root.remove("entries"),
                root -> root.putArray("entries"),
                root -> root.putNull("engine"),
                root -> root.putNull("tables"),
                root -> root.remove("database"),
                root -> entry(root).put("name", "../manifest.json"),
                root -> entry(root).put("name", "/etc/passwd"),
                root -> entry(root).put("name", "manifest.json"),
                root -> entry(root).put("name", "manifest.sig"),
                root -> entry(root).put("name", "key.pem"),
                root -> entry(root).put("name", ".hidden"),
                root -> entry(root).put("kind", "other"),
                root -> entry(root).put("rawSize", -1),
                root -> entry(root).put("storedSize", "5"),
                root -> entry(root).put("rawSha256", "x"),
                root -> entry(root).putNull("storedSha256"),
                root -> entry(root).remove("attributes"),
                root -> ((ObjectNode) entry(root).get("attributes")).put("", "x"),
                root -> ((ObjectNode) entry(root).get("attributes")).put("Upper", "x"),
                root -> ((ObjectNode) entry(root).get("attributes")).put("long", "x".repeat(1_001)),
                root -> ((ObjectNode) entry(root).get("attributes")).putNull("null"),
                root -> ((ObjectNode) entry(root).get("attributes")).put("number", 1),
                root -> putMany((ObjectNode) entry(root).get("attributes"), 17),
                root -> ((ObjectNode) root.get("labels")).put("a b", "x"),
                root -> ((ObjectNode) root.get("labels")).put("long", "x".repeat(1_001)),
                root -> putMany((ObjectNode) root.get("labels"), 65),
                root -> root.putArray("requires").add("checksums"),
                root -> entry(root).put("kind", "checksums"),
                root -> root.putArray("requires").add("pieces"),
                root -> entry(root).put("kind", "archive"),
                root -> entry(root).put("kind", "piece"),
                root -> ((ObjectNode) root.get("entries").get(1)).put("kind", "archive"),
                root -> ((ObjectNode) root.get("entries").get(1)).put("kind", "piece"),
                root -> inPieces(root).put("kind", "dump"),
                root -> inPieces(root).put("kind", "archive"),
                root -> encrypted(root).remove("recipients"),
                root -> encrypted(root).putArray("recipients"),
                root -> encrypted(root).putArray("recipients").add("age1publickey"),
                root -> encrypted(root).putNull("recipients"),
                root -> encrypted(root).putArray("requires"),
                root -> encrypted(root).putArray("recipients").addAll(Collections.nCopies(65, new TextNode(SHA))),
                root -> entry(root).putArray("codecs").add("$(rm)"),
                root -> engine(root).put("id", "$(rm)"),
                root -> engine(root).put("mode", ""),
                root -> engine(root).remove("facts"),
                root -> engine(root).putNull("facts"),
                root -> engine(root).putArray("facts"),
                root -> ((ObjectNode) engine(root).get("facts")).put("size", 1.5),
                root -> ((ObjectNode) engine(root).get("facts")).putNull("owner"),
                root -> ((ObjectNode) engine(root).get("server")).put("major", 0),
                root -> ((ObjectNode) root.get("database")).remove("name"),
                root -> ((ObjectNode) root.get("database")).put("name", ""),
                root -> ((ObjectNode) root.get("database")).put("sizeBytes", -1),
                root -> ((ObjectNode) root.get("database")).put("owner", "in the wrong place"),
                root -> ((ObjectNode) root.get("tables").get(0)).put("rows", -1),
                root -> ((ObjectNode) root.get("tables").get(0)).putNull("name"),
                root -> ((ObjectNode) root.get("tables").get(0)).remove("schema"));
    }

    /** Answers the piece. */
    private static ObjectNode inPieces(ObjectNode root) {
        root.putArray("requires").add("pieces");
        entry(root).put("kind", "archive").put("name", "archive.dump.zst");
        return ((ObjectNode) root.get("entries").get(1)).put("kind", "piece").put("name", "data/00001.sql.zst");
    }

    @Test
    void anArchiveWithPiecesIsReadAndWritten() throws IOException {
        byte[] json = edited(ManifestJsonTest::inPieces);

        Manifest manifest = ManifestJson.read(json, "test");

        assertThat(schema().validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON))
                .isEmpty();
        assertThat(manifest.inPieces()).isTrue();
        assertThat(ManifestJson.read(ManifestJson.write(manifest), "test")).isEqualTo(manifest);
    }

    private static ObjectNode encrypted(ObjectNode root) {
        root.putArray("requires").add("encryption");
        root.putArray("recipients").add(SHA);
        return root;
    }

    @Test
    void theRecipientsOfAnEncryptedBackupAreReadAndWritten() throws IOException {
        byte[] json = edited(ManifestJsonTest::encrypted);

        Manifest manifest = ManifestJson.read(json, "test");

        assertThat(schema().validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON))
                .isEmpty();
        assertThat(manifest.encrypted()).isTrue();
        assertThat(manifest.recipients()).containsExactly(SHA);
        assertThat(ManifestJson.read(ManifestJson.write(manifest), "test")).isEqualTo(manifest);
    }

    @Test
    void whatIsNotEncryptedIsWrittenAsItWasBeforeThereWasEncryption() {
        assertThat(new String(ManifestJson.write(manifest()), StandardCharsets.UTF_8))
                .doesNotContain("recipients", "encrypt");
    }

    private static void putMany(ObjectNode texts, int count) {
        for (int i = 0; i < count; i++) {
            texts.put("a" + i, "x");
        }
    }

    private static ObjectNode engine(ObjectNode root) {
        return (ObjectNode) root.get("engine");
    }

    private static ObjectNode entry(ObjectNode root) {
        return (ObjectNode) root.get("entries").get(0);
    }

    private static byte[] edited(Consumer<ObjectNode> edit) throws IOException {
        JsonNode root = JSON.readTree(ManifestJson.write(manifest()));
        edit.accept((ObjectNode) root);
        return JSON.writeValueAsBytes(root);
    }

    @Test
    void aManifestCutAnywhereIsInvalid() {
        byte[] json = ManifestJson.write(manifest());
        for (int length = 0; length < json.length - 2; length++) {
            byte[] cut = Arrays.copyOf(json, length);
            assertThatThrownBy(() -> ManifestJson.read(cut, "test"))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
        }
    }

    @Test
    void aNewerFormatSaysSo() throws IOException {
        byte[] json = edited(root -> root.put("formatVersion", 2).put("unknown", true));
        assertThatThrownBy(() -> ManifestJson.read(json, "test"))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_NEWER));
    }

    @Test
    void aFeatureThatNobodyKnowsIsNamedBeforeAnythingElseIsRead() throws IOException {
        byte[] json = edited(root -> {
            root.putArray("requires").add("deltas").add("row-hashes");
            root.put("base", "20260101T030405Z-k3fbq2x7").put("unknown", true);
            entry(root).put("kind", "piece");
        });
        assertThatThrownBy(() -> ManifestJson.read(json, "test"))
                .hasMessageContaining("deltas, row-hashes")
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_NEWER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "<html>",
                "{\"formatVersion\":1}",
                "{\"formatVersion\":1,\"requires\":[]}",
                "\u0000",
                "{\"a\":{\"b\":"
            })
    void rubbishIsInvalid(String text) {
        assertThatThrownBy(() -> ManifestJson.read(text.getBytes(StandardCharsets.UTF_8), "test"))
                .isInstanceOfSatisfying(
                        IntegrityException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
    }

    @Test
    void aDoubledKeyIsInvalid() {
        String json = new String(ManifestJson.write(manifest()), StandardCharsets.UTF_8);
        byte[] doubled = json.replaceFirst("\\{", "{\"project\":\"other\",").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ManifestJson.read(doubled, "test")).isInstanceOf(IntegrityException.class);
    }

    @Test
    void nestingWithoutEndIsInvalid() {
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ManifestJson.read(deep, "test")).isInstanceOf(IntegrityException.class);
    }

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/manifest.schema.json")));
    }
}
