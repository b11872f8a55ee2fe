package io.codeb.internal.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.AlertException;
import io.codeb.error.ErrorCode;
import io.codeb.internal.json.JsonText;
import io.codeb.model.Secret;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the channel {@code webhook}: a POST of JSON, signed. The secret {@code url} is the address, and the secret
 * {@code key} signs. Options: {@code connect-limit} (5 s), {@code call-limit} (20 s) and {@code plain-http}.
 *
 * <p>The header {@code CodeB-Signature} is {@code v1=} and the HMAC-SHA256, in lower-case hexadecimal, of the header
 * {@code CodeB-Timestamp}, a full stop and the body. The time stamp is when it was sent, in seconds since 1970: a
 * receiver refuses one that is far from its own time, and an {@code id} that it has had.
 */
public final class WebhookChannelProvider implements AlertChannelProvider {
    private static final String ALGORITHM = "HmacSHA256";

    private final Clock clock;

    /** Made by {@link java.util.ServiceLoader}. */
    public WebhookChannelProvider() {
        this(Clock.systemUTC());
    }

    WebhookChannelProvider(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String id() {
        return "webhook";
    }

    @Override
    public AlertChannel create(ProviderConfig config) {
        ConfigReader reader = config.reader();
        HttpSender sender = HttpSender.of(reader);
        Secret key = reader.secret("key").orElse(null);
        if (key == null) {
            reader.problem("the secret key is missing, which signs");
        }
        reader.requireNothingElse();
        return new WebhookChannel(sender, key == null ? Secret.of("") : key, clock);
    }

    private record WebhookChannel(HttpSender sender, Secret key, Clock clock) implements AlertChannel {
        @Override
        public void deliver(Alert alert) {
            byte[] body = body(alert);
            String timestamp = Long.toString(clock.instant().getEpochSecond());
            String signature = signature(timestamp, body);
            sender.send(request -> request.header("Content-Type", "application/json")
                    .header("CodeB-Timestamp", timestamp)
                    .header("CodeB-Signature", "v1=" + signature)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
        }

        private static byte[] body(Alert alert) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", alert.id());
            json.put("kind", alert.kind().name());
            json.put("state", alert.state().name());
            json.put("severity", alert.severity().name());
            json.put("project", alert.project());
            json.put("subject", alert.subject());
            json.put("at", alert.at().toString());
            json.put("title", alert.title());
            json.put("text", alert.text());
            json.put("facts", alert.facts());
            return JsonText.of(json);
        }

        private String signature(String timestamp, byte[] body) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(key.reveal().getBytes(UTF_8), ALGORITHM));
                mac.update((timestamp + ".").getBytes(UTF_8));
                return HexFormat.of().formatHex(mac.doFinal(body));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new AlertException(
                        ErrorCode.ALERT_REFUSED, "the secret key signs nothing", "give it a long random text");
            }
        }

        @Override
        public void close() {
            sender.close();
        }
    }
}
