package io.codeb.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final Sessions sessions = new Sessions(new Clock() {
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
    });

    @Test
    void aSessionIsOfItsTokenUntilItIsEnded() {
        String first = sessions.begin("1");
        String second = sessions.begin("2");

        assertThat(sessions.find(first)).hasValue("1");
        sessions.end(first);
        assertThat(sessions.find(first)).isEmpty();
        assertThat(sessions.find(second)).hasValue("2");
        assertThat(sessions.find("")).isEmpty();
    }

    @Test
    void oneThatNobodyUsesIsOver() {
        String session = sessions.begin("1");
        now = now.plus(Duration.ofHours(7));
        assertThat(sessions.find(session)).isPresent();
        now = now.plus(Duration.ofHours(7));
        assertThat(sessions.find(session)).isPresent();
        now = now.plus(Duration.ofHours(8));

        assertThat(sessions.find(session)).isEmpty();
    }

    @Test
    void noneLastsForEver() {
        String session = sessions.begin("1");
        for (int hour = 0; hour < 7 * 24 - 1; hour++) {
            now = now.plus(Duration.ofHours(1));
            assertThat(sessions.find(session)).isPresent();
        }
        now = now.plus(Duration.ofHours(1));

        assertThat(sessions.find(session)).isEmpty();
    }
}
