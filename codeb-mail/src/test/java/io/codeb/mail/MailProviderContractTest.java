package io.codeb.mail;

import io.codeb.model.Secret;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.provider.ProviderContract;
import java.util.List;
import java.util.Optional;

class MailProviderContractTest extends ProviderContract {
    @Override
    protected Provider<?> provider() {
        return new MailChannelProvider();
    }

    @Override
    protected ProviderConfig config() {
        return super.config()
                .withOption("host", "127.0.0.1")
                .withOption("from", "codeb@example.com")
                .withOption("to", "ops@example.com");
    }

    @Override
    protected Optional<ProviderConfig> unreachable() {
        return Optional.of(config().withOption("port", "1"));
    }

    @Override
    protected List<ProviderConfig> impossible() {
        return List.of(
                super.config(),
                config().withOption("security", "perhaps"),
                config().withOption("port", "0"),
                config().withOption("from", "nobody"),
                config().withOption("to", "ops@example.com,"),
                config().withOption("to", "ops@example.com\r\nBcc: all@example.com"),
                config().withOption("to", "ops@example.com,".repeat(50) + "ops@example.com"),
                config().withOption("user", "codeb"),
                config().withSecret("password", Secret.of("canary")),
                config().withOption("security", "none")
                        .withOption("user", "codeb")
                        .withSecret("password", Secret.of("canary")));
    }
}
