package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/…/nightly, a process of its own, with a line by which something is due each minute. */
class NightlyIT {
    private static final int PATIENCE_SECONDS = 150;

    @TempDir
    Path directory;

    private final BlockingQueue<String> alerts = new LinkedBlockingQueue<>();

    @Test
    void itBacksUpWhenThatIsDueAndTellsWhatFailsAndThatItIsOver() throws Exception {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            alerts.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try (HostPostgres server = HostPostgres.start()) {
            server.sql("postgres", "CREATE ROLE shop LOGIN PASSWORD 's3cret'");
            Process nightly = start(server, receiver.getAddress().getPort());
            try {
                // There is no database yet.
                assertThat(next("BACKUP_FAILED", nightly)).contains("\"state\":\"RAISED\"", "DATABASE_NOT_FOUND");

                server.sql("postgres", "CREATE DATABASE shop OWNER shop");

                assertThat(next("BACKUP_FAILED", nightly)).contains("\"state\":\"OVER\"");
                try (Stream<Path> files = Files.walk(directory.resolve("backups/shop"))) {
                    assertThat(files.filter(file -> file.endsWith("manifest.json")))
                            .hasSize(1);
                }
                nightly.destroy();
                assertThat(nightly.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(Files.readString(directory.resolve("log"))).doesNotContain("s3cret");
            } finally {
                nightly.destroyForcibly().waitFor();
            }
        } finally {
            receiver.stop(0);
        }
    }

    private Process start(HostPostgres server, int port) throws Exception {
        Path classes = Path.of("../examples/target/classes").toRealPath();
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        classes + ":" + System.getProperty("java.class.path"),
                        "io.codeb.examples.nightly.Nightly",
                        Integer.toString(server.port()),
                        directory.resolve("backups").toString(),
                        "* * * * *")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        builder.environment().put("PATH", server.programs() + ":" + System.getenv("PATH"));
        builder.environment().put("SHOP_PASSWORD", "s3cret");
        builder.environment().put("HOOK_URL", "http://127.0.0.1:" + port + "/");
        builder.environment().put("HOOK_KEY", "what only the two of them know");
        return builder.start();
    }

    /** The next alert of a kind; those of others are let go. */
    private String next(String kind, Process from) throws Exception {
        for (int second = 0; second < PATIENCE_SECONDS && from.isAlive(); second++) {
            String alert = alerts.poll(1, TimeUnit.SECONDS);
            if (alert != null && alert.contains("\"kind\":\"" + kind + "\"")) {
                return alert;
            }
        }
        throw new AssertionError("no alert " + kind + ": " + Files.readString(directory.resolve("log")));
    }
}
