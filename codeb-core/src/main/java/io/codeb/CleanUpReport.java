package io.codeb;

import io.codeb.model.Leftover;
import java.util.List;

/**
 * What runs had left where a project's database lives, and what became of it.
 *
 * @param leftovers what was found
 * @param restores the restores among those runs that had died, and what became of them
 */
public record CleanUpReport(List<Leftover> leftovers, List<RecoveredRestore> restores) {
    /** Copies the lists. */
    public CleanUpReport {
        leftovers = List.copyOf(leftovers);
        restores = List.copyOf(restores);
    }

    /**
     * What is gone.
     *
     * @return in the order of its end
     */
    public List<Leftover> ended() {
        return leftovers.stream().filter(Leftover::isEnded).toList();
    }

    /**
     * What is still there, and why: of a run that goes on, of one that nobody knows, or because it could not be ended.
     *
     * @return in the order of its finding
     */
    public List<Leftover> kept() {
        return leftovers.stream().filter(left -> !left.isEnded()).toList();
    }
}
