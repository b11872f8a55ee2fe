package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong now = new AtomicLong();
    private final Pace pace = new Pace(1_000, 30 * SECOND, now::get);

    private boolean isTooSlow(long seconds, long bytes) {
        long since = pace.now();
        now.addAndGet(seconds * SECOND);
        return pace.isTooSlow(since, bytes);
    }

    @Test
    void whoIsWaitedForLongAndMovesLittleIsTooSlow() {
        assertThat(isTooSlow(20, 1)).isFalse();
        assertThat(isTooSlow(20, 1)).isTrue();
    }

    @Test
    void whoMovesEnoughMayTakeForEver() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(isTooSlow(20, 20_001)).isFalse();
        }
    }

    @Test
    void timeInWhichNobodyWaitedForHimCountsNothing() {
        assertThat(isTooSlow(20, 1)).isFalse();
        now.addAndGet(3_600 * SECOND);
        assertThat(isTooSlow(9, 1)).isFalse();
    }

    @Test
    void aBodyThatTricklesIsCutAndSaysWhy() {
        InputStream slow = new InputStream() {
            @Override
            public int read() {
                now.addAndGet(10 * SECOND);
                return 'a';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                target[offset] = (byte) read();
                return 1;
            }
        };
        Upload upload = new Upload(slow, 1_000, now::get);

        assertThatThrownBy(upload::readAllBytes).isInstanceOf(IOException.class);
        assertThat(upload.failure())
                .hasValueSatisfying(why -> assertThat(why.problem().code()).isEqualTo("BODY_TOO_SLOW"));
    }

    @Test
    void aBodyIsReadToItsLimitAndNoFurther() throws IOException {
        assertThat(new Upload(new ByteArrayInputStream(new byte[10]), 10, System::nanoTime).readAllBytes())
                .hasSize(10);
        ByteArrayInputStream eleven = new ByteArrayInputStream(new byte[11]);
        assertThatThrownBy(() -> new Upload(eleven, 10, System::nanoTime).readAllBytes())
                .isInstanceOf(IOException.class);
    }
}
