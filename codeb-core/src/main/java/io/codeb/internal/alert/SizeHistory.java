package io.codeb.internal.alert;

import java.util.List;

/**
 * The sizes of earlier backups, and whether another fits among them: by the median, and by the median of how far they
 * are from it (MAD), which less than half of them can change as they like. So one odd backup is neither the measure of
 * the next ones, nor hidden by one before.
 *
 * @param sizes in bytes, in any order
 */
record SizeHistory(List<Long> sizes) {
    /** With fewer than this nobody knows what is usual. */
    static final int FEWEST = 5;

    /** Beyond it by Iglewicz and Hoaglin, in modified z-scores. */
    private static final double FAR = 3.5;

    /** What a modified z-score is in terms of the MAD, for it to be one of standard deviations. */
    private static final double SCALE = 0.6745;

    /** A difference of less than this part of the median is none to tell, however even the sizes were. */
    private static final double NOTABLE = 0.2;

    enum Verdict {
        USUAL,
        JUMP,
        DROP
    }

    SizeHistory {
        sizes = List.copyOf(sizes);
    }

    Verdict judge(long size) {
        if (sizes.size() < FEWEST) {
            return Verdict.USUAL;
        }
        double median = median();
        double distance = size - median;
        double deviation = median(sizes.stream()
                .mapToDouble(each -> Math.abs(each - median))
                .sorted()
                .toArray());
        if (Math.abs(distance) <= NOTABLE * median || SCALE * Math.abs(distance) <= FAR * deviation) {
            return Verdict.USUAL;
        }
        return distance > 0 ? Verdict.JUMP : Verdict.DROP;
    }

    /** The size in the middle; of an even number, what is between the two. */
    double median() {
        return median(sizes.stream().mapToDouble(Long::doubleValue).sorted().toArray());
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
    }
}
