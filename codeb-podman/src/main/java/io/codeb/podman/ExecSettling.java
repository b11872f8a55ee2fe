package io.codeb.podman;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting until the API agrees that a command has ended: for a while it says status 0 of one that it calls running. */
final class ExecSettling {
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 200;

    private ExecSettling() {}

    /** Answers the last state seen, which is still running when the deadline passed. */
    static ExecState await(ContainerApi api, String id, Deadline deadline) {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            ExecState state = api.execState(id);
            if (!(state instanceof ExecState.Running) || deadline.passed()) {
                return state;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        }
    }
}
