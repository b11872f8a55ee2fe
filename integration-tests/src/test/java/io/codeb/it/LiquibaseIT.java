package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.LiquibaseMigration;
import io.codeb.deploy.Migration;
import io.codeb.model.Secret;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The real Liquibase. */
class LiquibaseIT extends MigratorContract {
    private final Map<Integer, String> changesets = new TreeMap<>();

    @Override
    void prepare() {
        // One file, which the first migration makes.
    }

    @Override
    void migration(int number, String name, String statements) throws IOException {
        changesets.put(number, "--changeset shop:" + name + "\n" + statements);
        put(
                "changelog.sql",
                changesets.values().stream().collect(Collectors.joining("\n", "--liquibase formatted sql\n\n", "")));
    }

    @Override
    String named(int number, String name) {
        return "changelog.sql::" + name + "::shop";
    }

    @Override
    Migration migrator(String database) {
        return LiquibaseMigration.of(java(
                        directory,
                        PostgresServer.environment("CODEB_TEST_LIQUIBASE") + "/*",
                        "liquibase.integration.commandline.LiquibaseCommandLine")
                .environment(
                        "LIQUIBASE_COMMAND_URL",
                        "jdbc:postgresql://" + HostPostgres.HOST + ":" + port() + "/" + database + "?connectTimeout=10")
                .environment("LIQUIBASE_COMMAND_CHANGELOG_FILE", "changelog.sql")
                .environment("LIQUIBASE_COMMAND_USERNAME", HostPostgres.USER)
                .environment("LIQUIBASE_ANALYTICS_ENABLED", "false")
                .secret("LIQUIBASE_COMMAND_PASSWORD", Secret.of(HostPostgres.PASSWORD)));
    }

    @Override
    String otherDatabase() {
        return "liquibase works on database other";
    }

    @Test
    void aLockThatAKilledOneHasLeftIsToldAndNotWaitedFor() throws IOException {
        deployed();
        migration(2, "more", "CREATE TABLE more (n int);\n");
        sql("app", "UPDATE databasechangeloglock SET locked = true, lockedby = 'a host', lockgranted = now()");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("lock").hasMessageContaining("a host");
        assertThat(failure.hint()).contains("release-locks");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);

        sql("app", "UPDATE databasechangeloglock SET locked = false, lockedby = NULL, lockgranted = NULL");
        assertThat(deployed().migrations().get(0).after().head()).contains("changelog.sql::more::shop");
    }

    @Test
    void oneThatWasChangedSinceItWasAppliedIsRefused() throws IOException {
        deployed();
        String before = content("app");
        migration(1, "users", "CREATE TABLE users (id bigint);\n");
        migration(2, "more", "CREATE TABLE more (n int);\n");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("Validation Failed");
        assertThat(content("app")).isEqualTo(before);
    }
}
