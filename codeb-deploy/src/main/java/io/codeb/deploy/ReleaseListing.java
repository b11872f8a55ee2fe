package io.codeb.deploy;

import io.codeb.error.ErrorCode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What has served of an application, and what lies in the place of a release and cannot be believed: written before the
 * repository signed, changed since, or damaged.
 *
 * @param releases those that can be brought back, the newest last
 * @param unreadable those that cannot, in the order of their journals; nobody knows when they served
 */
public record ReleaseListing(List<Release> releases, List<Unreadable> unreadable) {
    /** Copies the lists. */
    public ReleaseListing {
        releases = List.copyOf(releases);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * The newest of those that can be read, whether or not something that cannot be is newer.
     *
     * @return empty when there is none
     */
    public Optional<Release> latest() {
        return releases.isEmpty() ? Optional.empty() : Optional.of(releases.get(releases.size() - 1));
    }

    /**
     * A release that nobody can read or believe.
     *
     * @param journal the name of the journal that has it, {@code release-0} to {@code release-19}
     * @param code what is wrong: {@code SIGNATURE_MISSING} where it was written before the repository signed
     * @param reason the same for people
     */
    public record Unreadable(String journal, ErrorCode code, String reason) {
        /** Takes no null. */
        public Unreadable {
            Objects.requireNonNull(journal, "journal");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
