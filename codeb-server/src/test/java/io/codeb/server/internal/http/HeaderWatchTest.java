package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class HeaderWatchTest {
    private final HeaderWatch watch = new HeaderWatch(new Server());
    private long begin;
    private long bytes;
    private long requests;
    private long answers;
    private boolean closed;

    private final Connection connection = connection();

    private Connection connection() {
        EndPoint end = (EndPoint) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EndPoint.class}, (proxy, method, arguments) -> {
                    closed |= method.getName().equals("close");
                    return null;
                });
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBytesIn" -> bytes;
                    case "getMessagesIn" -> requests;
                    case "getMessagesOut" -> answers;
                    case "getEndPoint" -> end;
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new AssertionError(method);
                });
    }

    private void open() {
        begin = System.nanoTime();
        watch.onOpened(connection);
    }

    private boolean isClosedAfter(long seconds) {
        watch.look(begin + TimeUnit.SECONDS.toNanos(seconds));
        return closed;
    }

    @Test
    void headersThatDripAreCut() {
        open();
        for (int second = 1; second < 10; second++) {
            bytes++;
            assertThat(isClosedAfter(second)).isFalse();
        }
        bytes++;

        assertThat(isClosedAfter(12)).isTrue();
    }

    @Test
    void whoSaysNothingIsLeftToTheIdleLimit() {
        open();

        assertThat(isClosedAfter(20)).isFalse();
    }

    @Test
    void aRequestThatIsThereMayTakeItsTime() {
        open();
        bytes = 100;
        requests = 1;
        assertThat(isClosedAfter(1)).isFalse();
        bytes = 200;
        assertThat(isClosedAfter(600)).isFalse();
        answers = 1;
        assertThat(isClosedAfter(601)).isFalse();
        assertThat(isClosedAfter(700)).isFalse();
    }

    @Test
    void theNextRequestOfAConnectionIsWatchedAsTheFirstWas() {
        open();
        bytes = 100;
        requests = 1;
        answers = 1;
        assertThat(isClosedAfter(1)).isFalse();
        bytes = 101;
        assertThat(isClosedAfter(2)).isFalse();

        assertThat(isClosedAfter(13)).isTrue();
    }
}
