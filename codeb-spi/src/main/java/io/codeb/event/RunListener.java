package io.codeb.event;

/**
 * Hears what runs report. Called on a thread of its own, one event at a time, in order; what it throws is logged, and
 * how long it takes holds no run up.
 */
@FunctionalInterface
public interface RunListener {
    /**
     * Takes an event.
     *
     * @param event what happened
     */
    void on(Event event);
}
