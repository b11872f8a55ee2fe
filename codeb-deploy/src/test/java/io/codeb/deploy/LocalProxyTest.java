package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalProxyTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    Path directory;

    private LocalProxy proxy;
    private ServerSocket old;
    private ServerSocket young;

    @BeforeEach
    void listen() throws IOException {
        old = new ServerSocket(0, 50, LOOPBACK);
        young = new ServerSocket(0, 50, LOOPBACK);
        proxy = LocalProxy.start(new InetSocketAddress(LOOPBACK, 0), file());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        old.close();
        young.close();
    }

    private Path file() {
        return directory.resolve("route");
    }

    private void route(ServerSocket server) {
        TrafficSwitch.file(file()).to(Optional.of(new Route("127.0.0.1", server.getLocalPort(), "shop-1")));
    }

    private Socket client() throws IOException {
        Socket socket = new Socket(LOOPBACK, proxy.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    @Test
    void whatWasBegunStaysWhereItIsAndWhatIsNewGoesToTheNewVersion() throws IOException {
        route(old);
        try (Socket first = client();
                Socket served = old.accept()) {
            say(first, "one");
            assertThat(hear(served, 3)).isEqualTo("one");

            route(young);

            try (Socket second = client();
                    Socket servedByYoung = young.accept()) {
                say(second, "two");
                assertThat(hear(servedByYoung, 3)).isEqualTo("two");
                say(served, "answer");
                assertThat(hear(first, 6)).isEqualTo("answer");
            }
        }
    }

    @Test
    void manyBytesPassBothWaysAndEachSideSaysItsOwnEnd() throws Exception {
        route(old);
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (Socket client = client();
                Socket served = old.accept()) {
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> {
                try {
                    served.getInputStream().transferTo(served.getOutputStream());
                    served.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            CompletableFuture<byte[]> heard = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            client.getOutputStream().write(sent);
            client.shutdownOutput();
            echo.get();
            assertThat(Arrays.equals(heard.get(), sent)).isTrue();
        }
    }

    @Test
    void whatIsCutOnOneSideIsCutOnTheOtherAndNotEnded() throws IOException {
        route(old);
        try (Socket client = client()) {
            try (Socket served = old.accept()) {
                say(served, "half");
                assertThat(hear(client, 4)).isEqualTo("half");
                served.setSoLinger(true, 0);
            }
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aConnectionWaitsForAVersionThatIsNotThereYet() throws IOException {
        try (Socket client = client()) {
            say(client, "early");
            route(old);
            try (Socket served = old.accept()) {
                assertThat(hear(served, 5)).isEqualTo("early");
            }
        }
    }

    @Test
    void aConnectionThatNobodyTakesGoesWhereTheRouteLeadsThen() throws IOException {
        route(old);
        old.close();
        try (Socket client = client()) {
            say(client, "moved");
            route(young);
            try (Socket served = young.accept()) {
                assertThat(hear(served, 5)).isEqualTo("moved");
            }
        }
    }

    @Test
    void whoClosesWithPatienceLetsWhatIsThereEnd() throws Exception {
        route(old);
        try (Socket client = client();
                Socket served = old.accept()) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> proxy.close(Duration.ofSeconds(30)));
            say(served, "end");
            served.shutdownOutput();
            assertThat(hear(client, 4)).isEqualTo("end");
            client.shutdownOutput();
            closing.get();
            assertThatThrownBy(this::client).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPortThatIsTakenIsRefused() {
        assertThatThrownBy(() -> LocalProxy.start(proxy.address(), file())).isInstanceOf(IOException.class);
    }

    @Test
    void aRouteIsReadBackAndGoesAway() {
        TrafficSwitch traffic = TrafficSwitch.file(file());
        assertThat(traffic.current()).isEmpty();
        Route route = new Route("::1", 65_535, "codeb-shop-1-abc");
        traffic.to(Optional.of(route));
        assertThat(traffic.current()).contains(route);
        traffic.to(Optional.empty());
        assertThat(traffic.current()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "codeb-route 1 127.0.0.1 80 shop",
                "codeb-route 2 127.0.0.1 80 shop\n",
                "codeb-route 1 example.org 80 shop\n",
                "codeb-route 1 127.0.0.1 0 shop\n",
                "codeb-route 1 127.0.0.1 65536 shop\n",
                "codeb-route 1 127.0.0.1 80 \u001b[31m\n",
                "codeb-route 1 127.0.0.1 80 shop\nmore\n"
            })
    void whatIsNoRouteIsRefused(String content) throws IOException {
        Files.writeString(file(), content);
        assertThatThrownBy(() -> TrafficSwitch.file(file()).current())
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SWITCH_FAILED));
    }

    @Test
    void aRouteThatCannotBeWrittenLeavesTheOldOne() throws IOException {
        route(old);
        TrafficSwitch traffic = TrafficSwitch.file(file());
        Optional<Route> before = traffic.current();
        Files.createDirectories(directory.resolve("route.new/full"));
        assertThatThrownBy(() -> route(young)).isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.SWITCH_FAILED));
        assertThat(traffic.current()).isEqualTo(before);
    }
}
