package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import java.time.Duration;
import java.util.Objects;

/** Asks once, within a time that was said. */
record LimitedProbe(Probe probe, Duration time) implements TimedProbe {
    LimitedProbe {
        Objects.requireNonNull(probe, "probe");
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a probe takes more than no time: " + time);
        }
    }

    @Override
    public String name() {
        return probe.name();
    }

    @Override
    public Probe limit(Duration other) {
        return new LimitedProbe(probe, other);
    }

    @Override
    public void run(DeployTarget target) {
        target.within(time, ErrorCode.PROBE_FAILED, name(), probe::run);
    }
}
