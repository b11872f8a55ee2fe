package io.codeb.deploy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where the requests of an application go.
 *
 * @param host an address of IPv4 or IPv6, not a name: nobody has to be asked where it is
 * @param port 1 to 65535
 * @param container which version answers there, by its container's name: at most 128 letters, digits, {@code _},
 *     {@code .} and {@code -}
 */
public record Route(String host, int port, String container) {
    private static final Pattern ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]{1,44}");
    private static final Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    /** Refuses what is no address, port or name. */
    public Route {
        if (!ADDRESS.matcher(Objects.requireNonNull(host, "host")).matches()) {
            throw new IllegalArgumentException("no address: " + host);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (!CONTAINER.matcher(Objects.requireNonNull(container, "container")).matches()) {
            throw new IllegalArgumentException("no name of a container: " + container);
        }
    }

    /** Where to connect to. */
    InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }
}
