package io.codeb.internal.config;

import io.codeb.config.ConfigurationProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All that is wrong, each thing once, as far as somebody will read. */
final class Problems {
    private static final int MOST = 100;

    private final Set<ConfigurationProblem> found = new LinkedHashSet<>();

    void add(Node node, String message) {
        add(node.path(), node.line(), node.column(), message);
    }

    void add(String path, int line, int column, String message) {
        found.add(new ConfigurationProblem(path, line, column, message));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file; what is beyond a hundred is counted. */
    List<ConfigurationProblem> all() {
        List<ConfigurationProblem> sorted = found.stream()
                .sorted(Comparator.comparingInt(ConfigurationProblem::line)
                        .thenComparingInt(ConfigurationProblem::column))
                .toList();
        if (sorted.size() <= MOST) {
            return sorted;
        }
        List<ConfigurationProblem> told = new ArrayList<>(sorted.subList(0, MOST));
        told.add(new ConfigurationProblem("$", 0, 0, "and " + (sorted.size() - MOST) + " more"));
        return List.copyOf(told);
    }
}
