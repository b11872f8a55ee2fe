package io.codeb.server;

import io.codeb.server.internal.auth.TokenStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/**
 * The tokens of a server, in its state directory: of each its hash, its name and its roles. A server that runs sees at
 * once what is changed here. Thread-safe, also beside other processes.
 */
public final class ApiTokens {
    private final TokenStore store;

    private ApiTokens(TokenStore store) {
        this.store = store;
    }

    /**
     * The tokens in a directory.
     *
     * @param state the server's state directory; made where it is missing, for its owner alone
     * @return the tokens
     * @throws io.codeb.error.ConfigException when it cannot be made or read, or others may read it
     */
    public static ApiTokens in(Path state) {
        return in(state, Clock.systemUTC());
    }

    /**
     * The tokens in a directory, with the time of somebody else's clock.
     *
     * @param state the server's state directory
     * @param clock tells the time
     * @return the tokens
     * @throws io.codeb.error.ConfigException when it cannot be made or read, or others may read it
     */
    public static ApiTokens in(Path state, Clock clock) {
        return new ApiTokens(
                new TokenStore(Objects.requireNonNull(state, "state"), Objects.requireNonNull(clock, "clock")));
    }

    /**
     * Makes a token.
     *
     * @param request which
     * @return with its secret, of 256 random bits, which is told nowhere else
     * @throws io.codeb.error.ConfigException when it cannot be written, or there are 1,000 already
     */
    public CreatedToken create(TokenRequest request) {
        return store.create(Objects.requireNonNull(request, "request"));
    }

    /**
     * Lists the tokens, those too that have expired.
     *
     * @return in the order of their making
     */
    public List<ApiToken> list() {
        return store.list();
    }

    /**
     * Makes a token worthless, from now on.
     *
     * @param id its id
     * @return false where there is none
     */
    public boolean revoke(String id) {
        return store.revoke(Objects.requireNonNull(id, "id"));
    }
}
