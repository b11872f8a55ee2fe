package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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

    private void takeOverAndRelease() {
        ProjectLock.acquire(storage, "shop", Clock.offset(CLOCK, ProjectLock.LEASE))
                .close();
    }

    @Test
    void whoHasLostTheLockDoesNotReleaseThatOfAnotherWithTheSameNumber() {
        ProjectLock sleeper = ProjectLock.acquire(storage, "shop", CLOCK);
        takeOverAndRelease();
        try (ProjectLock other = ProjectLock.acquire(storage, "shop", CLOCK)) {
            sleeper.close();

            assertThatCode(other::requireHeld).doesNotThrowAnyException();
            assertThatThrownBy(this::acquireAndRelease).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void whoHasLostTheLockIsNotTakenInByAnotherWithTheSameNumber() {
        try (ProjectLock sleeper = ProjectLock.acquire(storage, "shop", CLOCK)) {
            takeOverAndRelease();
            try (ProjectLock other = ProjectLock.acquire(storage, "shop", CLOCK)) {
                assertThat(other).isNotNull();
                assertThatThrownBy(sleeper::requireHeld).isInstanceOf(LockedException.class);
                assertThatThrownBy(sleeper::requireKept).isInstanceOf(LockedException.class);
            }
        }
    }

    @Test
    void whoKnowsThatTheLockIsLostNeedsNoStorageToSaySo() {
        try (ProjectLock sleeper = ProjectLock.acquire(storage, "shop", CLOCK)) {
            assertThatCode(sleeper::requireNotLost).doesNotThrowAnyException();
            takeOverAndRelease();
            assertThatThrownBy(sleeper::requireHeld).isInstanceOf(LockedException.class);
            assertThatThrownBy(sleeper::requireNotLost).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void olderLocksThatWereLeftGoWithTheNext() {
        put("{\"holder\":\"somebody\",\"expiresAt\":\"2026-01-02T03:04:05Z\"}");
        storage.put(new ObjectKey("shop/lock/0000000000000000007"), WriteMode.CREATE, new byte[0]);
        acquireAndRelease();
        assertThat(storage.list("").toList()).isEmpty();
    }
}
