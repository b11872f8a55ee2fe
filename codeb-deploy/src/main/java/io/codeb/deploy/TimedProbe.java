package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import java.time.Duration;

/** A probe that keeps its own time. */
interface TimedProbe extends Probe {
    /** How long any other has. */
    Duration LIMIT = Duration.ofSeconds(30);

    /** Asks, for as long as the probe may take. */
    static void ask(Probe probe, DeployTarget target) {
        if (probe instanceof TimedProbe) {
            probe.run(target);
        } else {
            target.within(LIMIT, ErrorCode.PROBE_FAILED, probe.name(), probe::run);
        }
    }
}
