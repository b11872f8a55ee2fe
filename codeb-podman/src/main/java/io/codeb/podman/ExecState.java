package io.codeb.podman;

/** What the API says of a command. */
sealed interface ExecState {
    /** It runs, or its status is not on record yet. */
    record Running() implements ExecState {}

    /** It has ended. */
    record Exited(int status) implements ExecState {}

    /** The API knows no such command: it never did, or it has forgotten. */
    record Unknown() implements ExecState {}
}
