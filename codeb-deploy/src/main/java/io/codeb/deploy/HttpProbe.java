package io.codeb.deploy;

import io.codeb.error.CancelledException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a web server. */
record HttpProbe(URI uri) implements Probe {
    HttpProbe {
        String scheme = Objects.requireNonNull(uri, "uri").getScheme();
        if (uri.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("not the address of a web page: " + uri);
        }
    }

    @Override
    public String name() {
        return "http GET " + uri;
    }

    /** The body is not read: how long it may be nobody knows. */
    @Override
    public void run(DeployTarget target) {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(target.limit())
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(target.limit()).GET().build();
        CompletableFuture<HttpResponse<InputStream>> asked =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        Cancellation.Registration registration = target.cancellation().onCancel(() -> asked.cancel(true));
        try {
            HttpResponse<InputStream> answer = asked.get(target.limit().toMillis(), TimeUnit.MILLISECONDS);
            answer.body().close();
            if (answer.statusCode() / 100 != 2) {
                throw failed("it answered with status " + answer.statusCode(), null);
            }
        } catch (ExecutionException e) {
            throw failed(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw failed("it did not answer in time", e);
        } catch (CancellationException e) {
            target.cancellation().throwIfCancelled();
            throw failed("nobody waited for it", e);
        } catch (IOException e) {
            throw failed(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        } finally {
            registration.close();
            asked.cancel(true);
        }
    }

    private DeployException failed(String why, @Nullable Throwable cause) {
        return new DeployException(ErrorCode.PROBE_FAILED, "GET " + uri + ": " + why, "", cause);
    }
}
