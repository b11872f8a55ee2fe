package io.codeb;

import java.time.Instant;
import java.util.Objects;

/**
 * That a backup stays, whatever a retention policy says.
 *
 * @param at when that was said
 * @param reason why, for people: one line
 */
public record Pin(Instant at, String reason) {
    /** The most characters of a reason. */
    public static final int MAX_LENGTH = 200;

    /** Checks that the reason is one line. */
    public Pin {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(reason, "reason");
        if (reason.length() > MAX_LENGTH || reason.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a pin's reason is one line of at most " + MAX_LENGTH + " characters");
        }
    }
}
