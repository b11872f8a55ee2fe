package io.codeb.postgresql.internal.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a backup keeps for this engine: what a database is besides its objects, and what a server must have for it.
 * What is read is hostile until it has passed here: unknown, missing and ill-formed parts are errors.
 *
 * @param database the database as it was
 * @param needs what a server must have before the dump can be loaded
 */
public record PostgresFacts(DatabaseFacts database, ServerNeeds needs) {
    private static final Set<String> LOCALE_PROVIDERS = Set.of("libc", "icu", "builtin");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addMixIn(Privilege.class, PrivilegeWords.class)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual, texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    /** The words of the stored form. */
    private enum PrivilegeWords {
        @JsonProperty("create")
        CREATE,
        @JsonProperty("connect")
        CONNECT,
        @JsonProperty("temporary")
        TEMPORARY
    }

    /** The stored form: the database without what every manifest says of one anyway. */
    private record Stored(
            String owner,
            String encoding,
            String collation,
            String characterType,
            String localeProvider,
            String locale,
            String localeRules,
            List<Extension> extensions,
            DatabaseProperties properties,
            ServerNeeds needs) {}

    /**
     * Writes the facts for a manifest.
     *
     * @return what {@link #of(Facts, Manifest.DatabaseSummary)} reads
     */
    public Facts toFacts() {
        return Facts.of(tree(database, needs));
    }

    /**
     * Writes what a look at a database finds.
     *
     * @param database as it is
     * @return the facts of a manifest, without the needs, which are those of a dump
     */
    static Facts of(DatabaseFacts database) {
        Map<String, Object> tree = tree(database, ServerNeeds.NONE);
        tree.remove("needs");
        return Facts.of(tree);
    }

    private static Map<String, Object> tree(DatabaseFacts database, ServerNeeds needs) {
        Stored stored = new Stored(
                database.owner(),
                database.encoding(),
                database.collation(),
                database.characterType(),
                database.localeProvider(),
                database.locale(),
                database.localeRules(),
                database.extensions(),
                database.properties(),
                needs);
        return MAPPER.convertValue(stored, new TypeReference<>() {});
    }

    /**
     * Reads the facts of a dump, and judges them before anything of them is used.
     *
     * @param facts as the manifest has them
     * @param database what the manifest itself says of the database
     * @return the facts
     * @throws IntegrityException {@code MANIFEST_INVALID}
     */
    public static PostgresFacts of(Facts facts, Manifest.DatabaseSummary database) {
        Stored stored;
        try {
            stored = MAPPER.convertValue(facts.tree(), Stored.class);
        } catch (IllegalArgumentException e) {
            // Jackson's own message can quote what was read at length.
            throw invalid("they are not of the form that they must have", e);
        }
        String problem = problemOf(stored);
        if (problem != null) {
            throw invalid(problem, null);
        }
        return new PostgresFacts(
                new DatabaseFacts(
                        database.name(),
                        stored.owner(),
                        stored.encoding(),
                        stored.collation(),
                        stored.characterType(),
                        stored.localeProvider(),
                        stored.locale(),
                        stored.localeRules(),
                        database.sizeBytes(),
                        stored.extensions(),
                        stored.properties()),
                stored.needs());
    }

    private static IntegrityException invalid(String problem, @Nullable Throwable cause) {
        return new IntegrityException(
                ErrorCode.MANIFEST_INVALID,
                "the manifest's facts for PostgreSQL are not valid: " + problem,
                "restore another backup or a copy of this one",
                cause);
    }

    private static @Nullable String problemOf(Stored facts) {
        DatabaseProperties properties = facts.properties();
        if (facts.owner().isEmpty()) {
            return "the database has no owner";
        }
        if (!LOCALE_PROVIDERS.contains(facts.localeProvider())) {
            return "the database has a locale of an unknown kind";
        }
        if (properties.connectionLimit() < -1) {
            return "the database has a connection limit of " + properties.connectionLimit();
        }
        if (properties.settings().stream().anyMatch(setting -> setting.name().isEmpty())
                || properties.securityLabels().stream()
                        .anyMatch(label -> label.provider().isEmpty())) {
            return "the database has a property without a name";
        }
        if (properties.privileges().initial()
                && !properties.privileges().grants().isEmpty()) {
            return "the database has both the privileges of a new one and others";
        }
        ServerNeeds needs = facts.needs();
        boolean unnamed = Stream.of(needs.owners(), needs.grantees(), needs.otherRoles(), needs.tablespaces())
                        .anyMatch(names -> names.contains(""))
                || Stream.of(needs.extensions(), facts.extensions())
                        .flatMap(List::stream)
                        .anyMatch(extension -> extension.name().isEmpty());
        return unnamed ? "they name something without a name" : null;
    }
}
