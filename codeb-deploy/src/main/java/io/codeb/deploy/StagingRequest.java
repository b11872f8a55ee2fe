package io.codeb.deploy;

import io.codeb.RestoreRequest;
import io.codeb.config.ConfiguredProject;
import io.codeb.config.ConfiguredStaging;
import io.codeb.config.SqlFile;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * From where to where, what is changed on the way, and what is tested. Immutable; each word answers a changed copy.
 *
 * <p>Without further words a new backup is made, and restored as it is: nothing is masked.
 */
@CheckReturnValue
public final class StagingRequest {
    /** A test is more than a question: a suite that somebody has written. */
    private static final Duration TEST_LIMIT = Duration.ofMinutes(10);

    private final String production;
    private final String staging;
    private final @Nullable String repository;
    private final Duration backupAge;
    private final UnaryOperator<RestoreRequest> restoring;
    private final List<Migration> migrations;
    private final Duration migrationLimit;
    private final List<Probe> tests;

    private StagingRequest(Draft draft) {
        this.production = draft.production;
        this.staging = draft.staging;
        this.repository = draft.repository;
        this.backupAge = draft.backupAge;
        this.restoring = draft.restoring;
        this.migrations = List.copyOf(draft.migrations);
        this.migrationLimit = draft.migrationLimit;
        this.tests = List.copyOf(draft.tests);
    }

    /**
     * From one project to another.
     *
     * @param production whose database is backed up
     * @param staging whose database is replaced; it exists
     * @return the request
     */
    public static StagingRequest of(String production, String staging) {
        return new StagingRequest(new Draft(
                Objects.requireNonNull(production, "production"), Objects.requireNonNull(staging, "staging")));
    }

    /**
     * From one project to another as a configuration has it: by a backup in production's repository, with what
     * staging's project says of the data that it gets.
     *
     * @param production whose database is backed up
     * @param staging whose database is replaced; it exists
     * @return the request
     * @throws io.codeb.error.ConfigException when a file of statements cannot be read, or says nothing
     */
    public static StagingRequest of(ConfiguredProject production, ConfiguredProject staging) {
        return of(production, staging, staging.staging().orElse(ConfiguredStaging.NOTHING));
    }

    /**
     * From one project to another by a backup in production's repository. The files of statements are read now.
     *
     * @param production whose database is backed up
     * @param staging whose database is replaced; it exists. A test in a container is one of the runtime that its
     *     application is deployed on, or else of its database's
     * @param rules what becomes of the data
     * @return the request
     * @throws io.codeb.error.ConfigException when a file of statements cannot be read, or says nothing
     */
    public static StagingRequest of(ConfiguredProject production, ConfiguredProject staging, ConfiguredStaging rules) {
        StagingRequest request = of(production.name(), staging.name())
                .in(production.repository())
                .backupWithin(rules.backupWithin().orElse(Duration.ZERO))
                .restoring(restoring(rules));
        Duration limit = rules.testLimit().orElse(TEST_LIMIT);
        for (ConfiguredStaging.Test test : rules.tests()) {
            request = request.test(StagingProbe.of(test, staging).limit(limit));
        }
        return request;
    }

    private static UnaryOperator<RestoreRequest> restoring(ConfiguredStaging rules) {
        String[] masking = rules.masking().stream().map(SqlFile::read).toArray(String[]::new);
        return plain -> {
            RestoreRequest restore = rules.keep().map(plain::replacing).orElse(plain);
            for (Map.Entry<String, String> role : rules.roles().entrySet()) {
                restore = restore.mapRole(role.getKey(), role.getValue());
            }
            return restore.afterLoad(masking);
        };
    }

    /**
     * Chooses where the backup goes.
     *
     * @param name a repository that the CodeB knows; without this word it is the first of them
     * @return a changed copy
     */
    public StagingRequest in(String name) {
        Draft draft = draft();
        draft.repository = Objects.requireNonNull(name, "name");
        return new StagingRequest(draft);
    }

    /**
     * Makes no backup where the repository has one that is recent enough and, read whole now, is proven.
     *
     * @param age how long ago the dump may have begun; zero for a new one in any case
     * @return a changed copy
     * @throws IllegalArgumentException when it is negative
     */
    public StagingRequest backupWithin(Duration age) {
        if (Objects.requireNonNull(age, "age").isNegative()) {
            throw new IllegalArgumentException("a backup is not younger than now: " + age);
        }
        Draft draft = draft();
        draft.backupAge = age;
        return new StagingRequest(draft);
    }

    /**
     * Says how it is restored: {@code mapRole(…)} for roles that staging's server does not have, {@code afterLoad(…)}
     * for what takes out what is private, before anybody sees the database.
     *
     * @param words are said to a restore in the place of staging's database, after those that were said before
     * @return a changed copy
     */
    public StagingRequest restoring(UnaryOperator<RestoreRequest> words) {
        Objects.requireNonNull(words, "words");
        Draft draft = draft();
        draft.restoring = plain -> words.apply(restoring.apply(plain));
        return new StagingRequest(draft);
    }

    /**
     * Migrates what was restored, after those migrations that were named before.
     *
     * @param migration how
     * @return a changed copy
     */
    public StagingRequest migrate(Migration migration) {
        Draft draft = draft();
        draft.migrations.add(Objects.requireNonNull(migration, "migration"));
        return new StagingRequest(draft);
    }

    /**
     * Limits how long each migration may take. Without this word it is an hour.
     *
     * @param limit more than zero
     * @return a changed copy
     * @throws IllegalArgumentException when it is not
     */
    public StagingRequest migratingWithin(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a migration takes more than no time: " + limit);
        }
        Draft draft = draft();
        draft.migrationLimit = limit;
        return new StagingRequest(draft);
    }

    /**
     * Tests the staging system, after those tests that were named before. Where one fails, the database that staging
     * had before is put back.
     *
     * @param test for example a command in a container
     * @return a changed copy
     */
    public StagingRequest test(Probe test) {
        Draft draft = draft();
        draft.tests.add(Objects.requireNonNull(test, "test"));
        return new StagingRequest(draft);
    }

    /**
     * What is backed up.
     *
     * @return a project's name
     */
    public String production() {
        return production;
    }

    /**
     * What is replaced.
     *
     * @return a project's name
     */
    public String staging() {
        return staging;
    }

    /**
     * Where the backup goes.
     *
     * @return empty for the first repository
     */
    public Optional<String> repository() {
        return Optional.ofNullable(repository);
    }

    /**
     * How old the backup may be.
     *
     * @return zero for a new one
     */
    public Duration backupAge() {
        return backupAge;
    }

    /**
     * How it is restored.
     *
     * @return what is said to the restore
     */
    public UnaryOperator<RestoreRequest> restoring() {
        return restoring;
    }

    /**
     * How it is migrated.
     *
     * @return in their order
     */
    public List<Migration> migrations() {
        return migrations;
    }

    /**
     * How long each migration may take.
     *
     * @return more than zero
     */
    public Duration migrationLimit() {
        return migrationLimit;
    }

    /**
     * What must pass.
     *
     * @return in their order
     */
    public List<Probe> tests() {
        return tests;
    }

    private Draft draft() {
        Draft draft = new Draft(production, staging);
        draft.repository = repository;
        draft.backupAge = backupAge;
        draft.restoring = restoring;
        draft.migrations.addAll(migrations);
        draft.migrationLimit = migrationLimit;
        draft.tests.addAll(tests);
        return draft;
    }

    /** A request that is being changed; only this class sees one. */
    private static final class Draft {
        private final String production;
        private final String staging;
        private final List<Migration> migrations = new ArrayList<>();
        private final List<Probe> tests = new ArrayList<>();
        private @Nullable String repository;
        private Duration backupAge = Duration.ZERO;
        private UnaryOperator<RestoreRequest> restoring = UnaryOperator.identity();
        private Duration migrationLimit = Duration.ofHours(1);

        private Draft(String production, String staging) {
            this.production = production;
            this.staging = staging;
        }
    }
}
