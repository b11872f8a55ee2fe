package io.codeb.deploy;

/**
 * Hears what a guard does, on its thread and before it goes on: what is told as lost is told before it is. What it
 * throws is logged.
 */
@FunctionalInterface
public interface GuardListener {
    /**
     * Takes an event.
     *
     * @param event what happened
     */
    void on(GuardEvent event);
}
