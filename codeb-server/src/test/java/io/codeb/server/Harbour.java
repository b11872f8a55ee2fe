package io.codeb.server;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.RuntimeProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A runtime whose containers are ports that take connections, and whose builds can fail, or wait until cancelled. */
final class Harbour implements RuntimeProvider, AutoCloseable {
    private final Map<String, String> images = new ConcurrentHashMap<>();
    private final Map<String, Container> containers = new ConcurrentHashMap<>();

    /** Whether a build fails. */
    volatile boolean broken;

    /** Whether a build waits until it is cancelled or let go on. */
    volatile boolean held;

    /** Lets it go on. */
    final CountDownLatch letGo = new CountDownLatch(1);

    /** Is down when one waits. */
    final CountDownLatch waiting = new CountDownLatch(1);

    private record Container(ContainerSpec spec, ServerSocket port) {}

    @Override
    public String id() {
        return "harbour";
    }

    @Override
    public ContainerRuntime create(ProviderConfig config) {
        return (ContainerRuntime) Proxy.newProxyInstance(
                Harbour.class.getClassLoader(),
                new Class<?>[] {ContainerRuntime.class, ContainerManager.class},
                (proxy, method, args) -> answer(proxy, method.getName(), args));
    }

    @SuppressWarnings("unchecked")
    private Object answer(Object proxy, String method, Object[] args) throws InterruptedException {
        return switch (method) {
            case "id" -> id();
            case "manager" -> Optional.of(proxy);
            case "run" -> run((ContainerSpec) args[0]);
            case "inspect" -> inspect((String) args[0]);
            case "build" -> build((Consumer<String>) args[2], (Cancellation) args[3]);
            case "imageId" -> image((String) args[0]);
            case "removeImage" -> String.valueOf(images.remove((String) args[0]));
            case "stop", "remove" -> end((String) args[0]);
            case "find" -> List.of();
            case "logs", "close" -> "";
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private ContainerInfo run(ContainerSpec spec) {
        try {
            containers.put(
                    spec.name().orElseThrow(),
                    new Container(spec, new ServerSocket(0, 50, InetAddress.getLoopbackAddress())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inspect(spec.name().orElseThrow());
    }

    private ContainerInfo inspect(String name) {
        Container found = Optional.ofNullable(containers.get(name))
                .orElseThrow(() -> new ContainerException(ErrorCode.CONTAINER_NOT_FOUND, "no container " + name, ""));
        String image = found.spec().image();
        return ContainerInfo.of(name, name, image, image, ContainerInfo.State.RUNNING)
                .withNetwork(
                        found.spec().publications().stream()
                                .map(each -> new ContainerInfo.PublishedPort(
                                        each.containerPort(),
                                        "tcp",
                                        each.hostAddress(),
                                        found.port().getLocalPort()))
                                .toList(),
                        Map.of());
    }

    private String build(Consumer<String> output, Cancellation cancellation) throws InterruptedException {
        output.accept("STEP 1/1: FROM scratch");
        if (broken) {
            throw new ContainerException(ErrorCode.IMAGE_NOT_BUILT, "there is no FROM", "write one");
        }
        if (held) {
            Cancellation.Registration registration = cancellation.onCancel(letGo::countDown);
            waiting.countDown();
            letGo.await();
            registration.close();
            cancellation.throwIfCancelled();
        }
        String id = String.format("%064x", images.size() + 1);
        images.put(id, id);
        return id;
    }

    private String image(String reference) {
        return Optional.ofNullable(images.get(reference))
                .orElseThrow(() -> new ContainerException(ErrorCode.IMAGE_NOT_FOUND, "no image " + reference, ""));
    }

    private Object end(String name) {
        Container container = containers.remove(name);
        if (container != null) {
            try {
                container.port().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return name;
    }

    /** The names of the containers. */
    List<String> names() {
        return containers.keySet().stream().sorted().toList();
    }

    @Override
    public void close() {
        names().forEach(this::end);
    }
}
