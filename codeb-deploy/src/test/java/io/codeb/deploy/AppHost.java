package io.codeb.deploy;

import com.sun.net.httpserver.HttpServer;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerInfo.PublishedPort;
import io.codeb.spi.runtime.ContainerInfo.State;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.spi.runtime.ImageSpec;
import io.codeb.spi.runtime.RuntimeInfo;
import io.codeb.spi.runtime.RuntimeProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Containers that are web servers of this process: each answers with what its image is. */
final class AppHost implements ContainerRuntime, ContainerManager, RuntimeProvider {
    /** What an image does. */
    enum Kind {
        WELL,
        /** Answers, and never that it is well. */
        ILL,
        /** Ends at once. */
        ENDING,
        /** Cannot be built. */
        BROKEN,
        /** Wants a port that is taken. */
        TAKING_A_PORT
    }

    private record Container(ContainerSpec spec, Optional<HttpServer> server, State state) {}

    private final Map<String, Kind> images = new ConcurrentHashMap<>();
    private final Map<String, Container> containers = new ConcurrentHashMap<>();
    private Kind next = Kind.WELL;
    private boolean stopping = true;
    private int built;

    /** Says what the images are that are built from now on. */
    void building(Kind kind) {
        next = kind;
    }

    /** Says whether containers can be stopped. */
    void stopping(boolean possible) {
        stopping = possible;
    }

    void forgetImages() {
        images.clear();
    }

    List<String> images() {
        return images.keySet().stream().sorted().toList();
    }

    List<String> names() {
        return containers.keySet().stream().sorted().toList();
    }

    private Container found(String name) {
        return Optional.ofNullable(containers.get(name))
                .orElseThrow(() -> new ContainerException(ErrorCode.CONTAINER_NOT_FOUND, "no container " + name, ""));
    }

    /** Lets a container end by itself. */
    void end(String name) {
        Container container = found(name);
        container.server().ifPresent(server -> server.stop(0));
        containers.put(name, new Container(container.spec(), Optional.empty(), State.STOPPED));
    }

    @Override
    public String id() {
        return "apps";
    }

    @Override
    public ContainerRuntime create(ProviderConfig config) {
        return this;
    }

    @Override
    public RuntimeInfo info() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ContainerManager> manager() {
        return Optional.of(this);
    }

    @Override
    public synchronized ContainerInfo inspect(String name) {
        Container container = found(name);
        ContainerSpec spec = container.spec();
        ContainerInfo info = ContainerInfo.of(name, name, spec.image(), spec.image(), container.state())
                .withLabels(spec.labels());
        if (container.server().isEmpty()) {
            return info.withExitStatus(3);
        }
        int port = container.server().get().getAddress().getPort();
        return info.withNetwork(
                spec.publications().stream()
                        .map(each -> new PublishedPort(each.containerPort(), "tcp", each.hostAddress(), port))
                        .toList(),
                Map.of());
    }

    @Override
    public synchronized ContainerInfo run(ContainerSpec spec, Cancellation cancellation) {
        Kind kind = images.getOrDefault(spec.image(), Kind.BROKEN);
        if (kind == Kind.TAKING_A_PORT) {
            throw new ContainerException(ErrorCode.CONTAINER_REFUSED, "port is already allocated", "");
        }
        String name = spec.name().orElseThrow();
        if (containers.containsKey(name)) {
            throw new ContainerException(ErrorCode.CONTAINER_REFUSED, "there is a " + name, "");
        }
        containers.put(
                name,
                kind == Kind.ENDING
                        ? new Container(spec, Optional.empty(), State.STOPPED)
                        : new Container(spec, Optional.of(serve(spec.image(), kind)), State.RUNNING));
        return inspect(name);
    }

    private static HttpServer serve(String image, Kind kind) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "app");
                thread.setDaemon(true);
                return thread;
            }));
            server.createContext("/", exchange -> {
                boolean health = exchange.getRequestURI().getPath().equals("/health");
                byte[] body = image.getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().set("Connection", "close");
                exchange.sendResponseHeaders(health && kind == Kind.ILL ? 503 : 200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized void start(String name) {
        Container container = found(name);
        containers.put(
                name,
                new Container(
                        container.spec(), Optional.of(serve(container.spec().image(), Kind.WELL)), State.RUNNING));
    }

    @Override
    public void stop(String name, Duration grace) {
        if (!stopping) {
            throw new ContainerException(ErrorCode.CONTAINER_REFUSED, "cannot stop " + name, "");
        }
        end(name);
    }

    @Override
    public synchronized void remove(String name) {
        Container container = containers.remove(name);
        if (container != null) {
            container.server().ifPresent(server -> server.stop(0));
        }
    }

    @Override
    public List<ContainerInfo> find(Map<String, String> labels) {
        return names().stream()
                .map(this::inspect)
                .filter(info -> info.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public String logs(String container, int lines) {
        return "cannot log in with " + String.join(" ", secrets(container).values()) + "\n";
    }

    private Map<String, String> secrets(String container) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, Secret> each : found(container).spec().secrets().entrySet()) {
            values.put(each.getKey(), each.getValue().reveal());
        }
        return values;
    }

    @Override
    public String imageId(String reference) {
        if (!images.containsKey(reference)) {
            throw new ContainerException(ErrorCode.IMAGE_NOT_FOUND, "no image " + reference, "");
        }
        return reference;
    }

    @Override
    public String build(ImageSpec spec, ByteSource context, Consumer<String> output, Cancellation cancellation) {
        context.close();
        output.accept("building a " + next);
        if (next == Kind.BROKEN) {
            throw new ContainerException(ErrorCode.IMAGE_NOT_BUILT, "RUN false", "");
        }
        String id = String.format("%064x", ++built);
        images.put(id, next);
        return id;
    }

    @Override
    public ContainerInfo awaitHealthy(String container, Duration limit, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int awaitExit(String container, Duration limit, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeImage(String reference) {
        if (containers.values().stream().anyMatch(each -> each.spec().image().equals(reference))) {
            throw new ContainerException(ErrorCode.CONTAINER_REFUSED, "a container has image " + reference, "");
        }
        images.remove(reference);
    }

    @Override
    public void createVolume(String name, Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeVolume(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> findVolumes(Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ExecSession exec(String container, ExecSpec spec, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean endRun(String container, String run) {
        return inspect(container).state() == State.PAUSED;
    }

    @Override
    public ByteSource readFile(String container, String path, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void writeFile(String container, String path, FileSpec file, ByteSource content, Cancellation cancellation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        names().forEach(this::remove);
    }
}
