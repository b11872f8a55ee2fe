package io.codeb.model;

import java.util.Objects;

/**
 * Something that did not stop a run and that the caller should know.
 *
 * @param id names its kind, for programs; in lower case with hyphens, and it never changes its meaning
 * @param message what happened, on what, and what it means, for people
 */
public record Notice(String id, String message) {
    /** Checks that the kind is well named. */
    public Notice {
        Objects.requireNonNull(message);
        if (!id.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("no name for a kind of notice: " + id);
        }
    }
}
