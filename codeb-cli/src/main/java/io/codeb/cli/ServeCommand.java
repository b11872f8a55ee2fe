package io.codeb.cli;

import io.codeb.CodeB;
import io.codeb.config.ConfiguredProject;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployService;
import io.codeb.micrometer.BackupMetrics;
import io.codeb.model.Cancellation;
import io.codeb.server.CodebServer;
import io.codeb.server.ServerEvents;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "Serves the configured projects over HTTP until it is told to end.")
final class ServeCommand extends Task {
    @Mixin
    StateOption state = new StateOption();

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Where it listens; 127.0.0.1:8420 without it. Port 0 is any that is free.")
    String address = "127.0.0.1:" + CodebServer.DEFAULT_PORT;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "Speaks TLS with this certificate and those behind it, as PEM; read again when it changes.")
    @Nullable
    Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's key, as PEM: PKCS #8, in the clear.")
    @Nullable
    Path key;

    @Option(names = "--open-metrics", description = "Answers GET /metrics to everybody, without a token.")
    boolean openMetrics;

    @Mixin
    final Grace grace = new Grace();

    @Override
    Answer run(Session session) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw misuse("--address is HOST:PORT, as 127.0.0.1:8420");
        }
        if ((certificate == null) != (key == null)) {
            throw misuse("--certificate and --key go together");
        }
        Duration patience = grace.of(this);
        ServerEvents events = new ServerEvents();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BackupMetrics metrics = new BackupMetrics(registry);
        CodeB codeb = session.codeb(event -> {
            events.on(event);
            metrics.on(event);
        });
        CodebServer.Builder builder = CodebServer.builder(codeb, state.directory(session))
                .events(events)
                .deployments(DeployService.of(codeb))
                .metrics(registry, metrics)
                .grace(patience)
                .address(host(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        for (ConfiguredProject project : session.configuration().projects()) {
            builder.serve(project.backupRequest());
            if (project.deployment().isPresent()) {
                builder.application(ConfiguredApplication.of(project));
            }
        }
        if (openMetrics) {
            builder.openMetrics();
        }
        if (certificate != null && key != null) {
            builder.tls(certificate, key);
        }
        session.app().bePatient(patience);
        String uri;
        try (CodebServer server = builder.start()) {
            uri = server.uri().toString();
            session.tell(session.words().say("serve.listening", uri));
            untilTold(session);
        }
        return Answer.of(new Views.Served(uri)).line(session.words().say("serve.ended"));
    }

    /** Of an IPv6 address, what stands in the brackets. */
    private static String host(String text) {
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }

    private static void untilTold(Session session) {
        CountDownLatch told = new CountDownLatch(1);
        Cancellation.Registration registration = session.cancellation().onCancel(told::countDown);
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            registration.close();
        }
    }
}
