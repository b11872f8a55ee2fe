package io.codeb.spi.alert;

/**
 * Carries alerts to people: a chat, a mailbox, another program. Called by one thread at a time, which is nobody else's:
 * it may take its time, and no backup waits for it. Each delivery ends by itself, whatever the other side does: within
 * a limit of the channel's own, and soon after {@link #close()} or an interrupt.
 */
public interface AlertChannel extends AutoCloseable {
    /**
     * Hands an alert over. When this returns, the other side has said that it has it.
     *
     * @param alert what to tell
     * @throws io.codeb.error.AlertException {@code ALERT_UNDELIVERED} where the same may succeed later, {@code
     *     ALERT_REFUSED} where it will not
     * @throws io.codeb.error.ConfigException when a secret cannot be read
     */
    void deliver(Alert alert);

    /** Ends a delivery that goes on, and lets go of what the channel holds. Idempotent, never throws. */
    @Override
    void close();
}
