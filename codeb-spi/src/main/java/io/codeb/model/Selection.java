package io.codeb.model;

import java.util.List;

/**
 * Which part of a database a backup holds.
 *
 * @param content definitions, rows, or both
 * @param include patterns of the tables to take; empty for the whole database
 * @param exclude patterns of the tables to leave out
 * @param options further options of the dump program, from the engine's list of what is allowed
 */
public record Selection(Content content, List<String> include, List<String> exclude, List<String> options) {
    /** The whole database. */
    public static final Selection EVERYTHING = new Selection(Content.FULL, List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        options = List.copyOf(options);
    }
}
