package io.codeb.json;

import io.codeb.error.Finding;

/**
 * What a check has found.
 *
 * @param id stable, as docs/checks.md has it
 * @param severity how grave
 * @param measured what there is
 * @param threshold what there should be
 * @param message for people
 * @param whatToDo for people; may be empty
 */
public record FindingView(
        String id, String severity, String measured, String threshold, String message, String whatToDo) {
    /**
     * Makes it of what the library answers.
     *
     * @param finding as the library has it
     * @return the same as JSON has it
     */
    public static FindingView of(Finding finding) {
        return new FindingView(
                finding.id(),
                finding.severity().name(),
                finding.measured(),
                finding.threshold(),
                finding.message(),
                finding.whatToDo());
    }
}
