package io.codeb.internal.alert;

import io.codeb.internal.json.JsonText;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.net.http.HttpRequest;
import java.util.Map;

/**
 * Makes the channel {@code slack}: an incoming webhook of Slack, or of a chat that takes the same. The secret
 * {@code url} is its address. Options: {@code connect-limit} (5 s), {@code call-limit} (20 s) and {@code plain-http}.
 */
public final class SlackChannelProvider implements AlertChannelProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public SlackChannelProvider() {}

    @Override
    public String id() {
        return "slack";
    }

    @Override
    public AlertChannel create(ProviderConfig config) {
        ConfigReader reader = config.reader();
        HttpSender sender = HttpSender.of(reader);
        reader.requireNothingElse();
        return new SlackChannel(sender);
    }

    private record SlackChannel(HttpSender sender) implements AlertChannel {
        @Override
        public void deliver(Alert alert) {
            String mark =
                    switch (alert.severity()) {
                        case INFO -> ":white_check_mark:";
                        case WARNING -> ":warning:";
                        case ERROR -> ":rotating_light:";
                    };
            String text = mark + " *" + escaped(alert.title()) + "*"
                    + (alert.text().isEmpty() ? "" : "\n" + escaped(alert.text()));
            byte[] body = JsonText.of(Map.of("text", text));
            sender.send(request -> request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
        }

        /** What Slack takes for a link, a mention or an entity otherwise. */
        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
