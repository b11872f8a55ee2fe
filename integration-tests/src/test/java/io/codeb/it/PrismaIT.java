package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.GuardFailedException;
import io.codeb.deploy.GuardReport.Outcome;
import io.codeb.deploy.Migration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.deploy.PrismaMigration;
import io.codeb.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The real Prisma, of npm, with its engine of WebAssembly. What it says of a failure is in {@link PipelineIT}. */
class PrismaIT extends MigratorContract {
    @Override
    void prepare() throws IOException {
        Files.createSymbolicLink(
                directory.resolve("node_modules"),
                Path.of(PostgresServer.environment("CODEB_TEST_PRISMA"), "node_modules"));
        put("prisma.config.mjs", resource("prisma.config.mjs"));
        put("prisma/schema.prisma", resource("schema.prisma"));
        put("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
    }

    static String resource(String name) throws IOException {
        try (InputStream in = PrismaIT.class.getResourceAsStream("prisma/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    void migration(int number, String name, String statements) throws IOException {
        put("prisma/migrations/" + named(number, name) + "/migration.sql", statements);
    }

    @Override
    String named(int number, String name) {
        return number + "_" + name;
    }

    @Override
    Migration migrator(String database) {
        String password =
                URLEncoder.encode(HostPostgres.PASSWORD, StandardCharsets.UTF_8).replace("+", "%20");
        return PrismaMigration.of(DeployCommand.onHost(
                        "sh",
                        "-c",
                        "cd \"$0\" && exec node node_modules/prisma/build/index.js \"$@\"",
                        directory.toString())
                .secret(
                        "DATABASE_URL",
                        Secret.of("postgresql://" + HostPostgres.USER + ":" + password + "@" + HostPostgres.HOST + ":"
                                + port() + "/" + database))
                .environment("CHECKPOINT_DISABLE", "1")
                .environment("PRISMA_QUERY_ENGINE_LIBRARY", "/bin/true")
                .environment("PRISMA_SCHEMA_ENGINE_BINARY", "/bin/true"));
    }

    @Override
    String otherDatabase() {
        return "prisma works on database other";
    }

    /** As a deployment without a guard leaves it. */
    @Test
    void oneThatHasFailedBeforeIsExplainedAndNothingIsDone() throws IOException {
        deployed();
        migration(2, "half", HALF);
        sql(
                "app",
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)"
                        + " VALUES ('2', 'none', '2_half', 'because')");

        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("P3009").hasMessageContaining("2_half");
        assertThat(failure.hint()).contains("prisma migrate resolve");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
        assertThat(failure.report().migrations().get(0).before())
                .isEqualTo(MigrationStatus.of(List.of("1_users"), List.of("2_half")));
    }

    @Test
    void aDatabaseThatPrismaDoesNotKnowIsExplained() {
        sql("app", "CREATE TABLE there (n int)");
        GuardFailedException failure = failure();
        assertThat(failure).hasMessageContaining("P3005");
        assertThat(failure.hint()).contains("baseline");
        assertThat(failure.report().outcome()).isEqualTo(Outcome.UNTOUCHED);
    }
}
