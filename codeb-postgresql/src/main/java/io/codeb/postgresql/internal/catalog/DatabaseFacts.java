package io.codeb.postgresql.internal.catalog;

import io.codeb.model.Manifest;
import java.util.List;

/**
 * What must be known of a database to make another one like it.
 *
 * @param name its name
 * @param owner the role that owns it
 * @param encoding for example {@code UTF8}
 * @param collation order of text, for example {@code en_US.utf8}
 * @param characterType classes of characters, for example {@code en_US.utf8}
 * @param localeProvider {@code libc}, {@code icu} or {@code builtin}
 * @param locale the locale of a provider other than {@code libc}; empty for that one
 * @param localeRules rules of an {@code icu} locale of its own; empty for none
 * @param sizeBytes on the server's disk, indexes included; 0 for a database that the user may not connect to
 * @param extensions what is installed in it
 * @param properties what it is besides its objects
 */
public record DatabaseFacts(
        String name,
        String owner,
        String encoding,
        String collation,
        String characterType,
        String localeProvider,
        String locale,
        String localeRules,
        long sizeBytes,
        List<Extension> extensions,
        DatabaseProperties properties) {
    /** Copies the list. */
    public DatabaseFacts {
        extensions = List.copyOf(extensions);
    }

    /** What there is to say of every engine's databases. */
    public Manifest.DatabaseSummary summary() {
        return new Manifest.DatabaseSummary(name, sizeBytes);
    }

    /**
     * The same database with other properties.
     *
     * @param changed what it is to have
     * @return a changed copy
     */
    public DatabaseFacts withProperties(DatabaseProperties changed) {
        return new DatabaseFacts(
                name,
                owner,
                encoding,
                collation,
                characterType,
                localeProvider,
                locale,
                localeRules,
                sizeBytes,
                extensions,
                changed);
    }
}
