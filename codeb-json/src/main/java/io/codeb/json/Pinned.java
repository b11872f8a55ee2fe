package io.codeb.json;

import io.codeb.Pin;
import io.codeb.model.BackupRef;
import java.time.Instant;

/**
 * A backup that is kept whatever a policy says.
 *
 * @param backup its ref
 * @param at since when
 * @param reason why
 */
public record Pinned(String backup, Instant at, String reason) {
    /**
     * Makes it of a pin.
     *
     * @param backup which backup
     * @param pin its pin
     * @return the same as JSON has it
     */
    public static Pinned of(BackupRef backup, Pin pin) {
        return new Pinned(backup.toString(), pin.at(), pin.reason());
    }
}
