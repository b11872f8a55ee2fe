package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.deploy.BuiltImage;
import io.codeb.deploy.DeployCommand;
import io.codeb.deploy.FlywayMigration;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.ImageBuilder;
import io.codeb.deploy.ImageRequest;
import io.codeb.deploy.LiquibaseMigration;
import io.codeb.deploy.MigrationStatus;
import io.codeb.deploy.PrismaMigration;
import io.codeb.deploy.Rehearsal;
import io.codeb.deploy.RehearsalReport;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.deploy.RehearsedMigration;
import io.codeb.deploy.RehearsedTable;
import io.codeb.deploy.RehearsedVersion;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real Prisma, Flyway and Liquibase, in an image of an application, on a copy of its database. */
@Timeout(600)
class RehearsedToolsIT {
    private static final String PROJECT = "rehearsed-" + ChildJvm.RUN;
    private static final String[] PRISMA = {"node", "node_modules/prisma/build/index.js"};
    private static final String[] FLYWAY = {
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        "/opt/flyway/*:/opt/flyway/flyway/*",
        "org.flywaydb.commandline.Main",
        "-locations=filesystem:sql",
        "-baselineOnMigrate=true",
        "-baselineVersion=0"
    };
    private static final String[] LIQUIBASE = {
        "java",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        "/opt/liquibase/*",
        "liquibase.integration.commandline.LiquibaseCommandLine"
    };

    @TempDir
    Path directory;

    private final PostgresServer server = PostgresServer.shared(15);
    private final String database = server.project().database();
    private final String name = "localhost/codeb-it:" + UUID.randomUUID();
    private CodeB codeb;

    @BeforeEach
    void open() {
        server.createDatabase(database);
        codeb = CodeB.builder()
                .repository(BackupRepository.at(directory.resolve("repository")))
                .project(server.project(PROJECT, database))
                .build();
    }

    @AfterEach
    void nothingIsLeft() {
        var manager = codeb.runtime(PostgresServer.runtime()).manager().orElseThrow();
        assertThat(manager.find(Map.of("io.codeb.kind", "drill", "io.codeb.project", PROJECT)))
                .isEmpty();
        manager.removeImage(name);
        codeb.close();
        server.sql("postgres", "DROP DATABASE \"" + database + "\"");
    }

    private void put(String path, String content) throws IOException {
        Path file = directory.resolve("work").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String image() throws Exception {
        put(
                "Containerfile",
                "FROM " + DeployedApplication.IMAGES + "/migrators:1\nCOPY . /app\nRUN ln -s /opt/node_modules\n");
        put("prisma.config.mjs", PrismaIT.resource("prisma.config.mjs"));
        put("prisma/schema.prisma", PrismaIT.resource("schema.prisma"));
        put("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        try (Git git = Git.init()
                .setDirectory(directory.resolve("work").toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            PersonIdent somebody = new PersonIdent("Somebody", "somebody@example.org");
            git.commit()
                    .setMessage("Migrate")
                    .setAuthor(somebody)
                    .setCommitter(somebody)
                    .setSign(false)
                    .call();
        }
        BuiltImage built = ImageBuilder.of(codeb)
                .build(
                        ImageRequest.of(PROJECT, GitSource.at(directory.resolve("work")))
                                .named(name)
                                .on(PostgresServer.runtime()),
                        new Cancellation());
        return built.name();
    }

    /** What is rehearsed in an image need not run anywhere else. */
    private static DeployCommand in(String image, String... words) {
        return DeployCommand.onHost(words).rehearsedFrom(image);
    }

    private static Duration took(RehearsedMigration migration, String version) {
        return migration.versions().stream()
                .filter(each -> each.version().equals(version))
                .map(RehearsedVersion::duration)
                .findFirst()
                .orElseThrow(() -> new AssertionError(version + " is not in " + migration));
    }

    @Test
    void eachToolTellsWhatItWouldDoAndHowLongEachOfItsMigrationsTakes() throws Exception {
        server.sql(
                database,
                "CREATE TABLE users (id int PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 10);"
                        + " CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,"
                        + " finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,"
                        + " rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),"
                        + " applied_steps_count int NOT NULL DEFAULT 0);"
                        + " INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)"
                        + " VALUES ('1', 'none', now(), '1_users')");
        put("prisma/migrations/1_users/migration.sql", "CREATE TABLE users (id int PRIMARY KEY);\n");
        put(
                "prisma/migrations/2_mail/migration.sql",
                "ALTER TABLE users ADD mail text;\nDELETE FROM users WHERE id > 7;\n");
        put("prisma/migrations/3_slow/migration.sql", "SELECT pg_sleep(1);\n");
        put("sql/V1__slow.sql", "CREATE TABLE orders (n int);\nSELECT pg_sleep(1);\n");
        put("sql/V2__quick.sql", "CREATE TABLE parts (n int);\n");
        put("changelog.sql", "--liquibase formatted sql\n\n--changeset shop:stock\nCREATE TABLE stock (n int);\n");
        String image = image();

        RehearsalReport report = Rehearsal.of(codeb)
                .run(RehearsalRequest.of(PROJECT)
                        .migrate(PrismaMigration.of(in(image, PRISMA)))
                        .migrate(FlywayMigration.of(in(image, FLYWAY)))
                        .migrate(LiquibaseMigration.of(
                                in(image, LIQUIBASE).environment("LIQUIBASE_COMMAND_CHANGELOG_FILE", "changelog.sql")))
                        .losingAtMost(2));

        assertThat(report.migrations()).hasSize(3).allMatch(each -> each.failure()
                .isEmpty());
        RehearsedMigration prisma = report.migrations().get(0);
        assertThat(prisma.report().after().applied()).containsExactly("1_users", "2_mail", "3_slow");
        assertThat(prisma.versions()).extracting(RehearsedVersion::version).containsExactly("2_mail", "3_slow");
        assertThat(took(prisma, "3_slow")).isBetween(Duration.ofSeconds(1), prisma.duration());
        assertThat(took(prisma, "2_mail")).isLessThan(took(prisma, "3_slow"));
        RehearsedMigration flyway = report.migrations().get(1);
        assertThat(flyway.report().after().applied()).contains("1 slow", "2 quick");
        assertThat(took(flyway, "1 slow")).isBetween(Duration.ofSeconds(1), flyway.duration());
        assertThat(took(flyway, "2 quick")).isLessThan(took(flyway, "1 slow"));
        RehearsedMigration liquibase = report.migrations().get(2);
        assertThat(liquibase.report().after().applied()).containsExactly("changelog.sql::stock::shop");
        assertThat(liquibase.report().after().pending()).isEmpty();
        assertThat(liquibase.versions()).isEmpty();

        RehearsedTable users = report.tables().stream()
                .filter(each -> each.table().equals(new TableName("public", "users")))
                .findFirst()
                .orElseThrow();
        assertThat(users.rowsLost()).isEqualTo(3);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.ROWS_MISSING);
            assertThat(failure.message()).contains("public.users 3");
        });
        assertThat(server.sql(database, "SELECT count(*) FROM users")).isEqualTo("10");
        assertThat(server.sql(database, "SELECT to_regclass('orders') IS NULL")).isEqualTo("t");
        assertThat(report.migrations().get(0).report().before())
                .isEqualTo(MigrationStatus.of(List.of("1_users"), List.of("2_mail", "3_slow")));
    }
}
