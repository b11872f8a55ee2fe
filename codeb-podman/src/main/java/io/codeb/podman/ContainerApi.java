package io.codeb.podman;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import io.codeb.error.CodeBException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.error.RuntimeUnavailableException;
import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.RuntimeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The calls of the API that this package makes, with its answers and refusals as CodeB's types. Thread-safe. */
final class ContainerApi implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final Pattern EXEC_ID = Pattern.compile("[a-zA-Z0-9]{1,128}");
    /**
     * Podman looks for the keys that detach a terminal even where there is none: two single bytes that happen to be the
     * usual ones would end the input. Nobody sends these eight one by one.
     */
    private static final String DETACH_KEYS = "ctrl-_,ctrl-^,".repeat(3) + "ctrl-_,ctrl-^";

    private static final int MAX_LOOKS = 5;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> JSON_BODY = Map.of("Content-Type", "application/json");

    private final Dialer dialer;
    private final DockerClient client;

    ContainerApi(Dialer dialer) {
        this.dialer = dialer;
        // Docker's own configuration files and variables are not read: the endpoint is the dialer's affair.
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("tcp://codeb.invalid:1")
                .withDockerTlsVerify(false)
                .build();
        this.client = DockerClientImpl.getInstance(config, new ApiTransport(dialer));
    }

    RuntimeInfo info() {
        Version version = call(() -> client.versionCmd().exec());
        String name = "Docker Engine";
        if (version.getComponents() != null && !version.getComponents().isEmpty()) {
            name = String.valueOf(version.getComponents().get(0).getName());
        }
        return RuntimeInfo.of(
                name, String.valueOf(version.getVersion()), dialer.endpoint().text());
    }

    ContainerInfo inspect(String container) {
        requireName(container);
        InspectContainerResponse answer;
        try {
            answer = call(() -> look(container));
        } catch (NotFoundException e) {
            throw notFound(container);
        }
        return Inspection.of(answer);
    }

    /** Podman reads of the container's process what the kernel has on it, and fails when that ends meanwhile. */
    private InspectContainerResponse look(String container) {
        Deadline deadline = Deadline.in(dialer.limit());
        for (int looks = 1; ; looks++) {
            try {
                return client.inspectContainerCmd(container).exec();
            } catch (InternalServerErrorException e) {
                if (looks == MAX_LOOKS
                        || deadline.passed()
                        || !String.valueOf(e.getMessage()).contains("no such process")) {
                    throw e;
                }
            }
        }
    }

    /** Whether a container is known to be paused: nothing in it ends before it goes on. Never throws. */
    boolean isPaused(String container) {
        try {
            return inspect(container).state() == ContainerInfo.State.PAUSED;
        } catch (CodeBException e) {
            return false;
        }
    }

    /** What the container does, in words for a message. Never throws. */
    String describe(String container) {
        try {
            return "the container is "
                    + switch (inspect(container).state()) {
                        case CREATED -> "not started";
                        case RUNNING -> "running";
                        case PAUSED -> "paused";
                        case STOPPED -> "stopped";
                        case OTHER -> "in an odd state";
                    };
        } catch (CodeBException e) {
            return switch (e.code()) {
                case CONTAINER_NOT_FOUND -> "the container is gone";
                case RUNTIME_UNAVAILABLE -> "the container service does not answer";
                default -> "the container's state is unknown";
            };
        }
    }

    /**
     * Makes a command ready to be started. Written by hand, not through docker-java, which logs whole commands at
     * DEBUG, environment included.
     *
     * @return its id
     */
    String createExec(String container, ExecRequest request, Cancellation cancellation) {
        requireName(container);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("AttachStdin", request.stdin());
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Tty", false);
        body.put("DetachKeys", DETACH_KEYS);
        body.put("Cmd", request.command());
        body.put("Env", request.environment());
        if (!request.user().isEmpty()) {
            body.put("User", request.user());
        }
        try (HttpExchange exchange = exchange(cancellation)) {
            byte[] json = JSON.writeValueAsBytes(body);
            exchange.send("POST", "/containers/" + container + "/exec", JSON_BODY, json);
            if (exchange.status() != 201) {
                throw refused(container, exchange);
            }
            String id = Answer.of(exchange).body().path("Id").asText("");
            if (!EXEC_ID.matcher(id).matches()) {
                throw new IOException("a command without an id");
            }
            return id;
        } catch (JsonProcessingException e) {
            // Its message could quote the environment.
            throw unavailable(new IOException("an answer that is no JSON"), cancellation);
        } catch (IOException e) {
            throw unavailable(e, cancellation);
        }
    }

    /**
     * Starts a command and takes the connection over for its streams.
     *
     * @return the connection, to be closed, and what was read from it too early
     */
    ExecStream startExec(String container, String id, Cancellation cancellation) {
        HttpExchange exchange = exchange(cancellation);
        try {
            Map<String, String> head = new LinkedHashMap<>(JSON_BODY);
            head.put("Connection", "Upgrade");
            head.put("Upgrade", "tcp");
            byte[] body = "{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.US_ASCII);
            exchange.send("POST", "/exec/" + id + "/start", head, body);
            if (exchange.status() != 101 && exchange.status() != 200) {
                throw refused(container, exchange);
            }
            return exchange.detach();
        } catch (IOException e) {
            exchange.close();
            throw unavailable(e, cancellation);
        } catch (RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    ExecState execState(String id) {
        try {
            InspectExecResponse answer = call(() -> client.inspectExecCmd(id).exec());
            Long status = answer.getExitCodeLong();
            boolean ended = Boolean.FALSE.equals(answer.isRunning()) && status != null;
            return ended ? new ExecState.Exited(status.intValue()) : new ExecState.Running();
        } catch (NotFoundException e) {
            return new ExecState.Unknown();
        }
    }

    /** Asks for a file as a tar stream. The exchange is the caller's to close. */
    HttpExchange getArchive(String container, String path, Cancellation cancellation) throws IOException {
        requireName(container);
        HttpExchange exchange = exchange(cancellation);
        try {
            exchange.send("GET", archive(container, path), Map.of(), new byte[0]);
            if (exchange.status() != 200) {
                throw refusedFile(container, path, exchange);
            }
            return exchange;
        } catch (IOException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    /** Unpacks a tar stream in a directory of the container. */
    void putArchive(String container, String directory, HttpExchange.Body tar, Cancellation cancellation)
            throws IOException {
        requireName(container);
        try (HttpExchange exchange = exchange(cancellation)) {
            String path = archive(container, directory) + "&noOverwriteDirNonDir=true";
            exchange.sendStream("PUT", path, Map.of("Content-Type", "application/x-tar"), tar);
            if (exchange.status() != 200) {
                throw refusedFile(container, directory, exchange);
            }
        }
    }

    /** Asks what is at a path; links are not followed. */
    PathStat stat(String container, String path, Cancellation cancellation) throws IOException {
        requireName(container);
        try (HttpExchange exchange = exchange(cancellation)) {
            exchange.send("HEAD", archive(container, path), Map.of(), new byte[0]);
            String header = exchange.header("X-Docker-Container-Path-Stat");
            if (exchange.status() == 404) {
                inspect(container);
                return PathStat.NOTHING;
            }
            if (exchange.status() != 200 || header.isEmpty()) {
                throw new IOException("the container service does not say what is there");
            }
            JsonNode stat = JSON.readTree(Base64.getDecoder().decode(header));
            return new PathStat(
                    stat.path("mode").asLong(),
                    stat.path("size").asLong(-1),
                    stat.path("linkTarget").asText(""));
        } catch (IllegalArgumentException e) {
            throw new IOException("what the container service says of the file cannot be read", e);
        }
    }

    @Override
    public void close() {
        Quietly.close(client);
    }

    static ContainerException notFound(String container) {
        return new ContainerException(
                ErrorCode.CONTAINER_NOT_FOUND,
                "there is no container '" + Text.shown(container) + "'",
                "check the name, and that this is the user whose containers are meant: root's and yours are apart");
    }

    RuntimeUnavailableException unavailable(IOException e, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        return ApiTransport.unavailable(dialer, e);
    }

    /** Opens a connection for one call, to be closed. */
    HttpExchange exchange(Cancellation cancellation) {
        return exchange(Duration.ZERO, cancellation);
    }

    /** Opens a connection for a call that may take so much longer than others. */
    HttpExchange exchange(Duration longer, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        return dialer.exchange(longer, cancellation);
    }

    Answer call(String method, String path) {
        return call(method, path, new byte[0], new Cancellation());
    }

    Answer call(String method, String path, byte[] body, Cancellation cancellation) {
        return call(method, path, body, Duration.ZERO, cancellation);
    }

    /** Makes a call with a small body, or none, and reads its answer, whatever its status. */
    Answer call(String method, String path, byte[] body, Duration longer, Cancellation cancellation) {
        try (HttpExchange exchange = exchange(longer, cancellation)) {
            exchange.send(method, path, body.length == 0 ? Map.of() : JSON_BODY, body);
            return Answer.of(exchange);
        } catch (IOException e) {
            throw unavailable(e, cancellation);
        }
    }

    /** A name that could reach another part of the API is the name of no container. */
    private static void requireName(String container) {
        if (!NAME.matcher(container).matches()) {
            throw notFound(container);
        }
    }

    private static String archive(String container, String path) {
        return "/containers/" + container + "/archive?path="
                + URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private CodeBException refused(String container, HttpExchange exchange) {
        Answer refusal = answerOf(exchange);
        if (refusal.status() == 404 && !refusal.text().contains("exec")) {
            return notFound(container);
        }
        if (refusal.status() == 409 || refusal.cause().contains("container state improper")) {
            return new ContainerException(
                    ErrorCode.CONTAINER_NOT_RUNNING,
                    "container '" + container + "' does not run: " + refusal.text(),
                    "start it, and try again");
        }
        return new ContainerException(
                ErrorCode.EXEC_NOT_STARTED,
                "a command in container '" + container + "' could not be started: " + refusal.text(),
                "");
    }

    private CodeBException refusedFile(String container, String path, HttpExchange exchange) {
        Answer refusal = answerOf(exchange);
        if (refusal.status() == 404) {
            // Container and path are both "not found": looking at the container tells them apart.
            inspect(container);
        }
        return new ContainerException(
                ErrorCode.CONTAINER_FILE_FAILED,
                "'" + Text.shown(path) + "' in container '" + container + "': " + refusal.text(),
                "");
    }

    /** A refusal that cannot be read is one all the same. */
    private Answer answerOf(HttpExchange exchange) {
        try {
            return Answer.of(exchange);
        } catch (HttpExchange.TlsWantedException e) {
            throw ApiTransport.unavailable(dialer, e);
        } catch (IOException e) {
            return new Answer(exchange.status(), JSON.createObjectNode());
        }
    }

    private <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (NotFoundException | CodeBException e) {
            throw e;
        } catch (DockerException e) {
            throw new RuntimeUnavailableException(
                    ErrorCode.RUNTIME_UNAVAILABLE,
                    "the container service at " + dialer.endpoint().text() + " failed with status " + e.getHttpStatus(),
                    "look at the service's own log",
                    e);
        } catch (RuntimeException e) {
            // docker-java wraps what it cannot read or parse in whatever is at hand. A parser's words could quote it.
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SocketTimeoutException late) {
                    throw ApiTransport.unavailable(dialer, late);
                }
            }
            throw ApiTransport.unavailable(dialer, new IOException("an answer that cannot be read", e));
        }
    }

    /** A command as the API takes it. The environment may hold secrets. */
    record ExecRequest(List<String> command, List<String> environment, String user, boolean stdin) {
        /** Names nothing: the environment may hold secrets. */
        @Override
        public String toString() {
            return "ExecRequest";
        }
    }

    /**
     * What the API answered.
     *
     * @param status the HTTP status
     * @param body JSON; an empty object where there is none
     */
    record Answer(int status, JsonNode body) {
        private static final int REFUSED = 400;
        private static final int MAX_REFUSAL = 64 * 1024;
        /** Lists of everything there is can be long. */
        private static final int MAX_BODY = 16 * 1024 * 1024;

        static Answer of(HttpExchange exchange) throws IOException {
            byte[] bytes;
            try (InputStream body = exchange.body()) {
                bytes = body.readNBytes(exchange.status() < REFUSED ? MAX_BODY : MAX_REFUSAL);
            }
            JsonNode tree;
            try {
                tree = JSON.readTree(bytes);
            } catch (JsonProcessingException e) {
                if (exchange.status() < REFUSED) {
                    // Cut or garbled, it must not pass for an empty answer. The parser's message could quote it.
                    throw new IOException("an answer that is no JSON");
                }
                // Refusals come from whatever stands in front of the service, too.
                tree = null;
            }
            return new Answer(exchange.status(), tree == null || tree.isMissingNode() ? JSON.createObjectNode() : tree);
        }

        String cause() {
            return body.path("cause").asText("");
        }

        /** What it says of itself, for a message. */
        String text() {
            String message = body.path("message").asText("");
            return message.isEmpty() ? "status " + status : Text.shown(message);
        }
    }
}
