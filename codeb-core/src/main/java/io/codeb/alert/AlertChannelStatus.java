package io.codeb.alert;

import io.codeb.spi.alert.AlertKind;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A channel: what goes there, and what became of it since its {@link io.codeb.CodeB} was built. It shows no address and
 * no secret.
 *
 * @param provider the kind of channel, as its provider is called: {@code slack}
 * @param kinds what goes there
 * @param projects whose alerts go there; empty for all of them
 * @param counts its name, and how many alerts there were
 * @param deliveredAt when it took the last one, a test among them; empty where it has taken none
 * @param failure the last try that failed since then, a test among them; empty where none has
 */
public record AlertChannelStatus(
        String provider,
        Set<AlertKind> kinds,
        Set<String> projects,
        AlertCounts counts,
        Optional<Instant> deliveredAt,
        Optional<AlertFailure> failure) {
    /** Copies the sets, in their order. */
    public AlertChannelStatus {
        Objects.requireNonNull(provider, "provider");
        EnumSet<AlertKind> ordered = EnumSet.noneOf(AlertKind.class);
        ordered.addAll(kinds);
        kinds = Collections.unmodifiableSet(ordered);
        projects = Collections.unmodifiableSet(new TreeSet<>(projects));
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(deliveredAt, "deliveredAt");
        Objects.requireNonNull(failure, "failure");
    }
}
