package io.codeb.spi.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
class WorkThreadTest {
    private final CompletableFuture<String> seen = new CompletableFuture<>();

    @AfterEach
    void clear() {
        MDC.remove("codeb.project");
    }

    private void look() {
        seen.complete(Thread.currentThread().getName() + " " + MDC.get("codeb.project"));
    }

    @Test
    void whatIsLoggedOnItSaysWhatTheThreadThatMadeItWouldSay() {
        MDC.put("codeb.project", "shop");
        Thread thread = WorkThread.of("psql-watch", this::look);
        MDC.put("codeb.project", "another");
        thread.start();

        assertThat(seen.join()).isEqualTo("codeb-psql-watch shop");
    }

    @Test
    void soDoesWhatIsMadeOnIt() {
        MDC.put("codeb.project", "shop");
        WorkThread.of(2, "run-5", () -> WorkThread.of("timer", this::look).start())
                .start();

        assertThat(seen.join()).isEqualTo("codeb-2-timer shop");
    }

    @Test
    void whereNothingIsSaidNothingIsHandedOn() {
        WorkThread.of("timer", this::look).start();

        assertThat(seen.join()).isEqualTo("codeb-timer null");
    }
}
