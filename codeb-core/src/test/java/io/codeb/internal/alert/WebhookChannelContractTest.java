package io.codeb.internal.alert;

import io.codeb.model.Secret;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ProviderConfig;

class WebhookChannelContractTest extends HttpChannelContract {
    @Override
    protected AlertChannelProvider provider() {
        return new WebhookChannelProvider();
    }

    @Override
    protected ProviderConfig to(int port) {
        return super.to(port).withSecret("key", Secret.of("of both"));
    }
}
