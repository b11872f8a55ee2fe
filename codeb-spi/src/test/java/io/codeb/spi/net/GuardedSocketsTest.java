package io.codeb.spi.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a connection leads is looked at before it is made. */
@Timeout(60)
class GuardedSocketsTest {
    private ServerSocketChannel server;
    private int port;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
        port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private IOException failure() throws IOException {
        URI uri = URI.create("https://127.0.0.1:" + port + "/");
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(
                new GuardedSockets((SSLSocketFactory) SSLSocketFactory.getDefault(), Addresses::isPublic));
        return catchThrowableOfType(IOException.class, connection::getResponseCode);
    }

    @Test
    void aPortThatIsOpenLooksLikeOneThatIsClosed() throws IOException {
        IOException open = failure();
        assertThat(open).isInstanceOf(GuardedSockets.Refused.class);
        try (SocketChannel asked = server.accept()) {
            assertThat(asked).as("a connection").isNull();
        }

        server.close();

        assertThat(failure()).isInstanceOf(GuardedSockets.Refused.class).hasMessage(open.getMessage());
    }

    @Test
    void whatIsClosedConnectsNoMore() throws IOException {
        GuardedSockets sockets = new GuardedSockets((SSLSocketFactory) SSLSocketFactory.getDefault(), address -> true);
        sockets.close();

        try (var socket = sockets.createSocket()) {
            assertThat(catchThrowableOfType(IOException.class, () -> socket.connect(server.getLocalAddress(), 1_000)))
                    .hasMessage("closed");
        }
        try (SocketChannel asked = server.accept()) {
            assertThat(asked).as("a connection").isNull();
        }
    }
}
