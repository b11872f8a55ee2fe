package io.codeb.internal.alert;

import io.codeb.spi.alert.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong now, and what of it is news: that it begins, that it is over, and, from time to time, that it lasts.
 * How often it is noticed in between does not matter. Thread-safe.
 */
final class Board {
    private final Duration remindAfter;
    private final Map<Topic, Standing> standing = new LinkedHashMap<>();

    Board(Duration remindAfter) {
        this.remindAfter = remindAfter;
    }

    private record Standing(Instant toldAt, Alert alert) {}

    /** Makes the alert of a topic, in words. */
    interface Wording {
        Alert alert(Alert.State state);
    }

    /**
     * Something goes wrong.
     *
     * @return what is to be told of it; empty where it was told a short time ago
     */
    synchronized Optional<Alert> raise(Topic topic, Instant now, Wording wording) {
        Standing before = standing.get(topic);
        Alert alert = wording.alert(before == null ? Alert.State.RAISED : Alert.State.LASTING);
        // Where the clock was set back, what was told is not told again before its time.
        boolean due = before == null || Duration.between(before.toldAt, now).compareTo(remindAfter) >= 0;
        standing.put(topic, new Standing(due || before == null ? now : before.toldAt, alert));
        return due ? Optional.of(alert) : Optional.empty();
    }

    /**
     * Something is in order.
     *
     * @return what is to be told of it; empty where it was not wrong
     */
    synchronized Optional<Alert> clear(Topic topic, Wording wording) {
        @Nullable Standing before = standing.remove(topic);
        return before == null ? Optional.empty() : Optional.of(wording.alert(Alert.State.OVER));
    }

    /** What goes wrong now, the oldest first. */
    synchronized List<Alert> standing() {
        return standing.values().stream().map(Standing::alert).toList();
    }
}
