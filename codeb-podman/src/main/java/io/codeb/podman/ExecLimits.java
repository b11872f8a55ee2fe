package io.codeb.podman;

import java.time.Duration;

/**
 * How patient a session is.
 *
 * @param silence after how long without a byte the API is asked whether the command still runs
 * @param settling how long the API may take to agree that a command has ended
 * @param killing how long a kill may take
 */
record ExecLimits(Duration silence, Duration settling, Duration killing) {
    static final ExecLimits DEFAULT =
            new ExecLimits(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(20));
}
