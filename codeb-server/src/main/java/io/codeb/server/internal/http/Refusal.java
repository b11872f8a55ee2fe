package io.codeb.server.internal.http;

/** Why a request is refused before the library hears of it. The names are stable, and none is one of the library's. */
public enum Refusal {
    /** It is no request of HTTP, or its path, parameters or body are not what the route takes. */
    REQUEST_INVALID(400),
    /** No token was shown, or one that is worth nothing. */
    UNAUTHENTICATED(401),
    /** The token does not let its owner do that. */
    FORBIDDEN(403),
    /** There is no such thing. */
    NOT_FOUND(404),
    /** The path takes other methods. */
    METHOD_NOT_ALLOWED(405),
    /** The project's name was not typed where data would be replaced. */
    CONFIRMATION_MISSING(409),
    /** The key was used for another request. */
    IDEMPOTENCY_CONFLICT(409),
    /** The body is longer than it may be. */
    BODY_TOO_LARGE(413),
    /** The body is not of the type that the route takes. */
    TYPE_UNSUPPORTED(415),
    /** The body came too slowly, or stopped. */
    BODY_TOO_SLOW(408),
    /** Too many at once, or wrong tokens in a row. */
    TOO_MANY_REQUESTS(429),
    /** Something is wrong with the server itself. */
    INTERNAL(500),
    /** The server takes no new work: it is being stopped. */
    STOPPING(503);

    private static final String HINT = ".hint";

    private final int status;

    Refusal(int status) {
        this.status = status;
    }

    /**
     * Of the answer.
     *
     * @return 400 to 503
     */
    public int status() {
        return status;
    }

    /**
     * Refuses a request.
     *
     * @param key of the text that says what is wrong; what to do next says that of the same name with {@code .hint}
     *     behind it, if there is one
     * @param with what belongs into both
     * @return to be thrown
     */
    public ProblemException because(String key, Object... with) {
        return new ProblemException(language -> Problem.of(
                        this,
                        language.say(key, with),
                        Language.ENGLISH.find(key + HINT).isPresent() ? language.say(key + HINT, with) : "")
                .in(language));
    }
}
