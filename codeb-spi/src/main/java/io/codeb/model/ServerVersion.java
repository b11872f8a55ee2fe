package io.codeb.model;

/**
 * A database server's version.
 *
 * @param text as the server says it, for example {@code 15.18 (Debian 15.18-0+deb12u1)}
 * @param major the number that decides about compatibility, for example 15
 * @param minor the number behind it, for example 18
 */
public record ServerVersion(String text, int major, int minor) {}
