package io.codeb.podman;

import io.codeb.error.ConfigException;
import java.net.URI;
import java.nio.file.Path;

/** Where an API may be. */
sealed interface Endpoint {
    /** As configurations write it, without credentials. */
    String text();

    /** A socket of this machine. */
    record Unix(Path socket) implements Endpoint {
        @Override
        public String text() {
            return "unix://" + socket;
        }
    }

    /** A port of any machine. */
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public String text() {
            return "tcp://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Reads an address.
     *
     * @param uri what was configured
     * @param source where, for messages
     */
    static Endpoint of(URI uri, String source) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (scheme.equals("unix") && uri.getHost() == null && path.startsWith("/")) {
            return new Unix(Path.of(path));
        }
        if (scheme.equals("tcp") && uri.getHost() != null && uri.getPort() > 0 && path.isEmpty()) {
            String host = uri.getHost();
            return new Tcp(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
        }
        throw new ConfigException(
                source + " names no endpoint that CodeB can reach (scheme '" + scheme + "')",
                "write unix:///path/to/podman.sock or tcp://host:port; for ssh, forward the socket first");
    }
}
