package io.codeb.internal.alert;

import io.codeb.spi.alert.AlertChannelProvider;

class HeartbeatChannelContractTest extends HttpChannelContract {
    @Override
    protected AlertChannelProvider provider() {
        return new HeartbeatChannelProvider();
    }
}
