package io.codeb.spi.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * For {@link javax.net.ssl.HttpsURLConnection}: speaks TLS over a connection only where it leads to an address that may
 * be spoken to. What is looked at is the connection itself, after it was made and before anything is said: no name is
 * looked up in between, so a name that changes its address meanwhile gains nothing. Thread-safe.
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

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        last = connected;
        if (closed) {
            connected.close();
            throw new IOException("closed");
        }
        InetAddress peer = connected.getInetAddress();
        if (peer == null || !allowed.test(peer)) {
            connected.close();
            throw new Refused(host + " is at an address of a private network");
        }
        return tls.createSocket(connected, host, port, autoClose);
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
