package io.codeb.server;

import io.codeb.event.Event;
import io.codeb.event.RunListener;
import java.util.Objects;

/**
 * Brings what runs report to a server, which shows it as the progress of its operations. To be given to {@link
 * io.codeb.CodeB.Builder#listener} and to {@link CodebServer.Builder#events}, one for each server. Thread-safe.
 */
public final class ServerEvents implements RunListener {
    private volatile RunListener server = event -> {};

    /** Makes one that no server listens to yet. */
    public ServerEvents() {}

    @Override
    public void on(Event event) {
        server.on(Objects.requireNonNull(event, "event"));
    }

    void to(RunListener listener) {
        server = listener;
    }
}
