package io.codeb;

import io.codeb.error.ErrorCode;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
     * Whether each project was looked at, and nothing is left to be decided or looked at by hand.
     *
     * @return false where a project could not be looked at, or it is not known what became of a restore
     */
    public boolean ok() {
        return failures.isEmpty()
                && restores().stream()
                        .map(RecoveredRestore::outcome)
                        .allMatch(outcome -> outcome == RecoveredRestore.Outcome.FINISHED
                                || outcome == RecoveredRestore.Outcome.UNDONE);
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
