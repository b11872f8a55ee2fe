package io.codeb.internal.alert;

import io.codeb.spi.alert.AlertKind;
import java.util.Objects;

/**
 * What can go wrong, and be over: one thing of one project.
 *
 * @param kind what
 * @param project whose; empty where it is nobody's own
 * @param subject what of the project; empty where there is one of the kind only
 */
record Topic(AlertKind kind, String project, String subject) {
    Topic {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(project);
        Objects.requireNonNull(subject);
    }
}
