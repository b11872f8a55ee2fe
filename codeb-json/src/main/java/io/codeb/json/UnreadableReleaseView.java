package io.codeb.json;

import io.codeb.deploy.ReleaseListing;

/**
 * What lies in the place of a release, and nobody can read or believe.
 *
 * @param journal the name of the journal that has it
 * @param code stable, for programs
 * @param reason for people
 */
public record UnreadableReleaseView(String journal, String code, String reason) {
    /**
     * Makes it of what the library answers.
     *
     * @param unreadable as codeb-deploy has it
     * @return the same as JSON has it
     */
    public static UnreadableReleaseView of(ReleaseListing.Unreadable unreadable) {
        return new UnreadableReleaseView(unreadable.journal(), unreadable.code().name(), unreadable.reason());
    }
}
