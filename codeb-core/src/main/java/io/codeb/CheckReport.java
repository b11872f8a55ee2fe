package io.codeb;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CodeB#check} has proven, and what it has not.
 *
 * @param subjects the repositories and the projects, in the order of the configuration
 * @param duration how long it took
 */
public record CheckReport(List<Subject> subjects, Duration duration) {
    /** Copies the list. */
    public CheckReport {
        subjects = List.copyOf(subjects);
    }

    /**
     * A repository or a project.
     *
     * @param name for example {@code repository default} or {@code project shop}
     * @param proven what was proven, one sentence each, in that order
     * @param problem why nothing more was; null when all was
     */
    public record Subject(
            String name, List<String> proven, @Nullable CodeBException problem) {
        /** Copies the list. */
        public Subject {
            proven = List.copyOf(proven);
        }

        /**
         * Why not all was proven.
         *
         * @return with its code and its hint; empty when all is well
         */
        public Optional<CodeBException> failure() {
            return Optional.ofNullable(problem);
        }
    }

    /**
     * Whether all was proven.
     *
     * @return true when nothing is wrong
     */
    public boolean ok() {
        return subjects.stream().allMatch(subject -> subject.failure().isEmpty());
    }

    /**
     * For an application that does not start with what is wrong.
     *
     * @throws ConfigException {@code CHECK_FAILED}, telling all that is wrong; each cause is suppressed in it
     */
    public void requireOk() {
        List<Subject> failed = subjects.stream()
                .filter(subject -> subject.failure().isPresent())
                .toList();
        if (failed.isEmpty()) {
            return;
        }
        ConfigException failure = new ConfigException(
                ErrorCode.CHECK_FAILED,
                failed.stream()
                        .map(subject ->
                                subject.name() + ": " + subject.failure().orElseThrow())
                        .toList(),
                "");
        failed.forEach(subject -> failure.addSuppressed(subject.failure().orElseThrow()));
        throw failure;
    }
}
