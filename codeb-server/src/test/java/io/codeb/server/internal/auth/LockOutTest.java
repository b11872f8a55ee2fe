package io.codeb.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LockOutTest {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new AssertionError("nobody asked for that");
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final LockOut lockOut = new LockOut(3, Duration.ofMinutes(1), clock);

    @Test
    void whoFailsOftenIsLockedOutUntilTheFirstFailureIsOld() {
        lockOut.failed("a");
        now = now.plusSeconds(10);
        lockOut.failed("a");
        lockOut.failed("a");

        assertThat(lockOut.of("a")).hasValue(Duration.ofSeconds(50));
        assertThat(lockOut.of("b")).isEmpty();
        now = now.plusSeconds(50);
        assertThat(lockOut.of("a")).isEmpty();
        lockOut.failed("a");
        assertThat(lockOut.of("a")).hasValue(Duration.ofSeconds(10));
    }

    @Test
    void whoFailsNowAndThenIsNot() {
        for (int i = 0; i < 100; i++) {
            lockOut.failed("a");
            now = now.plusSeconds(31);
            assertThat(lockOut.of("a")).isEmpty();
        }
    }
}
