package io.codeb.spi.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * For {@link javax.net.ssl.HttpsURLConnection}: connects, and speaks TLS, only where an address may be spoken to. What
 * is looked at is the very address that is connected to, and that of the connection when it is there: no name is looked
 * up in between, so a name that changes its address meanwhile gains nothing. Nothing is sent to any other address, not
 * even to ask for a connection: nobody learns in this way which ports are open there. Thread-safe.
 */
public final class GuardedSockets extends SSLSocketFactory implements AutoCloseable {
    private final SSLSocketFactory tls;
    private final Predicate<InetAddress> allowed;
    private volatile @Nullable Socket last;
    private volatile boolean closed;

    /**
     * Guards connections.
     *
     * @param tls speaks over those that may be
     * @param allowed which addresses they may lead to, for example {@link Addresses#isPublic}
     */
    public GuardedSockets(SSLSocketFactory tls, Predicate<InetAddress> allowed) {
        this.tls = tls;
        this.allowed = allowed;
    }

    /** It leads where nobody may be spoken to. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Looks where it is to lead before it goes there. */
    private final class Guarded extends Socket {
        Guarded() {
            super(Proxy.NO_PROXY); // the address is that of the server
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress there && !there.isUnresolved()) {
                require(there.getAddress(), there.getHostString());
            }
            begin(this);
            super.connect(endpoint, timeout);
        }
    }

    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        try {
            begin(connected);
            require(connected.getInetAddress(), host);
        } catch (IOException e) {
            connected.close();
            throw e;
        }
        return tls.createSocket(connected, host, port, autoClose);
    }

    private void begin(Socket socket) throws IOException {
        last = socket;
        if (closed) {
            throw new IOException("closed");
        }
    }

    private void require(@Nullable InetAddress address, String host) throws IOException {
        if (address == null || !allowed.test(address)) {
            throw new Refused(host + " is at an address of a private network");
        }
    }

    /** Cuts what was begun last, and lets nothing more begin. */
    @Override
    public void close() {
        closed = true;
        Socket socket = last;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is as good as closed.
            }
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    private static IOException unguarded() {
        return new IOException("connections are made before they are guarded");
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw unguarded();
    }
}
