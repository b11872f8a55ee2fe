package io.codeb.mail;

import io.codeb.mail.MailSettings.Security;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Makes the channel {@code mail}: alerts by e-mail, over SMTP.
 *
 * <p>Options: {@code host}, {@code from} and {@code to} (addresses with commas between, {@value #MAX_RECIPIENTS} at the
 * most), which must be there; {@code security}: {@code starttls} (the default), {@code tls}, or {@code none} for a
 * server on this machine; {@code port}, 587, 465 or 25 unless said otherwise; {@code user}, and the secret
 * {@code password}; {@code ca-file}, a PEM file with the authorities that are trusted in place of the JVM's;
 * {@code connect-limit} (10 s), and {@code call-limit} (60 s) for a whole delivery. Where TLS is asked for and is not
 * to be had, nothing is sent, and no password is told.
 */
public final class MailChannelProvider implements AlertChannelProvider {
    /** How many addresses an alert is sent to. */
    public static final int MAX_RECIPIENTS = 50;

    /** Made by {@link java.util.ServiceLoader}. */
    public MailChannelProvider() {}

    @Override
    public String id() {
        return "mail";
    }

    @Override
    public AlertChannel create(ProviderConfig config) {
        ConfigReader reader = config.reader();
        Security security = security(reader);
        String from = required(reader, "from");
        String to = required(reader, "to");
        String user = reader.text("user").orElse(null);
        MailSettings settings = new MailSettings(
                required(reader, "host"),
                reader.integer("port", 1, 65_535, security.usualPort()),
                security,
                reader.path("ca-file").orElse(null),
                from,
                Stream.of(to.split(",", -1)).map(String::strip).toList(),
                user,
                reader.secret("password").orElse(null),
                reader.duration("connect-limit", Duration.ofSeconds(10)),
                reader.duration("call-limit", Duration.ofSeconds(60)));
        judge(reader, settings);
        reader.requireNothingElse();
        return new MailChannel(settings);
    }

    private static String required(ConfigReader reader, String name) {
        String text = reader.text(name).orElse("");
        if (text.isBlank()) {
            reader.problem("option " + name + " is missing");
        }
        return text.strip();
    }

    private static Security security(ConfigReader reader) {
        String text = reader.text("security").orElse("starttls");
        for (Security each : Security.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        reader.problem("option security must be starttls, tls or none");
        return Security.STARTTLS;
    }

    private static void judge(ConfigReader reader, MailSettings settings) {
        if (settings.to().size() > MAX_RECIPIENTS) {
            reader.problem("option to has more than " + MAX_RECIPIENTS + " addresses");
        }
        if (!settings.from().isEmpty() && !isAddress(settings.from())) {
            reader.problem("option from is no address");
        }
        if (!settings.to().equals(List.of("")) && !settings.to().stream().allMatch(MailChannelProvider::isAddress)) {
            reader.problem("option to has something that is no address");
        }
        if ((settings.user() == null) != (settings.password() == null)) {
            reader.problem("option user and the secret password go together");
        }
        if (settings.user() != null && settings.security() == Security.NONE) {
            reader.problem("a password is not sent without TLS: option security");
        }
    }

    private static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            address.validate();
            return text.contains("@") && text.chars().noneMatch(Character::isISOControl);
        } catch (AddressException e) {
            return false;
        }
    }
}
