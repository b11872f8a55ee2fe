package io.codeb.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.codeb.model.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The migrations of an application that uses Flyway, by its own command line: {@code flyway migrate}. Immutable and
 * thread-safe.
 *
 * <p>What is pending is what {@code flyway info} says, and what is applied stands in Flyway's table in the database
 * that is guarded; so a Flyway that is connected to another database is found out. A migration that has failed before,
 * which only those can be that Flyway runs without a transaction, is refused before anything is done.
 */
@CheckReturnValue
public final class FlywayMigration implements Migration {
    private static final String DEFAULT_TABLE = "flyway_schema_history";
    private static final String AS_JSON = "-outputType=json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What Flyway finds before it changes anything (its {@code CoreErrorCode}). */
    private static final Set<String> BEFORE_ANY_CHANGE =
            Set.of("VALIDATE_ERROR", "NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE");

    private static final String NAMED = "coalesce(version, 'repeatable') || ' ' || description";
    private static final String SUCCESSFUL = "WHERE success ORDER BY installed_rank";

    private final DeployCommand flyway;
    private final String table;

    private FlywayMigration(DeployCommand flyway, String table) {
        this.flyway = flyway;
        this.table = table;
    }

    /**
     * Migrates by Flyway, 10 or newer.
     *
     * @param flyway how it is called, without the words behind its name, for example
     *     {@code DeployCommand.in("app", "flyway")}; it finds migrations and connection as the application does, by
     *     its configuration or by {@code FLYWAY_…} in its environment
     * @return the migration
     */
    public static FlywayMigration of(DeployCommand flyway) {
        return new FlywayMigration(Objects.requireNonNull(flyway, "flyway"), DEFAULT_TABLE);
    }

    /**
     * Names the table in which Flyway notes what it has applied, where that is not {@code flyway_schema_history}.
     *
     * @param name without a schema
     * @return a changed copy
     */
    public FlywayMigration table(String name) {
        return new FlywayMigration(flyway, Objects.requireNonNull(name, "name"));
    }

    @Override
    public String name() {
        return "flyway by " + flyway;
    }

    /** With {@code FLYWAY_URL}, {@code FLYWAY_USER} and {@code FLYWAY_PASSWORD}. */
    @Override
    public FlywayMigration rehearsedOn(RehearsalStage stage) {
        DeployCommand there = stage.command(flyway)
                .with(
                        Map.of("FLYWAY_URL", stage.jdbcUrl(), "FLYWAY_USER", stage.user()),
                        Map.of("FLYWAY_PASSWORD", stage.password()));
        return new FlywayMigration(there, table);
    }

    @Override
    public Set<String> bookkeeping() {
        return Set.of(table);
    }

    /** One that has failed is pending still. */
    @Override
    public MigrationStatus status(DeployTarget target) {
        DeployCommand.Ended ended = flyway.plus(AS_JSON, "info").run(target);
        JsonNode answer = answer("info", ended);
        if (ended.status() != 0 || !answer.path("migrations").isArray()) {
            throw DeployException.ofMigration(
                            "flyway info ended with status " + ended.status() + ": " + why(answer, ended), "")
                    .beforeAnyChange();
        }
        target.requireDatabase("flyway", answer.path("database").asText(""), "FLYWAY_URL");
        List<String> failed = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        for (JsonNode migration : answer.path("migrations")) {
            String state = migration.path("state").asText("");
            String named = named(
                    migration.path("version").asText(""),
                    migration.path("description").asText(""));
            if (state.startsWith("Failed")) {
                failed.add(named);
            } else if (state.equals("Pending")) {
                pending.add(named);
            }
        }
        failed.addAll(pending);
        return MigrationStatus.of(noted(target).stream().distinct().toList(), failed);
    }

    private static String named(String version, String description) {
        return (version.isEmpty() ? "repeatable" : version) + " " + description;
    }

    /** A repeatable one is there as often as it was applied. */
    private List<String> noted(DeployTarget target) {
        return MigrationTable.of(target, table).texts(NAMED, SUCCESSFUL);
    }

    private List<String> failed(DeployTarget target) {
        return new ArrayList<>(
                MigrationTable.of(target, table).texts(NAMED, "WHERE NOT success ORDER BY installed_rank"));
    }

    @Override
    public Optional<List<String>> applied(DeployTarget target) {
        return Optional.of(noted(target).stream().distinct().toList());
    }

    @Override
    public Map<String, Duration> durations(DeployTarget target) {
        return MigrationTable.of(target, table).durations(NAMED, "execution_time", SUCCESSFUL);
    }

    @Override
    public void apply(DeployTarget target, MigrationStatus before) {
        List<String> failed = failed(target);
        failed.retainAll(before.pending());
        if (!failed.isEmpty()) {
            throw DeployException.ofMigration(
                            "migration " + failed.get(0) + " has failed in an earlier deployment, and flyway"
                                    + " applies nothing until that is resolved",
                            "find out how much of it is in the database, mend that, then tell flyway by flyway repair")
                    .beforeAnyChange();
        }
        int known = noted(target).size();
        DeployCommand.Ended ended = flyway.plus(AS_JSON, "migrate").run(target);
        JsonNode answer = answer("migrate", ended);
        if (ended.status() != 0 || !answer.path("success").asBoolean()) {
            DeployException failure = DeployException.ofMigration(
                    "flyway migrate ended with status " + ended.status() + ": " + why(answer, ended),
                    "correct the migration and deploy again");
            boolean untouched = BEFORE_ANY_CHANGE.contains(
                    answer.path("error").path("errorCode").asText(""));
            throw untouched ? failure.beforeAnyChange() : failure;
        }
        if (!noted(target).stream().skip(known).toList().containsAll(before.pending())) {
            throw DeployException.ofMigration(
                    "flyway says that it has applied " + before.pending() + ", and database "
                            + target.project().database() + " does not have them",
                    "check that its connection, mostly FLYWAY_URL, names the project's server, and the name of its"
                            + " table");
        }
    }

    /** Other things can be said before it, of the JVM for example. */
    private static JsonNode answer(String word, DeployCommand.Ended ended) {
        int begin = ended.stdout().indexOf('{');
        try {
            JsonNode answer = begin < 0 ? null : JSON.readTree(ended.stdout().substring(begin));
            if (answer != null && answer.isObject()) {
                return answer;
            }
        } catch (JsonProcessingException e) {
            // What it says instead is told.
        }
        throw DeployException.ofMigration(
                "flyway " + word + " ended with status " + ended.status() + ", and what it says is not understood: "
                        + ended.said(),
                "flyway 10 or newer is needed, and says no more than a mebibyte");
    }

    private static String why(JsonNode answer, DeployCommand.Ended ended) {
        String message = answer.path("error").path("message").asText("");
        return message.isEmpty() ? ended.said() : DeployCommand.firstLines(message);
    }

    @Override
    public void endRun(DeployTarget target) {
        flyway.endRun(target);
    }
}
