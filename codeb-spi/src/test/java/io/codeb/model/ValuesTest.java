package io.codeb.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValuesTest {
    private final SecureRandom random = new SecureRandom();

    @Property(tries = 200)
    void idsSortByTime(
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long first,
            @ForAll @LongRange(min = 1, max = 5_000) long later) {
        BackupId one = BackupId.create(Instant.ofEpochMilli(first), random);
        BackupId two = BackupId.create(Instant.ofEpochMilli(first + later), random);
        assertThat(one).isLessThan(two);
        assertThat(new BackupId(one.value())).isEqualTo(one);
    }

    @Test
    void idsOfOneMomentDiffer() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        List<BackupId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(BackupId.create(now, random));
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.get(0).value()).startsWith("20260102T030405Z-");
    }

    @Property(tries = 200)
    void noOtherTextIsAnId(@ForAll String text) {
        assertThat(BackupId.isValid(text)).isFalse();
        assertThatThrownBy(() -> new BackupId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretNeverShowsItself(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("password");
        Files.writeString(file, "canary-horse\n");
        List<Secret> secrets =
                List.of(Secret.of("canary-horse"), Secret.file(file), Secret.callback("vault", () -> "canary-horse"));
        for (Secret secret : secrets) {
            assertThat(secret.reveal()).isEqualTo("canary-horse");
            assertThat(secret.toString())
                    .doesNotContain("canary")
                    .doesNotContain("horse")
                    .startsWith("Secret[");
        }
    }

    @Test
    void aSecretIsReadAnewAtEachUse(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("password");
        Files.writeString(file, "old");
        Secret secret = Secret.file(file);
        assertThat(secret.reveal()).isEqualTo("old");
        Files.writeString(file, "new\r\n");
        assertThat(secret.reveal()).isEqualTo("new");
    }

    @Test
    void cancellingRunsEveryActionOnce() {
        Cancellation cancellation = new Cancellation();
        List<String> ran = new ArrayList<>();
        Cancellation.Registration gone = cancellation.onCancel(() -> ran.add("gone"));
        cancellation.onCancel(() -> ran.add("kept"));
        gone.close();
        cancellation.cancel("enough");
        cancellation.cancel("again");
        cancellation.onCancel(() -> ran.add("late"));
        assertThat(ran).containsExactly("kept", "late");
        assertThatThrownBy(cancellation::throwIfCancelled)
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("enough");
    }

    @Test
    void anActionThatThrowsDoesNotStopTheOthers() {
        Cancellation cancellation = new Cancellation();
        AtomicReference<String> ran = new AtomicReference<>("");
        cancellation.onCancel(() -> {
            throw new IllegalStateException("bad action");
        });
        cancellation.onCancel(() -> ran.set("yes"));
        assertThatThrownBy(() -> cancellation.cancel("enough")).isInstanceOf(IllegalStateException.class);
        assertThat(ran.get()).isEqualTo("yes");
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void aPauseEndsWhenSomebodyCancels() throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread waiting = new Thread(() -> cancellation.pause(Duration.ofHours(1)));
        waiting.setUncaughtExceptionHandler((thread, failure) -> end.set(failure));
        waiting.start();
        cancellation.cancel("enough");
        waiting.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(end.get()).isInstanceOf(CancelledException.class).hasMessageContaining("enough");
    }

    @Test
    void aPauseEndsWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new Cancellation().pause(Duration.ofHours(1))).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aPauseThatNobodyCancelsTakesItsTime() {
        long begin = System.nanoTime();
        new Cancellation().pause(Duration.ofMillis(20));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        new Cancellation().pause(Duration.ZERO);
    }
}
