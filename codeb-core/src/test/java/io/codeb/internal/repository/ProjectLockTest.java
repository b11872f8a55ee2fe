package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.LockedException;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.storage.InMemoryStorage;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies where a lock should be is a lease that can be read, or none. */
class ProjectLockTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final InMemoryStorage storage = new InMemoryStorage();

    private void put(String lock) {
        storage.put(new ObjectKey("shop/lock/0000000000000000001"), WriteMode.CREATE, lock.getBytes(UTF_8));
    }

    private void acquireAndRelease() {
        ProjectLock.acquire(storage, "shop", CLOCK).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"holder\":null,\"expiresAt\":\"2026-01-02T03:05:05Z\"}",
                "{\"holder\":\"somebody\"}",
                "{\"holder\":\"somebody\",\"expiresAt\":\"tomorrow\"}",
                "{\"holder\":\"somebody\",\"expiresAt\":\"2026-01-02T03:0"
            })
    void aLockThatCannotBeReadIsFree(String lock) {
        put(lock);
        assertThatCode(this::acquireAndRelease).doesNotThrowAnyException();
    }

    @Test
    void aLeaseThatIsOverIsFree() {
        put("{\"holder\":\"somebody\",\"expiresAt\":\"2026-01-02T03:04:05Z\"}");
        assertThatCode(this::acquireAndRelease).doesNotThrowAnyException();
    }

    @Test
    void aLeaseThatHoldsIsRespectedWhateverElseItSays() {
        put("{\"holder\":\"somebody\",\"expiresAt\":\"2026-01-02T03:04:06Z\",\"pid\":7}");
        assertThatThrownBy(this::acquireAndRelease).isInstanceOf(LockedException.class);
    }
}
