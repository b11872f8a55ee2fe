package io.codeb.podman;

import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ContainerManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** What a container wrote, both of its streams in the order in which the service kept them. */
final class ContainerLog {
    private final ContainerApi api;

    ContainerLog(ContainerApi api) {
        this.api = api;
    }

    String read(String container, int lines) {
        String path = "/containers/" + container + "/logs?stdout=true&stderr=true&tail=" + lines;
        Cancellation nobody = new Cancellation();
        try (HttpExchange exchange = api.exchange(nobody)) {
            exchange.send("GET", path, Map.of(), new byte[0]);
            if (exchange.status() != 200) {
                throw ContainerApi.notFound(container);
            }
            Tail tail = new Tail();
            FrameReader frames = new FrameReader();
            byte[] buffer = new byte[64 * 1024];
            InputStream body = exchange.body();
            for (int n = body.read(buffer); n != -1; n = body.read(buffer)) {
                frames.feed(ByteBuffer.wrap(buffer, 0, n), tail);
            }
            return tail.text();
        } catch (IOException e) {
            throw api.unavailable(e, nobody);
        }
    }

    /** The last of what comes. */
    private static final class Tail implements FrameReader.Receiver {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public void stdout(ByteBuffer payload) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            kept.writeBytes(bytes);
            if (kept.size() > 2 * ContainerManager.MAX_LOG_BYTES) {
                byte[] last = last();
                kept.reset();
                kept.writeBytes(last);
            }
        }

        @Override
        public void stderr(ByteBuffer payload) {
            stdout(payload);
        }

        String text() {
            return new String(last(), StandardCharsets.UTF_8);
        }

        private byte[] last() {
            byte[] all = kept.toByteArray();
            int from = Math.max(0, all.length - ContainerManager.MAX_LOG_BYTES);
            return Arrays.copyOfRange(all, from, all.length);
        }
    }
}
