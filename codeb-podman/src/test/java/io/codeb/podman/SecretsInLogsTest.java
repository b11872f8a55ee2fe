package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SecretsInLogsTest {
    private static final String CANARY = "canary-7f3a9b";

    @Test
    void aCommandsSecretReachesTheApiAndNoLogAtAnyLevel() throws Exception {
        CompletableFuture<String> sent = new CompletableFuture<>();
        try (FakeApi api = new FakeApi().onExecState("{\"Running\":false,\"ExitCode\":0}");
                ContainerRuntime runtime = api.runtime()) {
            api.on("POST /containers/box/exec", call -> {
                sent.complete(new String(call.body(), StandardCharsets.UTF_8));
                call.json(201, "{\"Id\":\"exec1\"}");
            });
            api.onExec(call -> call.stdout("cut"));
            ExecSpec spec = ExecSpec.of("psql").withSecret("PGPASSWORD", Secret.of(CANARY));

            String logged = loggedBy(() -> {
                try (ExecSession session = runtime.exec("box", spec, new Cancellation())) {
                    assertThat(catchThrowable(session::await)).hasMessageNotContaining(CANARY);
                }
            });

            assertThat(sent.join()).contains("\"PGPASSWORD=" + CANARY + "\"");
            assertThat(logged)
                    .as("docker-java logs its calls at this level")
                    .contains("Cmd: ")
                    .doesNotContain(CANARY);
        }
    }

    @Test
    void aContainersSecretReachesTheApiAndNoLogAtAnyLevel() throws Exception {
        CompletableFuture<String> sent = new CompletableFuture<>();
        try (FakeApi api = new FakeApi();
                ContainerRuntime runtime = api.runtime()) {
            api.on("POST /containers/create", call -> {
                sent.complete(new String(call.body(), StandardCharsets.UTF_8));
                call.json(500, "{\"message\":\"no room\"}");
            });
            ContainerSpec spec = ContainerSpec.of("image:1").withSecret("PGPASSWORD", Secret.of(CANARY));

            String logged = loggedBy(() -> assertThat(
                            catchThrowable(() -> runtime.manager().orElseThrow().run(spec, new Cancellation())))
                    .hasMessageContaining("no room")
                    .hasMessageNotContaining(CANARY));

            assertThat(sent.join()).contains("\"PGPASSWORD=" + CANARY + "\"");
            assertThat(logged).doesNotContain(CANARY);
        }
    }

    private static String loggedBy(Runnable action) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        try {
            action.run();
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }
        // Somebody else's thread may still be at a line.
        synchronized (log) {
            return log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        }
    }
}
