package io.codeb.alert;

import io.codeb.error.ErrorCode;
import io.codeb.spi.alert.AlertKind;
import java.time.Instant;
import java.util.Objects;

/**
 * A try to deliver an alert that came to nothing.
 *
 * @param at when
 * @param kind what the alert was about
 * @param code why, for programs
 * @param message why, for people; without address and secret
 */
public record AlertFailure(Instant at, AlertKind kind, ErrorCode code, String message) {
    /** Takes no null. */
    public AlertFailure {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }
}
