package io.codeb.config;

import io.codeb.RestoreRequest;
import io.codeb.spi.runtime.RuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of production's data in the database of a project that gets them, as a configuration has it.
 * codeb-deploy makes a request of it.
 *
 * @param masking files with a statement in SQL each, in their order, which run before anybody sees the data
 * @param roles of production, each with the one that stands in for it
 * @param backupWithin how old the backup may be that the data are of; empty for a new one
 * @param keep how long the database is kept that they replace, up to {@link RestoreRequest#KEPT_AT_MOST}; empty for
 *     the usual time
 * @param tests what must pass, or the database that was replaced is put back
 * @param testLimit how long each test may take; empty for the usual time
 */
public record ConfiguredStaging(
        List<Path> masking,
        Map<String, String> roles,
        Optional<Duration> backupWithin,
        Optional<Duration> keep,
        List<Test> tests,
        Optional<Duration> testLimit) {
    /** Production's data as they are, and no tests. */
    public static final ConfiguredStaging NOTHING =
            new ConfiguredStaging(List.of(), Map.of(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    /**
     * Copies the lists and the map.
     *
     * @throws IllegalArgumentException when no database is kept for such a time
     */
    public ConfiguredStaging {
        masking = List.copyOf(masking);
        roles = Map.copyOf(roles);
        Objects.requireNonNull(backupWithin, "backupWithin");
        if (keep.isPresent() && (keep.get().isNegative() || keep.get().compareTo(RestoreRequest.KEPT_AT_MOST) > 0)) {
            throw new IllegalArgumentException("must be from 0s to " + RestoreRequest.KEPT_AT_MOST.toDays() + "d");
        }
        tests = List.copyOf(tests);
        Objects.requireNonNull(testLimit, "testLimit");
    }

    /** What must pass. */
    public sealed interface Test {
        /**
         * A statement whose first value must be true.
         *
         * @param statement in SQL, of one that only reads
         */
        record Sql(String statement) implements Test {
            /** Takes no null. */
            public Sql {
                Objects.requireNonNull(statement, "statement");
            }
        }

        /**
         * A command that must end with status 0.
         *
         * @param script for a shell, {@code sh -c}; no secrets in it
         * @param container where it runs; empty for this host
         * @param runtime of the container; empty for what the project's application is deployed on, or else for the
         *     runtime of its database
         */
        record Command(String script, Optional<String> container, Optional<RuntimeConfig> runtime) implements Test {
            /** Takes no null. */
            public Command {
                Objects.requireNonNull(script, "script");
                Objects.requireNonNull(container, "container");
                Objects.requireNonNull(runtime, "runtime");
            }
        }
    }
}
