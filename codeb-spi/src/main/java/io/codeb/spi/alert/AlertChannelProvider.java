package io.codeb.spi.alert;

import io.codeb.spi.provider.Provider;

/** Makes the channels of one kind. */
public interface AlertChannelProvider extends Provider<AlertChannel> {}
