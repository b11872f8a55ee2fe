package io.codeb.model;

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
 * @param sizeBytes on the server's disk, indexes included
 * @param extensions what is installed in it
 */
public record DatabaseFacts(
        String name,
        String owner,
        String encoding,
        String collation,
        String characterType,
        String localeProvider,
        String locale,
        long sizeBytes,
        List<Extension> extensions) {
    /** Copies the list. */
    public DatabaseFacts {
        extensions = List.copyOf(extensions);
    }
}
