package io.codeb.mail;

import io.codeb.model.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the channel is told.
 *
 * @param host of the mail server
 * @param port of it
 * @param security how the way there is protected
 * @param authorities a PEM file with those that are trusted in place of the JVM's, or null
 * @param from who writes
 * @param to who reads
 * @param user who logs in, or null for nobody
 * @param password of that user, or null
 * @param connectLimit for making a connection
 * @param callLimit for a whole delivery
 */
record MailSettings(
        String host,
        int port,
        Security security,
        @Nullable Path authorities,
        String from,
        List<String> to,
        @Nullable String user,
        @Nullable Secret password,
        Duration connectLimit,
        Duration callLimit) {
    enum Security {
        /** Plain at first, then TLS, or nothing is sent. */
        STARTTLS(587),
        /** TLS from the first byte on. */
        TLS(465),
        /** Whoever is on the way reads all of it. */
        NONE(25);

        private final int usualPort;

        Security(int usualPort) {
            this.usualPort = usualPort;
        }

        int usualPort() {
            return usualPort;
        }
    }

    MailSettings {
        to = List.copyOf(to);
    }
}
