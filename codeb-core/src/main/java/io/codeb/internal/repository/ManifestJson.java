package io.codeb.internal.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.internal.json.FactsSerializer;
import io.codeb.model.BackupId;
import io.codeb.model.Content;
import io.codeb.model.Entry;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of manifests. What is read is hostile until it has passed here: unknown, missing, doubled and oversized
 * parts are errors, and every name that could become a key is checked. docs/manifest.schema.json says the same; a test
 * holds the two together.
 */
public final class ManifestJson {
    /** The largest manifest that is read, in bytes: room for several hundred thousand tables. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int MAX_FEATURES = 64;
    private static final int MAX_RECIPIENTS = 64;
    private static final String RECIPIENTS = "recipients";
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    /** What this version can read beyond the first form of format 1. A feature joins here, and never leaves. */
    private static final Set<String> FEATURES = Set.of(Manifest.ENCRYPTION, Manifest.CHECKSUMS, Manifest.PIECES);

    private static final Pattern CODEC = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule()
                    .addSerializer(BackupId.class, new TextSerializer<>(BackupId.class))
                    .addDeserializer(BackupId.class, new TextDeserializer<>(BackupId.class, BackupId::new))
                    .addSerializer(new OptionalSerializer())
                    .addDeserializer(Optional.class, new OptionalIdDeserializer())
                    .addSerializer(Content.class, new TextSerializer<>(Content.class))
                    .addDeserializer(Content.class, new TextDeserializer<>(Content.class, wordOf(Content.values())))
                    .addSerializer(EntryKind.class, new TextSerializer<>(EntryKind.class))
                    .addDeserializer(
                            EntryKind.class, new TextDeserializer<>(EntryKind.class, wordOf(EntryKind.values())))
                    .addSerializer(Facts.class, new FactsSerializer())
                    .addDeserializer(Facts.class, new FactsDeserializer())
                    .setMixInAnnotation(Manifest.class, WrittenManifest.class))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            // Not part of the above: numbers would still pass for texts.
            .withCoercionConfig(
                    LogicalType.Textual, texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private ManifestJson() {}

    /**
     * Writes a manifest.
     *
     * @param manifest what to write
     * @return UTF-8, ending in a newline
     */
    public static byte[] write(Manifest manifest) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(manifest);
            byte[] withNewline = Arrays.copyOf(json, json.length + 1);
            withNewline[json.length] = '\n';
            return withNewline;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest can always be written", e);
        }
    }

    /**
     * Reads a manifest and checks it.
     *
     * @param json the bytes as stored
     * @param where names them in messages
     * @return the manifest
     * @throws IntegrityException {@code MANIFEST_NEWER} or {@code MANIFEST_INVALID}
     */
    public static Manifest read(byte[] json, String where) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            requireKnown(tree, where);
            // Came with the feature, and is written with it alone.
            if (!tree.has(RECIPIENTS)) {
                ((ObjectNode) tree).putArray(RECIPIENTS);
            }
            Manifest manifest = MAPPER.treeToValue(tree, Manifest.class);
            String problem = problemOf(manifest);
            if (problem != null) {
                throw invalid(where, problem, null);
            }
            return manifest;
        } catch (JsonProcessingException e) {
            // The parser's own message can quote the input at length; the place is what helps.
            String place =
                    e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw invalid(where, "it is no well-formed manifest" + place, e);
        } catch (IOException e) {
            throw invalid(where, "it is no well-formed manifest", e);
        }
    }

    /**
     * Reads which backup a manifest names as its base, also where it requires what this version does not know.
     *
     * @param json the bytes as stored
     * @return empty when it names none, and when that cannot be told
     */
    static Optional<BackupId> base(byte[] json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            JsonNode base = tree == null ? null : tree.get("base");
            return base != null && base.isTextual() && BackupId.isValid(base.textValue())
                    ? Optional.of(new BackupId(base.textValue()))
                    : Optional.empty();
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    /** Says whether all of it is understood, before anything that is not could be taken for a mistake. */
    private static void requireKnown(@Nullable JsonNode tree, String where) {
        JsonNode version = tree == null ? null : tree.get("formatVersion");
        if (tree == null || version == null || !version.isInt()) {
            throw invalid(where, "it has no format version", null);
        }
        if (version.intValue() > Manifest.FORMAT_VERSION) {
            throw newer(where + " is of format " + version.intValue() + "; this version reads up to "
                    + Manifest.FORMAT_VERSION);
        }
        JsonNode requires = tree.get("requires");
        if (requires == null || !requires.isArray() || requires.size() > MAX_FEATURES) {
            throw invalid(where, "it does not say which features it requires", null);
        }
        List<String> unknown = new ArrayList<>();
        for (JsonNode feature : requires) {
            if (!feature.isTextual() || !WORD.matcher(feature.textValue()).matches()) {
                throw invalid(where, "it requires a feature that has no proper name", null);
            }
            if (!FEATURES.contains(feature.textValue())) {
                unknown.add(feature.textValue());
            }
        }
        if (!unknown.isEmpty()) {
            throw newer(where + " requires what this version does not know: " + String.join(", ", unknown));
        }
    }

    private static IntegrityException newer(String message) {
        return new IntegrityException(ErrorCode.MANIFEST_NEWER, message, "use a newer version of CodeB");
    }

    private static IntegrityException invalid(String where, String problem, @Nullable Throwable cause) {
        return new IntegrityException(
                ErrorCode.MANIFEST_INVALID,
                where + " is not valid: " + problem,
                "restore another backup or a copy of this one",
                cause);
    }

    private static @Nullable String problemOf(Manifest manifest) {
        if (manifest.formatVersion() < 1) {
            return "its format version is " + manifest.formatVersion();
        }
        if (!Layout.isProject(manifest.project())) {
            return "its project has a name that no project can have";
        }
        String ofRecipients = problemOfRecipients(manifest);
        if (ofRecipients != null) {
            return ofRecipients;
        }
        if (manifest.base().isPresent() && manifest.requires().isEmpty()) {
            return "it has a base, and requires no feature of who reads it together with that";
        }
        if (manifest.base().equals(Optional.of(manifest.id()))) {
            return "it is its own base";
        }
        Manifest.EngineFacts engine = manifest.engine();
        if (!WORD.matcher(engine.id()).matches() || !WORD.matcher(engine.mode()).matches()) {
            return "its engine has a name that no engine can have";
        }
        if (engine.server().major() < 1 || engine.server().minor() < 0) {
            return "its server has a version that no server can have";
        }
        if (manifest.database().name().isEmpty() || manifest.database().sizeBytes() < 0) {
            return "its database has no name, or a negative size";
        }
        long dumps = count(manifest, EntryKind.DUMP);
        long archives = count(manifest, EntryKind.ARCHIVE);
        if (manifest.inPieces() ? archives != 1 || dumps > 0 : dumps == 0) {
            return manifest.inPieces()
                    ? "it has " + archives + " archives and " + dumps + " dumps, and one archive alone is due"
                    : "it has no dump";
        }
        if (!manifest.inPieces() && archives + count(manifest, EntryKind.PIECE) > 0) {
            return "it has an archive or pieces, and does not require its reader to know of them";
        }
        Set<String> names = new HashSet<>();
        for (Entry entry : manifest.entries()) {
            String ofEntry = problemOf(entry);
            if (ofEntry != null) {
                return ofEntry;
            }
            if (!names.add(entry.name())) {
                return "two entries have one name";
            }
        }
        long checksums = count(manifest, EntryKind.CHECKSUMS);
        if (checksums != (manifest.checksummed() ? 1 : 0)) {
            return "it has " + checksums + " entries of checksums, and " + (manifest.checksummed() ? "one" : "none")
                    + " is due";
        }
        if (manifest.tables().stream().anyMatch(table -> table.rows() < 0)) {
            return "a table has fewer than no rows";
        }
        return manifest.tables().stream().map(table -> table.table()).distinct().count()
                        == manifest.tables().size()
                ? null
                : "a table is listed twice";
    }

    private static long count(Manifest manifest, EntryKind kind) {
        return manifest.entries().stream().filter(entry -> entry.kind() == kind).count();
    }

    private static @Nullable String problemOfRecipients(Manifest manifest) {
        List<String> recipients = manifest.recipients();
        if (manifest.encrypted() == recipients.isEmpty()) {
            return "it names recipients if and only if it is not encrypted";
        }
        return recipients.size() <= MAX_RECIPIENTS
                        && recipients.stream()
                                .allMatch(recipient -> SHA256.matcher(recipient).matches())
                ? null
                : "its recipients are not named by digests of their keys";
    }

    private static @Nullable String problemOf(Entry entry) {
        if (!Layout.isEntry(entry.name())) {
            return "an entry has a name that no entry can have";
        }
        if (entry.rawSize() < 0 || entry.storedSize() < 0) {
            return "entry " + entry.name() + " has a negative size";
        }
        if (!SHA256.matcher(entry.rawSha256()).matches()
                || !SHA256.matcher(entry.storedSha256()).matches()) {
            return "entry " + entry.name() + " has no proper digest";
        }
        List<String> codecs = entry.codecs();
        if (codecs.size() > 8
                || codecs.stream().anyMatch(id -> !CODEC.matcher(id).matches())) {
            return "entry " + entry.name() + " names codecs that cannot be";
        }
        return null;
    }

    private static String wordOf(Object value) {
        return value instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : value.toString();
    }

    private static <E extends Enum<E>> TextReader<E> wordOf(E[] constants) {
        return text -> {
            for (E constant : constants) {
                if (wordOf((Object) constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("unknown word");
        };
    }

    /** How a manifest is written where that is not how each of its parts is. */
    interface WrittenManifest {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<String> recipients();
    }

    /** Null for nothing: every field of a manifest is there. */
    private static final class OptionalSerializer extends StdSerializer<Optional<?>> {
        private static final long serialVersionUID = 1L;

        OptionalSerializer() {
            super(Optional.class, false);
        }

        @Override
        public void serialize(Optional<?> value, JsonGenerator out, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(value.orElse(null), out);
        }
    }

    /** The one optional thing in a manifest is the id of a backup. */
    private static final class OptionalIdDeserializer extends StdDeserializer<Optional<BackupId>> {
        private static final long serialVersionUID = 1L;

        OptionalIdDeserializer() {
            super(Optional.class);
        }

        @Override
        public Optional<BackupId> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Optional.of(context.readValue(parser, BackupId.class));
        }

        @Override
        public Optional<BackupId> getNullValue(DeserializationContext context) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface TextReader<T> {
        T read(String text);
    }

    private static final class TextSerializer<T> extends StdSerializer<T> {
        private static final long serialVersionUID = 1L;

        TextSerializer(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(wordOf(value));
        }
    }

    private static final class TextDeserializer<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient TextReader<T> reader;

        TextDeserializer(Class<T> type, TextReader<T> reader) {
            super(type);
            this.reader = reader;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString();
            try {
                return reader.read(text == null ? "" : text);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(this, "not a valid value");
            }
        }
    }

    private static final class FactsDeserializer extends StdDeserializer<Facts> {
        private static final long serialVersionUID = 1L;

        FactsDeserializer() {
            super(Facts.class);
        }

        @Override
        public Facts deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Map<String, Object> tree = context.readValue(
                    parser, context.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class));
            try {
                return Facts.of(tree);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(this, "no facts");
            }
        }
    }
}
