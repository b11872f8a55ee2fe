package io.codeb.server.internal.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.event.Event;
import io.codeb.server.ApiToken;
import io.codeb.server.internal.auth.Caller;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperationTest {
    private static final Event.Run RUN =
            new Event.Run("run", io.codeb.event.Operation.BACKUP, "default", "shop", "shop", null);

    private final Operation operation = new Operation(
            "1",
            new Operations.Order(
                    "backup",
                    "shop",
                    new Caller(
                            new ApiToken("id", "a test", Map.of(), Instant.EPOCH, Optional.empty(), Optional.empty()),
                            "127.0.0.1"),
                    Optional.empty(),
                    "",
                    Optional.empty()),
            Clock.systemUTC(),
            view -> {});

    private void moves(long bytes) {
        operation.hear(new Event.Progress(RUN, Instant.EPOCH, "dump.sql", bytes, bytes, 100, 1, bytes, 100));
    }

    @Test
    void howFarItIsBeginsAnewWithEachStage() {
        operation.hear(new Event.Stage(RUN, Instant.EPOCH, "dump"));
        moves(90);
        assertThat(operation.view().progress())
                .extracting(ProgressView::doneBytes)
                .isEqualTo(90L);

        operation.hear(new Event.Stage(RUN, Instant.EPOCH, "mirror"));
        assertThat(operation.view().stage()).isEqualTo("mirror");
        assertThat(operation.view().progress()).isNull();

        moves(3);
        assertThat(operation.view().progress())
                .extracting(ProgressView::doneBytes)
                .isEqualTo(3L);
    }
}
