package io.codeb.internal.schedule;

import io.codeb.model.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes where somebody waits, and can be set. */
final class ScheduleTime extends Clock implements Pace {
    Instant now;

    ScheduleTime(String now) {
        this.now = Instant.parse(now);
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public void pause(Duration time, Cancellation early) {
        now = now.plus(time);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
