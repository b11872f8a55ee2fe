package io.codeb.internal.alert;

import io.codeb.model.Secret;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** The channels that come with the core. */
class ChannelProvidersTest {
    private static final Secret NOWHERE = Secret.of("https://127.0.0.1:1/");

    private abstract static class OverHttp extends ProviderContract {
        @Override
        protected ProviderConfig config() {
            return super.config().withSecret("url", NOWHERE);
        }

        @Override
        protected Optional<ProviderConfig> unreachable() {
            return Optional.of(config());
        }

        @Override
        protected List<ProviderConfig> impossible() {
            return List.of(
                    ProviderConfig.of(provider().id()),
                    config().withOption("call-limit", "0"),
                    config().withOption("plain-http", "perhaps"));
        }
    }

    @Nested
    class Slack extends OverHttp {
        @Override
        protected Provider<?> provider() {
            return new SlackChannelProvider();
        }
    }

    @Nested
    class Heartbeat extends OverHttp {
        @Override
        protected Provider<?> provider() {
            return new HeartbeatChannelProvider();
        }
    }

    @Nested
    class Webhook extends OverHttp {
        @Override
        protected Provider<?> provider() {
            return new WebhookChannelProvider();
        }

        @Override
        protected ProviderConfig config() {
            return super.config().withSecret("key", Secret.of("key"));
        }
    }

    @Nested
    class Log extends ProviderContract {
        @Override
        protected Provider<?> provider() {
            return new LogChannelProvider();
        }
    }
}
