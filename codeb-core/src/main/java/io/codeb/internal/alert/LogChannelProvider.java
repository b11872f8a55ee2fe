package io.codeb.internal.alert;

import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ProviderConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Makes the channel {@code log}: the application's log, by the logger {@code io.codeb.alert}. It has no options. */
public final class LogChannelProvider implements AlertChannelProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public LogChannelProvider() {}

    @Override
    public String id() {
        return "log";
    }

    @Override
    public AlertChannel create(ProviderConfig config) {
        config.reader().requireNothingElse();
        return new LogChannel();
    }

    private static final class LogChannel implements AlertChannel {
        private static final Logger LOG = LoggerFactory.getLogger("io.codeb.alert");

        @Override
        public void deliver(Alert alert) {
            Level level =
                    switch (alert.severity()) {
                        case INFO -> Level.INFO;
                        case WARNING -> Level.WARN;
                        case ERROR -> Level.ERROR;
                    };
            LOG.atLevel(level).log("{}: {}", alert.title(), alert.text().replace('\n', ' '));
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }
}
