package io.codeb.storage.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.StorageException;
import io.codeb.model.Secret;
import io.codeb.spi.net.GuardedSockets;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code addresses=public}: what somebody else has named is not spoken to in a private network. */
@Timeout(60)
class PublicAddressesTest {
    /** What was said over each connection first, in bytes. */
    private final BlockingQueue<Integer> said = new LinkedBlockingQueue<>();

    private ServerSocket server;
    private Thread listening;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        listening = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            said.add(socket.getInputStream().read(new byte[1024]));
                        } catch (IOException e) {
                            // Closed, or cut by the other side.
                        }
                    }
                },
                "listening");
        listening.start();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        listening.join();
    }

    private StorageException failure(String addresses) {
        ProviderConfig config = ProviderConfig.of("s3")
                .withLocation(URI.create("s3://bucket?attempts=1&endpoint=https://127.0.0.1:" + server.getLocalPort()))
                .withOption("addresses", addresses)
                .withSecret("access-key", Secret.of("AK"))
                .withSecret("secret-key", Secret.of("SK"));
        StorageBackend storage = new S3StorageProvider().create(config);
        try {
            return catchThrowableOfType(StorageException.class, () -> storage.stat(new ObjectKey("name")));
        } finally {
            storage.close();
        }
    }

    @Test
    void aStoreAtAPrivateAddressIsNotEvenConnectedTo() throws Exception {
        StorageException open = failure("public");
        assertThat(open).hasRootCauseInstanceOf(GuardedSockets.Refused.class);
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            first.getOutputStream().write("first".getBytes(US_ASCII));
            assertThat(said.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
        }

        server.close();

        assertThat(failure("public"))
                .hasMessage(open.getMessage())
                .hasRootCauseInstanceOf(GuardedSockets.Refused.class);
    }

    @Test
    void whereThatIsNotSaidItIsSpokenTo() throws InterruptedException {
        assertThat(failure("any")).isNotNull();
        assertThat(said.poll(30, TimeUnit.SECONDS)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"endpoint=http://s3.example.org", "endpoint=https://s3.example.org&proxy=http://127.0.0.1:3128"})
    void whereNobodySeesWhoAnswersNothingIsAsked(String options) {
        ProviderConfig config = ProviderConfig.of("s3").withOption("addresses", "public");
        assertThatThrownBy(() -> new S3StorageProvider()
                        .create(config.withLocation(URI.create("s3://bucket?region=us-east-1&" + options))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("https://");
        assertThatThrownBy(() -> new S3StorageProvider()
                        .create(config.withLocation(URI.create("s3://bucket?region=us-east-1&addresses=any"))))
                .hasMessageContaining("set twice");
    }
}
