package io.codeb.json;

import io.codeb.error.CodeBException;

/**
 * What went wrong with one of several.
 *
 * @param subject which
 * @param code stable, for programs
 * @param reason for people
 */
public record FailureView(String subject, String code, String reason) {
    /**
     * Makes it of what the library answers.
     *
     * @param subject which of several
     * @param e what was thrown
     * @return the same as JSON has it
     */
    public static FailureView of(String subject, CodeBException e) {
        return new FailureView(subject, e.code().name(), String.valueOf(e.getMessage()));
    }
}
