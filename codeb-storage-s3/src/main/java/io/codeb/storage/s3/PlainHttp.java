package io.codeb.storage.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's client on {@code HttpURLConnection}. What is no HTTP that one takes for an answer without a status, and
 * throws what the SDK neither tries again nor makes an exception of its own of.
 */
final class PlainHttp implements SdkHttpClient {
    private final SdkHttpClient client;

    private PlainHttp(SdkHttpClient client) {
        this.client = client;
    }

    /** Made by the SDK's client, and closed with it. */
    record Builder(Function<AttributeMap, SdkHttpClient> made) implements SdkHttpClient.Builder<Builder> {
        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new PlainHttp(made.apply(defaults));
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try {
                    return prepared.call();
                } catch (IllegalArgumentException | UncheckedIOException e) {
                    throw new IOException("what answers hangs up, or does not speak HTTP", e);
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
