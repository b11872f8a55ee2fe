package io.codeb.server.internal.auth;

import io.codeb.server.ApiToken;
import io.codeb.server.Role;

/**
 * Who asks.
 *
 * @param token whose token was shown
 * @param address where from
 */
public record Caller(ApiToken token, String address) {
    /**
     * Whether he may do something with a project.
     *
     * @param role what it takes
     * @param project whose database
     * @return true where the token says so
     */
    public boolean may(Role role, String project) {
        return token.may(role, project);
    }
}
