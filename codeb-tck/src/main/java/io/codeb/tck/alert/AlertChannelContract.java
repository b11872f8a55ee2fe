package io.codeb.tck.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.AlertException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link AlertChannel} promises that reaches a receiver by a port. Inherit it, run a receiver, and answer
 * how many alerts it has.
 */
@Timeout(60)
public abstract class AlertChannelContract {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    /** For subclasses. */
    protected AlertChannelContract() {}

    /**
     * Answers what makes the channels.
     *
     * @return the provider under test
     */
    protected abstract AlertChannelProvider provider();

    /**
     * Answers what a channel is made from.
     *
     * @param port where the receiver listens, on the loopback address
     * @return without any limit that is longer than half a minute
     */
    protected abstract ProviderConfig to(int port);

    /**
     * Answers where a receiver listens that takes all alerts.
     *
     * @return the port
     */
    protected abstract int receiver();

    /**
     * Answers how many alerts the receiver has.
     *
     * @return as of now
     */
    protected abstract int arrived();

    private AlertChannel channel(int port) {
        return provider().create(to(port));
    }

    private static Alert alert(String id, AlertKind kind, Alert.State state, String title, String text) {
        return new Alert(id, kind, state, "shop", "offsite", AT, Map.of("code", "STORAGE_FULL"), title, text);
    }

    private static Alert alert() {
        return alert("1", AlertKind.BACKUP_FAILED, Alert.State.RAISED, "Backup of shop failed", "No room.");
    }

    private static int portOfNobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What was delivered has arrived when that is said: of each kind, and in each state. */
    @Test
    void whatIsDeliveredHasArrived() {
        try (AlertChannel channel = channel(receiver())) {
            int sent = 0;
            for (AlertKind kind : AlertKind.values()) {
                for (Alert.State state : Alert.State.values()) {
                    channel.deliver(alert(kind + "-" + state, kind, state, "A title", "A text"));
                    sent++;
                    assertThat(arrived()).isEqualTo(sent);
                }
            }
        }
    }

    /** Whatever a text has in it, it is one alert. */
    @Test
    void aTextIsOneAlertWhateverIsInIt() {
        String text = "백업 실패 🙂\n.\n\r\n\"quoted\" <b> & \\ %s {0}\n" + "a long line ".repeat(200);
        try (AlertChannel channel = channel(receiver())) {
            channel.deliver(alert("1", AlertKind.BACKUP_FAILED, Alert.State.RAISED, "shop: 백업 실패", text));
        }
        assertThat(arrived()).isEqualTo(1);
    }

    /** Nothing is thought of an alert that was delivered before. */
    @Test
    void oneThatIsTriedAgainIsTakenAgain() {
        try (AlertChannel channel = channel(receiver())) {
            channel.deliver(alert());
            channel.deliver(alert());
        }
        assertThat(arrived()).isEqualTo(2);
    }

    /** Making a channel reaches for nothing, and who is not there may be there later. */
    @Test
    void whereNobodyListensItMayGoBetterLater() throws IOException {
        try (AlertChannel channel = channel(portOfNobody())) {
            AlertException problem = catchThrowableOfType(AlertException.class, () -> channel.deliver(alert()));

            assertThat(problem.code()).isEqualTo(ErrorCode.ALERT_UNDELIVERED);
            assertThat(problem.retryable()).isTrue();
        }
    }

    /** A receiver that hangs holds nobody up who wants an end. */
    @Test
    void aDeliveryThatHangsEndsWhenTheChannelIsClosed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AlertChannel channel = channel(silent.getLocalPort());
            CompletableFuture<Void> delivery = CompletableFuture.runAsync(() -> channel.deliver(alert()));
            Socket accepted = silent.accept();
            try {
                channel.close();

                assertThat(delivery)
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableThat()
                        .withCauseInstanceOf(AlertException.class);
            } finally {
                accepted.close();
            }
        }
    }

    /** Who closes it twice, or one that was never used, does no harm. */
    @Test
    void closingIsIdempotent() {
        AlertChannel channel = channel(receiver());

        channel.close();

        assertThatCode(channel::close).doesNotThrowAnyException();
    }
}
