package io.codeb.deploy;

import io.codeb.model.CheckReturnValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The migrations of an application that uses Liquibase, by its own command line: {@code liquibase update}. Immutable
 * and thread-safe.
 *
 * <p>What is pending is what {@code liquibase status} says, and what is applied stands in Liquibase's table in the
 * database that is guarded; so a Liquibase that is connected to another database is found out. Each changeset is a
 * transaction of its own: where one fails, those before it are applied, and a guard rolls them back. A Liquibase that
 * was killed leaves its lock in the database, for which the next one waits; it is told before anything is done, and a
 * roll-back takes it away.
 */
@CheckReturnValue
public final class LiquibaseMigration implements Migration {
    private static final String TABLE = "databasechangelog";
    private static final String LOCK_TABLE = "databasechangeloglock";
    private static final Pattern COUNT =
            Pattern.compile("(?m)^(\\d{1,9}) change ?sets? ha(?:s|ve) not been applied to .*?jdbc:(\\S+)");
    private static final Pattern UP_TO_DATE = Pattern.compile("(?m)^\\S*jdbc:(\\S+) is up to date");
    private static final Pattern CHANGESET = Pattern.compile("(?m)^\\s+(\\S.*::.*::.*?)\\s*$");
    private static final Pattern DATABASE = Pattern.compile("postgresql:(?://[^/]*/)?([^?/]+)");

    private final DeployCommand liquibase;

    private LiquibaseMigration(DeployCommand liquibase) {
        this.liquibase = liquibase;
    }

    /**
     * Migrates by Liquibase, 4 or newer.
     *
     * @param liquibase how it is called, without the words behind its name, for example
     *     {@code DeployCommand.in("app", "liquibase")}; it finds changelog and connection as the application does, by
     *     its properties or by {@code LIQUIBASE_COMMAND_…} in its environment
     * @return the migration
     */
    public static LiquibaseMigration of(DeployCommand liquibase) {
        return new LiquibaseMigration(Objects.requireNonNull(liquibase, "liquibase"));
    }

    @Override
    public String name() {
        return "liquibase by " + liquibase;
    }

    /** With {@code LIQUIBASE_COMMAND_URL}, {@code …_USERNAME} and {@code …_PASSWORD}. */
    @Override
    public LiquibaseMigration rehearsedOn(RehearsalStage stage) {
        return of(stage.command(liquibase)
                .with(
                        Map.of("LIQUIBASE_COMMAND_URL", stage.jdbcUrl(), "LIQUIBASE_COMMAND_USERNAME", stage.user()),
                        Map.of("LIQUIBASE_COMMAND_PASSWORD", stage.password())));
    }

    @Override
    public Set<String> bookkeeping() {
        return Set.of(TABLE, LOCK_TABLE);
    }

    @Override
    public MigrationStatus status(DeployTarget target) {
        return MigrationStatus.of(noted(target), pending(target));
    }

    @Override
    public Optional<List<String>> applied(DeployTarget target) {
        return Optional.of(noted(target));
    }

    private List<String> pending(DeployTarget target) {
        requireNotLocked(target);
        DeployCommand.Ended ended = liquibase.plus("status", "--verbose").run(target);
        Matcher count = COUNT.matcher(ended.stdout());
        Matcher upToDate = UP_TO_DATE.matcher(ended.stdout());
        if (ended.status() == 0 && count.find()) {
            requireSameDatabase(target, count.group(2));
            List<String> pending = CHANGESET
                    .matcher(ended.stdout().substring(count.end()))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            if (pending.size() == Integer.parseInt(count.group(1))) {
                return pending;
            }
        } else if (ended.status() == 0 && upToDate.find()) {
            requireSameDatabase(target, upToDate.group(1));
            return List.of();
        }
        throw DeployException.ofMigration(
                        "liquibase status ended with status " + ended.status() + ": " + ended.said(), "")
                .beforeAnyChange();
    }

    private static void requireSameDatabase(DeployTarget target, String url) {
        Matcher database = DATABASE.matcher(url);
        if (database.lookingAt()) {
            target.requireDatabase("liquibase", database.group(1), "LIQUIBASE_COMMAND_URL");
        }
    }

    private static void requireNotLocked(DeployTarget target) {
        List<String> holders = MigrationTable.of(target, LOCK_TABLE)
                .texts(
                        "coalesce(lockedby, 'nobody knows') || ' since ' || coalesce(lockgranted::text, 'some time')",
                        "WHERE locked");
        if (!holders.isEmpty()) {
            throw DeployException.ofMigration(
                            "liquibase's lock is held in the database: by " + holders.get(0),
                            "if no liquibase runs there, it was killed: tell it by liquibase release-locks")
                    .beforeAnyChange();
        }
    }

    private static List<String> noted(DeployTarget target) {
        return MigrationTable.of(target, TABLE)
                .texts("filename || '::' || id || '::' || author", "ORDER BY orderexecuted, dateexecuted");
    }

    @Override
    public void apply(DeployTarget target, MigrationStatus before) {
        DeployCommand.Ended ended = liquibase.plus("update").run(target);
        if (ended.status() != 0) {
            throw DeployException.ofMigration(
                    "liquibase update ended with status " + ended.status() + ", and what came before what has failed"
                            + " may be applied: " + ended.said(),
                    "correct the changeset and deploy again");
        }
        if (!noted(target).containsAll(before.pending())) {
            throw DeployException.ofMigration(
                    "liquibase says that it has applied " + before.pending() + ", and database "
                            + target.project().database() + " does not have them",
                    "check that its connection, mostly LIQUIBASE_COMMAND_URL, names the project's server");
        }
    }

    @Override
    public void endRun(DeployTarget target) {
        liquibase.endRun(target);
    }
}
