package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.retention.RetentionPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose backups a policy is applied to. Immutable; each word answers a changed copy. */
@CheckReturnValue
public final class RetentionRequest {
    /** How old what runs have left must be to be removed behind a prune, where nothing else is said. */
    public static final Duration DEFAULT_SWEEP_AGE = Duration.ofDays(1);

    private final String project;
    private final @Nullable String repository;
    private final @Nullable RetentionPolicy policy;
    private final @Nullable Duration sweepAge;

    private RetentionRequest(
            String project,
            @Nullable String repository,
            @Nullable RetentionPolicy policy,
            @Nullable Duration sweepAge) {
        this.project = project;
        this.repository = repository;
        this.policy = policy;
        this.sweepAge = sweepAge;
    }

    /**
     * The backups of a project in the first repository.
     *
     * @param project its name
     * @return the request
     * @throws IllegalArgumentException when no project can be named so
     */
    public static RetentionRequest of(String project) {
        return new RetentionRequest(
                BackupRef.checkName("project", Objects.requireNonNull(project, "project")),
                null,
                null,
                DEFAULT_SWEEP_AGE);
    }

    /**
     * Those in another repository.
     *
     * @param repositoryName which; without this word it is the first one
     * @return a changed copy
     */
    public RetentionRequest in(String repositoryName) {
        return new RetentionRequest(
                project, Objects.requireNonNull(repositoryName, "repositoryName"), policy, sweepAge);
    }

    /**
     * By this policy, whatever the project and the repository say.
     *
     * @param retention which
     * @return a changed copy
     */
    public RetentionRequest policy(RetentionPolicy retention) {
        return new RetentionRequest(project, repository, Objects.requireNonNull(retention, "retention"), sweepAge);
    }

    /**
     * How old what failed and killed runs of the project have left must be to be removed behind a prune.
     *
     * @param olderThan at least one hour is wise, so that runs of now are left alone
     * @return a changed copy
     */
    public RetentionRequest sweeping(Duration olderThan) {
        if (Objects.requireNonNull(olderThan, "olderThan").isNegative()) {
            throw new IllegalArgumentException("an age is not negative");
        }
        return new RetentionRequest(project, repository, policy, olderThan);
    }

    /**
     * Removes nothing but backups.
     *
     * @return a changed copy
     */
    public RetentionRequest withoutSweep() {
        return new RetentionRequest(project, repository, policy, null);
    }

    /**
     * Whose backups.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * Where.
     *
     * @return empty for the first repository
     */
    public Optional<String> repository() {
        return Optional.ofNullable(repository);
    }

    /**
     * By which policy.
     *
     * @return empty for that of the project, or of the repository
     */
    public Optional<RetentionPolicy> policy() {
        return Optional.ofNullable(policy);
    }

    /**
     * How old what is swept must be.
     *
     * @return empty where nothing is swept
     */
    public Optional<Duration> sweepAge() {
        return Optional.ofNullable(sweepAge);
    }
}
