package io.codeb.json;

/**
 * A column of an answer.
 *
 * @param name its name
 * @param type its type, as the server names it
 */
public record ColumnView(String name, String type) {}
