package io.codeb.server;

import java.util.Objects;

/**
 * A token that was just made.
 *
 * @param token what is known of it
 * @param secret what its owner shows, in the header {@code Authorization: Bearer …}; kept nowhere, and told but now
 */
public record CreatedToken(ApiToken token, String secret) {
    /** Checks that both are there. */
    public CreatedToken {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(secret, "secret");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "CreatedToken[" + token + "]";
    }
}
