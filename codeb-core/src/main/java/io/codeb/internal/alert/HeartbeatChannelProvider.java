package io.codeb.internal.alert;

import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.net.http.HttpRequest;

/**
 * Makes the channel {@code heartbeat}: an address that is asked for by GET, and tells nothing but that CodeB lives. The
 * secret {@code url} is the address. Options: {@code connect-limit} (5 s), {@code call-limit} (20 s) and
 * {@code plain-http}.
 */
public final class HeartbeatChannelProvider implements AlertChannelProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public HeartbeatChannelProvider() {}

    @Override
    public String id() {
        return "heartbeat";
    }

    @Override
    public AlertChannel create(ProviderConfig config) {
        ConfigReader reader = config.reader();
        HttpSender sender = HttpSender.of(reader);
        reader.requireNothingElse();
        return new HeartbeatChannel(sender);
    }

    private record HeartbeatChannel(HttpSender sender) implements AlertChannel {
        @Override
        public void deliver(Alert alert) {
            sender.send(HttpRequest.Builder::GET);
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
