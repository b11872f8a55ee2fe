package io.codeb.deploy.internal.source;

import io.codeb.deploy.DeployException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.net.GuardedSockets;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** What lies behind an {@code https://} URL, as it is read. Used by one thread. */
final class HttpsDownload implements AutoCloseable {
    /** What is said of both, so that nobody learns by the answers which names there are in a private network. */
    static final String NO_PUBLIC_ADDRESS = "has no public address, or there is no such host";

    static final String NO_PUBLIC_ADDRESS_HINT =
            "check the URL, or say allowingPrivateAddresses() where a private address is meant";

    private static final int MOST_REDIRECTS = 5;

    private final Rules rules;
    private final Cancellation cancellation;
    private @Nullable GuardedSockets sockets;
    private Cancellation.@Nullable Registration registration;
    private @Nullable HttpURLConnection answer;
    private String host;

    /**
     * What it keeps to.
     *
     * @param silence how long the server may say nothing
     * @param allowed who may be spoken to
     * @param privateAddresses whether a private address is one, so that it is no secret which names are known
     * @param tls makes sure of the server
     * @param authorization for the URL's own server alone; null for none
     */
    record Rules(
            Duration silence,
            Predicate<InetAddress> allowed,
            boolean privateAddresses,
            SSLSocketFactory tls,
            @Nullable String authorization) {}

    private HttpsDownload(URI uri, Rules rules, Cancellation cancellation) {
        this.rules = rules;
        this.cancellation = cancellation;
        this.host = String.valueOf(uri.getHost());
    }

    /** Asks for it, wherever the server says that it is. */
    static HttpsDownload open(URI uri, Rules rules, Cancellation cancellation) {
        HttpsDownload download = new HttpsDownload(uri, rules, cancellation);
        try {
            download.follow(uri);
            return download;
        } catch (RuntimeException | Error e) {
            download.close();
            throw e;
        }
    }

    private void follow(URI uri) {
        URI next = uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            boolean own = next.getHost().equals(uri.getHost()) && next.getPort() == uri.getPort();
            host = next.getHost();
            URI there = ask(next, own ? rules.authorization() : null);
            if (there == null) {
                return;
            }
            next = there;
        }
        throw failure(ErrorCode.SOURCE_UNUSABLE, "sends on more than " + MOST_REDIRECTS + " times", "", null);
    }

    /** Answers where it is said to be; null where it is here. */
    private @Nullable URI ask(URI uri, @Nullable String authorization) {
        close();
        GuardedSockets guarded = new GuardedSockets(rules.tls(), rules.allowed());
        sockets = guarded;
        registration = cancellation.onCancel(guarded::close);
        cancellation.throwIfCancelled();
        try {
            // No proxy: it would look up the name itself.
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            if (!(connection instanceof HttpsURLConnection https)) {
                throw failure(ErrorCode.SOURCE_UNUSABLE, "is not asked over TLS", "", null);
            }
            answer = connection;
            https.setSSLSocketFactory(guarded);
            https.setInstanceFollowRedirects(false);
            https.setUseCaches(false);
            https.setConnectTimeout(Math.toIntExact(rules.silence().toMillis()));
            https.setReadTimeout(Math.toIntExact(rules.silence().toMillis()));
            https.setRequestProperty("Accept", "*/*");
            https.setRequestProperty("Accept-Encoding", "identity");
            https.setRequestProperty("User-Agent", "CodeB");
            if (authorization != null) {
                https.setRequestProperty("Authorization", authorization);
            }
            int status = https.getResponseCode();
            if (status >= 300 && status <= 399 && status != HttpURLConnection.HTTP_NOT_MODIFIED) {
                return redirect(uri, https.getHeaderField("Location"));
            }
            requireOk(status, https.getHeaderField("Content-Encoding"));
            return null;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private URI redirect(URI from, @Nullable String location) {
        try {
            URI there = from.resolve(new URI(location == null ? "" : location));
            if (location != null && isHttps(there)) {
                return there;
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Said below.
        }
        throw failure(ErrorCode.SOURCE_UNUSABLE, "sends on to what is no https:// URL", "name the URL itself", null);
    }

    /** Whether it can be asked for, by nobody's name. */
    static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getPort() != 0;
    }

    private void requireOk(int status, @Nullable String encoding) {
        switch (status) {
            case HttpURLConnection.HTTP_OK -> {
                if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
                    throw failure(ErrorCode.SOURCE_UNUSABLE, "sends it encoded, which nobody asked for", "", null);
                }
            }
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_GONE ->
                throw failure(ErrorCode.SOURCE_NOT_FOUND, "has nothing there (" + status + ")", "check the URL", null);
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                throw failure(
                        ErrorCode.SOURCE_DENIED,
                        "does not hand it out (" + status + ")",
                        "check the token, and whether a signed URL is still valid",
                        null);
            default ->
                throw failure(
                        status >= 500 || status == 429 ? ErrorCode.SOURCE_UNAVAILABLE : ErrorCode.SOURCE_UNUSABLE,
                        "answers with status " + status,
                        "",
                        null);
        }
    }

    /** How many bytes there are; -1 where the server does not say. */
    long length() {
        return opened().getContentLengthLong();
    }

    /** Whether its end is told by the server: a chunked answer that was cut has none. */
    boolean isChunked() {
        return "chunked".equalsIgnoreCase(opened().getHeaderField("Transfer-Encoding"));
    }

    InputStream stream() throws IOException {
        return opened().getInputStream();
    }

    private HttpURLConnection opened() {
        if (answer == null) {
            throw new IllegalStateException("it was not asked for");
        }
        return answer;
    }

    /** What a failure to read is. */
    RuntimeException failed(IOException e) {
        cancellation.throwIfCancelled();
        if (!rules.privateAddresses() && hasNoPublicAddress(e)) {
            return failure(ErrorCode.SOURCE_DENIED, NO_PUBLIC_ADDRESS, NO_PUBLIC_ADDRESS_HINT, e);
        }
        if (e instanceof SocketTimeoutException) {
            return failure(ErrorCode.SOURCE_UNAVAILABLE, "says nothing", "try again, or say silence(…)", e);
        }
        if (e instanceof UnknownHostException) {
            return failure(ErrorCode.SOURCE_NOT_FOUND, "is no host that is known", "check the URL", e);
        }
        if (e instanceof ConnectException) {
            return failure(ErrorCode.SOURCE_UNAVAILABLE, "takes no connection", "", e);
        }
        if (e instanceof SSLException) {
            return failure(
                    ErrorCode.SOURCE_DENIED,
                    "cannot be proven to be who it should be, or does not speak TLS: " + e.getMessage(),
                    "for an authority of your own say tls(…)",
                    e);
        }
        return failure(ErrorCode.SOURCE_UNAVAILABLE, "has broken off: " + e.getMessage(), "try again", e);
    }

    /** Whether it is a host that nobody knows, or one that may not be spoken to. */
    static boolean hasNoPublicAddress(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof GuardedSockets.Refused || each instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    /** Names the server alone: paths and queries can be secrets. */
    DeployException failure(ErrorCode code, String what, String hint, @Nullable Throwable cause) {
        return new DeployException(code, "the server " + host + " of the dump " + what, hint, cause);
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.close();
            registration = null;
        }
        if (sockets != null) {
            sockets.close();
            sockets = null;
        }
    }
}
