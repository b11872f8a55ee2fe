package io.codeb.json;

import io.codeb.BackupListing;

/**
 * A backup whose manifest cannot be read.
 *
 * @param ref repository, project and id, with slashes between
 * @param code stable, for programs
 * @param reason for people
 */
public record UnreadableView(String ref, String code, String reason) {
    /**
     * Makes it of what the library answers.
     *
     * @param unreadable as the library has it
     * @return the same as JSON has it
     */
    public static UnreadableView of(BackupListing.Unreadable unreadable) {
        return new UnreadableView(unreadable.ref().toString(), unreadable.code().name(), unreadable.reason());
    }
}
