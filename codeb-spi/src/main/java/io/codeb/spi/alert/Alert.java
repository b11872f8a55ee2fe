package io.codeb.spi.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Something that people should know, in words and in facts. Nothing in it is a secret.
 *
 * @param id tells it from all others; the same whenever it is tried again
 * @param kind what it is about
 * @param state whether that begins, lasts or is over
 * @param project whose; empty where it is nobody's own
 * @param subject what of the project, for example a mirror; empty where there is one of the kind only
 * @param at when it was noticed
 * @param facts what is known, by names in lower case with hyphens; of names that are not known nothing is to be thought
 * @param title one line, in the language of the receiver
 * @param text what happened and what to do, in a few lines of that language
 */
public record Alert(
        String id,
        AlertKind kind,
        State state,
        String project,
        String subject,
        Instant at,
        Map<String, String> facts,
        String title,
        String text) {
    /** Copies the facts. */
    public Alert {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(at, "at");
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(text, "text");
    }

    /** Where something stands that goes wrong. */
    public enum State {
        /** It has begun. */
        RAISED,
        /** It was told before, and lasts. */
        LASTING,
        /** It is over. */
        OVER
    }

    /**
     * How much it matters: what is over is good to know.
     *
     * @return that of its kind, or {@code INFO}
     */
    public AlertKind.Severity severity() {
        return state == State.OVER ? AlertKind.Severity.INFO : kind.severity();
    }
}
