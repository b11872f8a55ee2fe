package io.codeb.internal.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. */
final class Suggestions {
    private Suggestions() {}

    /** The known name that is nearest, if one is near: a third of it may be wrong, as Damerau and Levenshtein count. */
    static Optional<String> nearest(String name, Collection<String> known) {
        if (name.length() > 64) {
            return Optional.empty();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(each -> distance(lower, each.toLowerCase(Locale.ROOT)) <= Math.max(1, each.length() / 3))
                .min(Comparator.comparingInt(each -> distance(lower, each.toLowerCase(Locale.ROOT))));
    }

    /** How many letters must be put in, left out, changed or swapped with the next one. */
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[to.length()];
    }

    /** For the end of a message about a name that is unknown. */
    static String hint(String name, Collection<String> known) {
        return nearest(name, known)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse(known.isEmpty() ? "" : "; there are " + String.join(", ", known));
    }
}
