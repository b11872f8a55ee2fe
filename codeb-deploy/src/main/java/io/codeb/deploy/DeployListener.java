package io.codeb.deploy;

/** Hears what a deployment does, on its thread and before it goes on. What it throws is logged. */
public interface DeployListener {
    /**
     * A step begins.
     *
     * @param step which; it is noted already
     */
    default void step(DeployStep step) {}

    /**
     * The build of the image has said something.
     *
     * @param line without control characters
     */
    default void build(String line) {}

    /**
     * Something has happened to the database.
     *
     * @param event what
     */
    default void guard(GuardEvent event) {}
}
