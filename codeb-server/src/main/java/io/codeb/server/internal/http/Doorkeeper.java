package io.codeb.server.internal.http;

import io.codeb.server.ApiToken;
import io.codeb.server.internal.auth.Caller;
import io.codeb.server.internal.auth.LockOut;
import io.codeb.server.internal.auth.Sessions;
import io.codeb.server.internal.auth.TokenStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Tells who asks: by a token, or by the session of a page that somebody has logged in to with one. Thread-safe. */
public final class Doorkeeper {
    private static final String BEARER = "Bearer ";

    /** What a form of any page can send without being asked first. */
    private static final List<String> FORMS =
            List.of("", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded");

    private final TokenStore tokens;
    private final Sessions sessions;
    private final LockOut lockOut;

    /**
     * Makes it.
     *
     * @param tokens who may
     * @param sessions who has logged in
     * @param lockOut who is not listened to
     */
    public Doorkeeper(TokenStore tokens, Sessions sessions, LockOut lockOut) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.lockOut = lockOut;
    }

    /** A page from elsewhere has nothing to ask here, whatever its browser sends along. */
    static void requireOwnOrigin(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String site = request.getHeaders().get("Sec-Fetch-Site");
        boolean own = origin == null || isOf(origin, request.getHeaders().get(HttpHeader.HOST));
        if (!own || "cross-site".equals(site)) {
            throw Refusal.FORBIDDEN.because("origin");
        }
    }

    private static boolean isOf(String origin, String host) {
        try {
            String authority = new URI(origin).getRawAuthority();
            return authority != null && authority.equals(host);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    Caller caller(Request request, boolean changing) {
        String address = Request.getRemoteAddr(request);
        String shown = Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.AUTHORIZATION), "");
        Optional<String> session = cookie(request);
        if (shown.isEmpty() && session.isPresent()) {
            ApiToken token = sessions.find(session.get())
                    .flatMap(tokens::find)
                    .orElseThrow(() -> Refusal.UNAUTHENTICATED.because("session-over"));
            if (changing) {
                requireNoForm(request);
            }
            return new Caller(token, address);
        }
        if (shown.isEmpty()) {
            requireListening(address);
            throw Refusal.UNAUTHENTICATED.because("token-missing");
        }
        boolean bearer = shown.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return authenticate(bearer ? shown.substring(BEARER.length()).strip() : "", address);
    }

    private static void requireNoForm(Request request) {
        String type = Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.CONTENT_TYPE), "");
        if (FORMS.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))) {
            throw Refusal.FORBIDDEN.because("form");
        }
    }

    private void requireListening(String address) {
        Optional<Duration> locked = lockOut.of(address);
        if (locked.isPresent()) {
            throw new LockedOutException(locked.get());
        }
    }

    private Caller authenticate(String secret, String address) {
        requireListening(address);
        return tokens.authenticate(secret)
                .map(token -> new Caller(token, address))
                .orElseThrow(() -> {
                    lockOut.failed(address);
                    return Refusal.UNAUTHENTICATED.because("token-worthless");
                });
    }

    /**
     * Logs somebody in.
     *
     * @param exchange the request
     * @param secret of his token
     * @return the header that his browser keeps
     */
    public String logIn(Exchange exchange, String secret) {
        Caller caller = authenticate(secret, Request.getRemoteAddr(exchange.request()));
        exchange.calledBy(caller);
        return setCookie(exchange.request(), sessions.begin(caller.token().id()), Sessions.IDLE);
    }

    /**
     * Logs somebody out.
     *
     * @param exchange the request
     * @return the header that his browser forgets by
     */
    public String logOut(Exchange exchange) {
        cookie(exchange.request()).ifPresent(sessions::end);
        return setCookie(exchange.request(), "", Duration.ZERO);
    }

    /** Under TLS no other host, and nothing in the clear, can set a cookie of this name. */
    private static String name(Request request) {
        return request.isSecure() ? "__Host-codeb" : "codeb";
    }

    private static Optional<String> cookie(Request request) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(name(request)))
                .map(HttpCookie::getValue)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static String setCookie(Request request, String value, Duration life) {
        return name(request) + "=" + value + "; Path=/; Max-Age=" + life.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (request.isSecure() ? "; Secure" : "");
    }

    /** Who shows wrong tokens in a row. */
    static final class LockedOutException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration left;

        LockedOutException(Duration left) {
            this.left = left;
        }

        long seconds() {
            return left.toSeconds() + 1;
        }
    }
}
