package io.codeb.server;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which token to make. Immutable; each word answers a changed copy. */
@CheckReturnValue
public final class TokenRequest {
    private static final int LONGEST_NAME = 100;

    private final String name;
    private final Map<String, Set<Role>> roles;
    private final @Nullable Duration life;

    private TokenRequest(String name, Map<String, Set<Role>> roles, @Nullable Duration life) {
        this.name = name;
        this.roles = roles;
        this.life = life;
    }

    /**
     * A token that may do nothing yet, and does not expire.
     *
     * @param name for whom or for what, in one line of at most 100 characters
     * @return the request
     * @throws IllegalArgumentException when the name is no such line
     */
    public static TokenRequest of(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a token's name is one line of 1 to " + LONGEST_NAME + " characters");
        }
        return new TokenRequest(name, Map.of(), null);
    }

    /**
     * Lets its owner do something with a project.
     *
     * @param role what
     * @param project its name, or {@link ApiToken#ALL_PROJECTS}
     * @return a changed copy
     * @throws IllegalArgumentException when no project can be named so
     */
    public TokenRequest may(Role role, String project) {
        Objects.requireNonNull(role, "role");
        if (!Objects.requireNonNull(project, "project").equals(ApiToken.ALL_PROJECTS)) {
            BackupRef.checkName("project", project);
        }
        Map<String, Set<Role>> changed = new TreeMap<>(roles);
        Set<Role> all = EnumSet.of(role);
        all.addAll(roles.getOrDefault(project, Set.of()));
        changed.put(project, Collections.unmodifiableSet(all));
        return new TokenRequest(name, Collections.unmodifiableMap(changed), life);
    }

    /**
     * Lets it expire.
     *
     * @param time after how long; above zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not above zero
     */
    public TokenRequest expiringIn(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a token lives for some time, not for " + time);
        }
        return new TokenRequest(name, roles, time);
    }

    /**
     * For whom or for what.
     *
     * @return one line
     */
    public String name() {
        return name;
    }

    /**
     * What its owner may do.
     *
     * @return roles by project
     */
    public Map<String, Set<Role>> roles() {
        return roles;
    }

    /**
     * For how long it is worth something.
     *
     * @return empty for ever
     */
    public Optional<Duration> life() {
        return Optional.ofNullable(life);
    }
}
