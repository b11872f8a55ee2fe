package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.config.ConfiguredDeployment;
import io.codeb.config.ConfiguredProject;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployService;
import io.codeb.micrometer.BackupMetrics;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/** A server over two projects, {@code shop} and {@code blog}, whose databases are texts in memory. */
final class Office implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final Project SHOP =
            Project.of("letters", "shop").server("localhost", 1).database("shop");

    final Letters letters = new Letters();
    final Harbour harbour = new Harbour();
    final LaterClock clock = new LaterClock();

    /** How much longer whoever reads or sends a dump seems to take each time that he is waited for, in nanoseconds. */
    final AtomicLong slowness = new AtomicLong();

    private final AtomicLong waits = new AtomicLong();
    final Path state;
    final CodeB codeb;
    final CodebServer server;
    final ApiTokens tokens;
    final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();

    /** What was answered. */
    record Said(int status, JsonNode json, HttpResponse<byte[]> response) {
        String text(String pointer) {
            return json.at(pointer).asText();
        }
    }

    Office(Path directory) {
        this(directory, 1 << 20);
    }

    Office(Path directory, long largestBody) {
        state = directory.resolve("state");
        ServerEvents events = new ServerEvents();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BackupMetrics metrics = new BackupMetrics(registry);
        letters.texts.put("shop", "first");
        letters.texts.put("blog", "other");
        codeb = CodeB.builder()
                .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
                .storage(new InMemoryStorageProvider())
                .engine(letters)
                .alerts(Alerts.none()
                        .to(AlertRoute.log().only(AlertKind.BACKUP_LATE).forProjects("shop"))
                        .to(AlertRoute.webhook(Secret.of("http://127.0.0.1:1/hidden"), Secret.of("hidden"))
                                .only(AlertKind.CERTIFICATE)))
                .runtime(harbour)
                .project(SHOP)
                .project(Project.of("letters", "blog").server("localhost", 1).database("blog"))
                .listener(events)
                .listener(metrics)
                .build();
        tokens = ApiTokens.in(state);
        server = CodebServer.builder(codeb, state)
                .serve(BackupRequest.of("shop"))
                .serve(BackupRequest.of("blog"))
                .events(events)
                .deployments(DeployService.of(codeb))
                .application(application(directory))
                .metrics(registry, metrics)
                .clock(clock)
                .nanos(() -> System.nanoTime() + slowness.get() * waits.incrementAndGet())
                .address("127.0.0.1", 0)
                .largestBody(largestBody)
                .largestDump(2L << 20)
                .grace(Duration.ofMillis(100))
                .start();
    }

    /** Built of the repository {@code work}, if there is one. */
    private static ConfiguredApplication application(Path directory) {
        ConfiguredDeployment deployment = new ConfiguredDeployment(
                8080,
                directory.resolve("route"),
                Optional.of(RuntimeConfig.of("harbour")),
                Optional.empty(),
                Optional.of(directory.resolve("work").toString()),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ZERO),
                Optional.empty(),
                new ConfiguredDeployment.ConfiguredMigration.None());
        return ConfiguredApplication.of(new ConfiguredProject(
                SHOP,
                BackupRepository.DEFAULT_NAME,
                true,
                false,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.of(deployment),
                Optional.empty(),
                Optional.empty()));
    }

    /** Makes the repository {@code work}, with one commit. */
    static void commit(Path directory) throws IOException, GitAPIException {
        Path work = directory.resolve("work");
        try (Git git =
                Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            Files.writeString(work.resolve("Containerfile"), "FROM scratch\n");
            git.add().addFilepattern(".").call();
            PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
            git.commit()
                    .setMessage("One")
                    .setAuthor(somebody)
                    .setCommitter(somebody)
                    .setSign(false)
                    .call();
        }
    }

    /** Deploys {@code shop} as another program does, and not through the server. */
    void deployElsewhere(Path directory) {
        ConfiguredApplication application = application(directory);
        DeployReport unused = DeployService.of(codeb)
                .deploy(
                        application.application(request -> request),
                        application.image(application.repository().orElseThrow()),
                        new Cancellation());
    }

    String token(Role role, String project) {
        return tokens.create(TokenRequest.of("a test").may(role, project)).secret();
    }

    HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.uri() + path)).timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    Said send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean json =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Said(
                    response.statusCode(), json ? MAPPER.readTree(response.body()) : MAPPER.nullNode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Said get(String path, String token) {
        return send(request(path, token).build());
    }

    Said post(String path, String token, String json) {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    Said delete(String path, String token) {
        return send(request(path, token).DELETE().build());
    }

    /** Waits for the end of an operation, as a program does. */
    Said ended(Said begun, String token) {
        return get("/api/operations/" + begun.text("/id") + "?wait=30", token);
    }

    /** The ref of a new backup. */
    String backUp(String token) {
        return ended(post("/api/projects/shop/backups", token, ""), token).text("/result/backup/id");
    }

    /** What a server says to bytes that are sent as they are, until it ends the connection. */
    String raw(String bytes) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes.getBytes(UTF_8));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Override
    public void close() {
        server.close();
        codeb.close();
        harbour.close();
    }
}
