package io.codeb.it;

import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerInfo.PublishedPort;
import io.codeb.spi.runtime.ContainerRuntime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;

/** The programs of this machine, which are said to be in a container. */
final class PretendedContainer {
    private PretendedContainer() {}

    /**
     * A runtime with one container, whatever that is asked for by.
     *
     * @param host runs the programs
     * @param port of the server, inside the container
     * @param published ports of the loopback address that are said to lead there
     * @param addresses of the container; the first one counts
     */
    static ContainerRuntime of(ContainerRuntime host, int port, List<Integer> published, List<String> addresses) {
        return (ContainerRuntime) Proxy.newProxyInstance(
                PretendedContainer.class.getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "id" -> "container";
                    case "inspect" ->
                        ContainerInfo.of("1", "db", "db", "1", ContainerInfo.State.RUNNING)
                                .withNetwork(
                                        published.stream()
                                                .map(at -> new PublishedPort(port, "tcp", "127.0.0.1", at))
                                                .toList(),
                                        addresses.isEmpty() ? Map.of() : Map.of("net", addresses.get(0)));
                    default -> {
                        try {
                            yield method.invoke(host, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }
}
