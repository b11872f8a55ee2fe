package io.codeb.deploy;

import java.util.Objects;
import java.util.Optional;

/**
 * A release, and how it stands.
 *
 * @param release which
 * @param serves whether the requests go to it
 * @param obstacle what would keep it from being brought back with its database, as far as that shows without asking the
 *     database itself: its image is gone, or the backup of its database, or there never was one; empty where nothing
 *     would
 */
public record ReleaseStanding(Release release, boolean serves, Optional<GuardFailure> obstacle) {
    /** Takes no null. */
    public ReleaseStanding {
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(obstacle, "obstacle");
    }
}
