package io.codeb.postgresql.internal.catalog;

/**
 * An extension installed in a database.
 *
 * @param name for example {@code pg_trgm}
 * @param version for example {@code 1.6}
 */
public record Extension(String name, String version) {}
