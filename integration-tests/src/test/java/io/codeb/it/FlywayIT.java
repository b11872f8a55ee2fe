package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.deploy.FlywayMigration;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.Migration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.model.Secret;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The real Flyway, of its own distribution. */
class FlywayIT extends MigratorContract {
    @Override
    void prepare() {
        // A directory of files is all that it wants.
    }

    @Override
    void migration(int number, String name, String statements) throws IOException {
        put("sql/V" + number + "__" + name + ".sql", statements);
    }

    @Override
    String named(int number, String name) {
        return number + " " + name;
    }

    @Override
    Migration migrator(String database) {
        String home = PostgresServer.environment("CODEB_TEST_FLYWAY");
        return FlywayMigration.of(java(
                        directory,
                        home + "/*:" + home + "/flyway/*",
                        "org.flywaydb.commandline.Main",
                        "-locations=filesystem:sql",
                        "-mixed=true",
                        "-postgresql.transactional.lock=false")
                .environment("FLYWAY_URL", "jdbc:postgresql://" + HostPostgres.HOST + ":" + port() + "/" + database)
                .environment("FLYWAY_USER", HostPostgres.USER)
                .secret("FLYWAY_PASSWORD", Secret.of(HostPostgres.PASSWORD)));
    }

    @Override
    String otherDatabase() {
        return "flyway works on database other";
    }

    /** As a deployment without a guard leaves it: what no transaction can have, Flyway cannot take back. */
    @Test
    void oneThatHasFailedBeforeIsExplainedAndNothingIsDone() throws IOException {
        deployed();
        migration(2, "half", "CREATE INDEX CONCURRENTLY half ON users (id);\n" + HALF);
        sql(
                "app",
                "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, installed_by,"
                        + " execution_time, success) VALUES (2, '2', 'half', 'SQL', 'V2__half.sql', 'app', 1, false)");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("2 half").hasMessageContaining("failed in an earlier deployment");
        assertThat(failure.hint()).contains("flyway repair");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(failure.report().migrations().get(0).before())
                .isEqualTo(MigrationStatus.of(List.of("1 users"), List.of("2 half")));
    }

    @Test
    void oneWithoutATransactionIsRolledBackByTheGuard() throws IOException {
        deployed();
        String before = content("app");
        migration(2, "half", "CREATE INDEX CONCURRENTLY half_id ON users (id);\n" + HALF);

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("nowhere");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(failure.report().migrations().get(0).after().pending()).containsExactly("2 half");
        assertThat(content("app")).isEqualTo(before);
    }

    @Test
    void oneThatWasChangedSinceItWasAppliedIsRefused() throws IOException {
        deployed();
        migration(1, "users", "CREATE TABLE users (id bigint);\n");
        migration(2, "more", "CREATE TABLE more (n int);\n");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("checksum");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
    }

    @Test
    void aDatabaseThatFlywayDoesNotKnowIsLeftAlone() {
        sql("app", "CREATE TABLE there (n int)");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("non-empty schema");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
    }

    @Test
    void repeatableMigrationsAreToldToo() throws IOException {
        put("sql/R__view.sql", "CREATE OR REPLACE VIEW few AS SELECT * FROM users LIMIT 3;\n");
        assertThat(deployed().migrations().get(0).after().applied()).containsExactly("1 users", "repeatable view");

        put("sql/R__view.sql", "CREATE OR REPLACE VIEW few AS SELECT * FROM users LIMIT 2;\n");
        assertThat(deployed().migrations().get(0).before().pending()).containsExactly("repeatable view");
    }
}
