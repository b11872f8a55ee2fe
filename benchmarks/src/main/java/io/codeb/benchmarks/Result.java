package io.codeb.benchmarks;

import java.util.Collections;
import java.util.List;

/**
 * What came of an entrant.
 *
 * @param name of the entrant
 * @param rival whether it is what CodeB is compared with
 * @param seconds how long the rounds took that count
 * @param residentKib the most memory that its JVMs had resident, 0 where nobody knows
 * @param bytes what it made the last time, 0 where that does not matter
 * @param failure why it is out; empty if it is not
 */
record Result(String name, boolean rival, List<Double> seconds, long residentKib, long bytes, String failure) {
    Result {
        seconds = List.copyOf(seconds);
    }

    /** Whether all of its rounds went well. */
    boolean counts() {
        return failure.isEmpty();
    }

    double median() {
        return median(seconds);
    }

    double min() {
        return Collections.min(seconds);
    }

    double max() {
        return Collections.max(seconds);
    }

    /** The one in the middle, or what is between the two there. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
