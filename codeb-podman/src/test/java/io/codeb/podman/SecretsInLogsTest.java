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
    void aSecretReachesTheApiAndNoLogAtAnyLevel() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        CompletableFuture<String> sent = new CompletableFuture<>();
        try (FakeApi api = new FakeApi().onExecState("{\"Running\":false,\"ExitCode\":0}");
                ContainerRuntime runtime = api.runtime()) {
            api.on("POST /containers/box/exec", call -> {
                sent.complete(new String(call.body(), StandardCharsets.UTF_8));
                call.json(201, "{\"Id\":\"exec1\"}");
            });
            api.onExec(call -> call.stdout("cut"));
            root.addAppender(log);
            root.setLevel(Level.TRACE);
            ExecSpec spec = ExecSpec.of("psql").withSecret("PGPASSWORD", Secret.of(CANARY));
            try (ExecSession session = runtime.exec("box", spec, new Cancellation())) {
                assertThat(catchThrowable(session::await)).hasMessageNotContaining(CANARY);
            }
            assertThat(sent.join()).contains("\"PGPASSWORD=" + CANARY + "\"");
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }
        String logged =
                log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        assertThat(logged).as("docker-java logs its calls at this level").contains("Cmd: ");
        assertThat(logged).doesNotContain(CANARY);
    }
}
