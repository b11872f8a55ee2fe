package io.codeb.server.internal.http;

import io.codeb.server.Role;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a route takes of who asks. */
public enum Access {
    /** Nothing: what is answered tells nobody anything. */
    EVERYBODY(null),
    /** Any token; what is answered depends on its roles. */
    TOKEN(null),
    /** The role with the project in the path. */
    LOOK(Role.LOOK),
    /** The role with the project in the path. */
    BACK_UP(Role.BACK_UP),
    /** The role with the project in the path. */
    RESTORE(Role.RESTORE),
    /** The role with the project in the path. */
    DEPLOY(Role.DEPLOY),
    /** The role with the project in the path. */
    ADMINISTER(Role.ADMINISTER);

    private final @Nullable Role role;

    Access(@Nullable Role role) {
        this.role = role;
    }

    /**
     * The role with the project in the path.
     *
     * @return empty where there is none
     */
    public Optional<Role> role() {
        return Optional.ofNullable(role);
    }
}
