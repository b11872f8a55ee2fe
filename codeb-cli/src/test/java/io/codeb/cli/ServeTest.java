package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.model.Cancellation;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that a command starts, and that ends when the process is told to. */
class ServeTest {
    @TempDir
    Path directory;

    @Test
    void itServesWhatIsConfiguredUntilItIsTold() throws Exception {
        Shell shell = new Shell(directory);
        String token = shell.run("tokens", "create", "a test", "--may", "shop:back-up")
                .out()
                .strip();
        Cancellation cancellation = new Cancellation();
        PipedInputStream said = new PipedInputStream(1 << 16);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(new PipedOutputStream(said), true, StandardCharsets.UTF_8),
                false,
                false,
                false,
                80,
                Locale.ENGLISH,
                ZoneOffset.UTC);
        CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(
                () -> new App(terminal, shell.environment, cancellation).run("serve", "--address", "127.0.0.1:0"));
        String line =
                String.valueOf(new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8)).readLine());
        assertThat(line).startsWith("listening on http://127.0.0.1:");
        URI uri = URI.create(line.substring("listening on ".length()));

        HttpResponse<String> begun = send(
                HttpRequest.newBuilder(uri.resolve("/api/projects/shop/backups"))
                        .POST(HttpRequest.BodyPublishers.noBody()),
                token);
        String operation = begun.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> done = send(HttpRequest.newBuilder(uri.resolve(operation + "?wait=30")), token);
        cancellation.cancel("the test is over");

        assertThat(done.body()).contains("\"state\":\"DONE\"", "\"stage\":\"commit\"");
        assertThat(ended.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ended\n");
        assertThat(shell.run("backups", "list", "--json").json().get("backups")).hasSize(1);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String token) throws Exception {
        return HttpClient.newHttpClient()
                .send(request.header("Authorization", "Bearer " + token).build(), HttpResponse.BodyHandlers.ofString());
    }
}
