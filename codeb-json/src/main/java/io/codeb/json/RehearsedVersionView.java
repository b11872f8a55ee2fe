package io.codeb.json;

/**
 * A part of a migration that was tried on a copy.
 *
 * @param version which
 * @param durationMs how long it took, in milliseconds
 */
public record RehearsedVersionView(String version, long durationMs) {}
