package io.codeb.internal.alert;

import io.codeb.spi.alert.AlertChannelProvider;

class SlackChannelContractTest extends HttpChannelContract {
    @Override
    protected AlertChannelProvider provider() {
        return new SlackChannelProvider();
    }
}
