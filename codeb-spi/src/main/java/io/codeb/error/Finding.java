package io.codeb.error;

import java.util.Locale;
import java.util.Objects;

/**
 * What a check has found before anything is done. Holds no secrets.
 *
 * @param id names its kind, for programs; in lower case with hyphens, and it never changes its meaning
 * @param severity whether the run goes on
 * @param measured what was measured, with its unit; empty where nothing was
 * @param threshold what it was compared with, in the same unit; empty where it was not
 * @param message what was found, on what, and what it means, for people
 * @param whatToDo one sentence for people; empty where nothing is to be done
 */
public record Finding(
        String id, Severity severity, String measured, String threshold, String message, String whatToDo) {
    /** What a finding does to the run that it stands before, from the lightest to the gravest. */
    public enum Severity {
        /** It is on record. */
        INFO,
        /** It becomes a notice of the run's result. */
        WARNING,
        /** It stops the run before anything is written. */
        ERROR
    }

    /** Checks that the kind is well named. */
    public Finding {
        requireId(id);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(measured);
        Objects.requireNonNull(threshold);
        Objects.requireNonNull(message);
        Objects.requireNonNull(whatToDo);
    }

    /**
     * Checks the name of a kind of findings.
     *
     * @param id in lower case with hyphens
     * @return the same
     * @throws IllegalArgumentException when it is no such name
     */
    public static String requireId(String id) {
        if (!id.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("no name for a kind of finding: " + id);
        }
        return id;
    }

    /**
     * Finds that a check itself has failed: an error whose kind is the failure's code.
     *
     * @param failure why nothing more is known
     * @return for example {@code auth-failed}
     */
    public static Finding failure(CodeBException failure) {
        return new Finding(
                failure.code().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                Severity.ERROR,
                "",
                "",
                String.valueOf(failure.getMessage()),
                failure.hint());
    }
}
