package io.codeb.podman;

import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Opens connections to the API: to the first endpoint that answers, and from then on to that one. Thread-safe. */
final class Dialer {
    private final Supplier<List<Endpoint>> search;
    private final Optional<Path> tlsDirectory;
    private final Duration limit;
    private final String hint;
    private volatile @Nullable Endpoint found;
    private volatile @Nullable SSLContext tls;

    /**
     * @param search says where to look, in this order; asked when there is something to dial
     * @param tlsDirectory the certificates, where TLS is to be spoken
     * @param limit how long one call may take
     * @param hint what helps where nothing answers
     */
    Dialer(Supplier<List<Endpoint>> search, Optional<Path> tlsDirectory, Duration limit, String hint) {
        this.search = search;
        this.tlsDirectory = tlsDirectory;
        this.limit = limit;
        this.hint = hint;
    }

    /** How long one call may take. */
    Duration limit() {
        return limit;
    }

    /** The endpoint that answered last, else the first to be asked. */
    Endpoint endpoint() {
        Endpoint known = found;
        return known == null ? search.get().get(0) : known;
    }

    /**
     * Opens a connection for one call, to be closed. The call's time begins now.
     *
     * @param longer how much longer than others the call may take
     */
    HttpExchange exchange(Duration longer, Cancellation cancellation) {
        Deadline deadline = Deadline.in(limit.plus(longer));
        return new HttpExchange(dial(), deadline, cancellation);
    }

    private Wire dial() {
        Deadline deadline = Deadline.in(limit);
        Endpoint known = found;
        List<String> failures = new ArrayList<>();
        IOException cause = null;
        for (Endpoint endpoint : known == null ? search.get() : List.of(known)) {
            try {
                Wire wire = connect(endpoint, deadline);
                found = endpoint;
                return wire;
            } catch (IOException e) {
                failures.add(endpoint.text() + " (" + reason(endpoint, e) + ")");
                cause = e;
            }
        }
        throw new RuntimeUnavailableException(
                ErrorCode.RUNTIME_UNAVAILABLE,
                "no container service answers; looked at " + String.join(", ", failures),
                hint,
                cause);
    }

    private Wire connect(Endpoint endpoint, Deadline deadline) throws IOException {
        if (endpoint instanceof Endpoint.Unix unix) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            return ChannelWire.connect(channel, address(channel, unix.socket()), deadline);
        }
        Endpoint.Tcp tcp = (Endpoint.Tcp) endpoint;
        if (tlsDirectory.isPresent()) {
            return TlsWire.connect(context(tlsDirectory.get()), tcp.host(), tcp.port(), deadline);
        }
        InetSocketAddress address = new InetSocketAddress(tcp.host(), tcp.port());
        if (address.isUnresolved()) {
            throw new IOException("the host's name cannot be resolved");
        }
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return ChannelWire.connect(channel, address, deadline);
    }

    private static UnixDomainSocketAddress address(SocketChannel channel, Path socket) throws IOException {
        try {
            return UnixDomainSocketAddress.of(socket);
        } catch (IllegalArgumentException e) {
            channel.close();
            throw new IOException("the socket's path is not usable", e);
        }
    }

    private SSLContext context(Path directory) {
        SSLContext known = tls;
        if (known == null) {
            known = TlsFiles.read(directory);
            tls = known;
        }
        return known;
    }

    private static String reason(Endpoint endpoint, IOException e) {
        if (endpoint instanceof Endpoint.Unix unix && !Files.exists(unix.socket())) {
            return "not there";
        }
        return Text.of(e);
    }
}
