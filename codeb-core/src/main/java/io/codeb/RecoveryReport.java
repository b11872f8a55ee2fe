package io.codeb;

import io.codeb.error.ErrorCode;
import io.codeb.model.Leftover;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@link RestoreService#recover} has done.
 *
 * @param projects what was found and ended, by the names of the projects that could be looked at, in their order
 * @param failures the projects that could not be looked at, and why
 */
public record RecoveryReport(Map<String, CleanUpReport> projects, List<Failure> failures) {
    /** Copies both. */
    public RecoveryReport {
        projects = Collections.unmodifiableMap(new LinkedHashMap<>(projects));
        failures = List.copyOf(failures);
    }

    /**
     * The restores that had died, of all projects.
     *
     * @return by project, in the order of the projects
     */
    public List<RecoveredRestore> restores() {
        return projects.values().stream()
                .map(CleanUpReport::restores)
                .flatMap(Collection::stream)
                .toList();
    }

    /**
     * What is still there of the restores that had died, and why it could not be ended. It is tried again by the next
     * recovery, and by the next run of its project.
     *
     * @return by project, in the order of the projects; whatever is not of these restores is in {@link #projects()}
     */
    public List<Leftover> kept() {
        Set<String> runs = restores().stream().map(RecoveredRestore::run).collect(Collectors.toSet());
        return projects.values().stream()
                .map(CleanUpReport::kept)
                .flatMap(Collection::stream)
                .filter(left -> runs.contains(left.run()))
                .toList();
    }

    /**
     * Whether each project was looked at, and of the restores that had died nothing is left, neither to be decided nor
     * to be ended.
     *
     * @return false where a project could not be looked at, it is not known what became of a restore, or something is
     *     {@linkplain #kept() still there}
     */
    public boolean ok() {
        return failures.isEmpty()
                && restores().stream()
                        .map(RecoveredRestore::outcome)
                        .allMatch(outcome -> outcome == RecoveredRestore.Outcome.FINISHED
                                || outcome == RecoveredRestore.Outcome.UNDONE)
                && kept().isEmpty();
    }

    /**
     * A project that could not be looked at; what is left there is as it was.
     *
     * @param project its name
     * @param code what kind of error it was
     * @param reason why, for people
     */
    public record Failure(String project, ErrorCode code, String reason) {}
}
