package io.codeb.server;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A token as it is known: everything but its secret, which nobody has but its owner.
 *
 * @param id names it, in lists and in the log of what was done
 * @param name for whom or for what it was made
 * @param roles what it lets its owner do, by project; {@link #ALL_PROJECTS} for each of them
 * @param createdAt when it was made
 * @param expiresAt from when on it is worth nothing; empty for never
 * @param lastUsedAt when it was last used, to about a minute; empty where it never was
 */
public record ApiToken(
        String id,
        String name,
        Map<String, Set<Role>> roles,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt) {
    /** Stands for each project in {@link #roles()}. */
    public static final String ALL_PROJECTS = "*";

    /** Copies the roles. */
    public ApiToken {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Map<String, Set<Role>> copy = new TreeMap<>();
        roles.forEach((project, of) -> copy.put(
                project, Collections.unmodifiableSet(of.isEmpty() ? EnumSet.noneOf(Role.class) : EnumSet.copyOf(of))));
        roles = Collections.unmodifiableMap(copy);
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
        Objects.requireNonNull(lastUsedAt, "lastUsedAt");
    }

    /**
     * Whether its owner may do something with a project.
     *
     * @param needed the role that it takes
     * @param project whose database; it need not exist
     * @return true where a role of that project, or of all, includes it
     */
    public boolean may(Role needed, String project) {
        return has(needed, project) || has(needed, ALL_PROJECTS);
    }

    private boolean has(Role needed, String project) {
        return roles.getOrDefault(project, Set.of()).stream().anyMatch(role -> role.includes(needed));
    }

    /**
     * Whether it is worth something.
     *
     * @param now the time
     * @return false from its end on
     */
    public boolean isValidAt(Instant now) {
        return expiresAt.isEmpty() || now.isBefore(expiresAt.get());
    }
}
