package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Spring Boot application of {@code examples}, run as people run it: its jar, in a process of its own. */
final class SampleApplication implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private final Thread reader = new Thread(this::read, "log of an application");

    private SampleApplication(Process process) {
        this.process = process;
        reader.setDaemon(true);
    }

    /** Starts it, and comes back when it answers. */
    static SampleApplication start(Path java, Path jar, Map<String, String> environment, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(
                java.toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", jar.toString(), "--server.port=0"));
        command.addAll(settings);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            SampleApplication application = new SampleApplication(builder.start());
            application.reader.start();
            application.awaitStart();
            return application;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitStart() {
        try {
            address.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            close();
            throw new AssertionError("it does not start: " + log(), e);
        }
    }

    private void read() {
        process.inputReader().lines().forEach(line -> {
            log.add(line);
            Matcher said = PORT.matcher(line);
            if (said.find()) {
                address.complete(URI.create("http://127.0.0.1:" + said.group(1)));
            }
        });
        address.completeExceptionally(new IOException("it has ended"));
    }

    /** What it has logged so far. */
    String log() {
        return String.join("\n", log);
    }

    /** Asks, and demands the status. */
    JsonNode get(String path, int status) {
        return answer(send(HttpRequest.newBuilder(address.join().resolve(path)).build()), status);
    }

    /** Orders, and demands the status. */
    JsonNode post(String path, String json, int status) {
        return answer(begin(path, json), status);
    }

    /** Orders, and does not wait for the answer. */
    CompletableFuture<HttpResponse<String>> begin(String path, String json) {
        return send(HttpRequest.newBuilder(address.join().resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    private JsonNode answer(CompletableFuture<HttpResponse<String>> answer, int status) {
        try {
            HttpResponse<String> response =
                    answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(response.statusCode())
                    .as("%s%n%s", response.body(), log())
                    .isEqualTo(status);
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends it SIGTERM: it ends by itself then, within the time. */
    void terminate(Duration limit) {
        // Not by the process, which would close the pipe of the log.
        process.toHandle().destroy();
        try {
            assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as("it ends: %s", log())
                    .isTrue();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        // What the JVM says when it has run its shutdown hooks for a SIGTERM.
        assertThat(process.exitValue()).as(log()).isEqualTo(128 + 15);
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        try {
            process.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
