package io.codeb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import io.codeb.alert.AlertDelivery;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.config.ConfiguredDeployment.ConfiguredMigration;
import io.codeb.config.ConfiguredDeployment.ConfiguredMigration.Tool;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.model.Secret;
import io.codeb.retention.RetentionPolicy;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final String REPOSITORY = "\"repositories\": {\"main\": {\"at\": \"local:/var/backups\"}}";

    @TempDir
    Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("codeb.json"), text);
    }

    private Configuration read(String text) throws IOException {
        return Configuration.read(file(text));
    }

    private List<String> problems(String text) throws IOException {
        return Configuration.check(file(text)).stream()
                .map(ConfigurationProblem::toString)
                .toList();
    }

    private Project project(String database) throws IOException {
        return read("{" + REPOSITORY + ", \"projects\": {\"shop\": {\"database\": " + database + "}}}")
                .project("shop")
                .orElseThrow()
                .project();
    }

    private List<String> databaseProblems(String database) throws IOException {
        return problems("{" + REPOSITORY + ",\n\"projects\": {\"shop\": {\"database\": " + database + "}}}");
    }

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/config.schema.json")));
    }

    // What it says

    @Test
    void aProjectInheritsFromItsTemplateWhatItDoesNotSayItself() throws IOException {
        ConfiguredProject shop = read("""
                {
                  "templates": {"nextjs": {"database": {
                    "backupOnDeploy": true, "restoreOnDeploy": false, "backupSchedule": "0 3 * * *",
                    "backupRetention": 30, "backupLocation": "/backups/postgresql/"}}},
                  "projects": {"shop": {"template": "nextjs", "database": {
                    "container": "shop-db", "name": "app", "user": "app", "password": {"env": "SHOP_PW"},
                    "backupRetention": 7, "timeZone": "Asia/Seoul"}}}
                }
                """).project("shop").orElseThrow();

        assertThat(shop.project().container()).contains("shop-db");
        assertThat(shop.project().database()).isEqualTo("app");
        assertThat(shop.project().password().map(Secret::toString)).contains("Secret[env:SHOP_PW]");
        assertThat(shop.backupOnDeploy()).isTrue();
        assertThat(shop.restoreOnDeploy()).isFalse();
        assertThat(shop.backupSchedule()).contains("0 3 * * *");
        assertThat(shop.jobs())
                .hasToString("[shop/backup at 0 3 * * * in Asia/Seoul, shop/prune at 0 3 * * * in Asia/Seoul]");
        assertThat(shop.project().retention())
                .contains(RetentionPolicy.keep().days(7).in(ZoneId.of("Asia/Seoul")));
        assertThat(shop.timeZone()).contains(ZoneId.of("Asia/Seoul"));
        assertThat(shop.repository()).isEqualTo("backups-postgresql");
        assertThat(shop.backupRequest().repository()).contains("backups-postgresql");
    }

    @Test
    void whatIsDoneAgainAndAgainIsSaidByLinesOfCron() throws IOException {
        ConfiguredProject shop = read("""
                {
                  "repositories": {"main": {"at": "local:/b"}, "offsite": {"at": "local:/c", "retention": 30}},
                  "projects": {"shop": {"database": {
                    "repository": "offsite", "timeZone": "Europe/Berlin", "backupSchedule": "0 3 * * *",
                    "drillSchedule": "0 5 * * sun", "pruneSchedule": "30 4 * * *", "scheduleJitter": "10m",
                    "scheduleTimeout": "2h", "scheduleRetry": "30m", "scheduleCatchUp": "12h"}}}
                }
                """).project("shop").orElseThrow();

        assertThat(shop.jobs())
                .extracting(ScheduledJob::name)
                .containsExactly("shop/backup", "shop/drill", "shop/prune");
        assertThat(shop.jobs()).allSatisfy(job -> {
            assertThat(job.repository()).contains("offsite");
            assertThat(job.line().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
            assertThat(job.jitter()).isEqualTo(Duration.ofMinutes(10));
            assertThat(job.timeout()).isEqualTo(Duration.ofHours(2));
            assertThat(job.retrying()).isEqualTo(Duration.ofMinutes(30));
            assertThat(job.catchingUp()).isEqualTo(Duration.ofHours(12));
        });
        assertThat(shop.jobs().get(0).backupRequest().orElseThrow().repository())
                .contains("offsite");
        assertThat(shop.jobs().get(2).retentionRequest().orElseThrow().repository())
                .contains("offsite");
    }

    @Test
    void wherePruningIsNotScheduledItFollowsTheBackupsIfTheProjectSaysWhatStays() throws IOException {
        Configuration configuration = read("""
                {
                  "repositories": {"main": {"at": "local:/b", "retention": 30}},
                  "projects": {
                    "own": {"database": {"backupSchedule": "0 3 * * *", "backupRetention": 7}},
                    "later": {"database": {"backupSchedule": "0 3 * * *", "backupRetention": 7,
                        "pruneSchedule": "0 9 * * *"}},
                    "never": {"database": {"backupRetention": 7}},
                    "others": {"database": {"backupSchedule": "0 3 * * *"}}}
                }
                """);

        assertThat(configuration.projects())
                .flatExtracting(ConfiguredProject::jobs)
                .extracting(job -> job.name() + " " + job.line().text())
                .containsExactly(
                        "own/backup 0 3 * * *",
                        "own/prune 0 3 * * *",
                        "later/backup 0 3 * * *",
                        "later/prune 0 9 * * *",
                        "others/backup 0 3 * * *");
    }

    @Test
    void whatStaysIsSaidInDaysOrAsAPolicy() throws IOException {
        Configuration configuration = read("""
                {
                  "repositories": {"main": {
                    "at": "local:/b", "retention": {"daily": 7, "weekly": 5, "monthly": 12, "yearly": 3}}},
                  "projects": {
                    "shop": {"database": {
                      "backupRetention": {"days": 30, "last": 3, "within": "500 GB", "onlyProven": true}}},
                    "blog": {}
                  }
                }
                """);

        assertThat(configuration.repositories().get(0).retention())
                .contains(RetentionPolicy.keep().daily(7).weekly(5).monthly(12).yearly(3));
        assertThat(configuration.project("shop").orElseThrow().project().retention())
                .contains(RetentionPolicy.keep()
                        .days(30)
                        .last(3)
                        .within(500_000_000_000L)
                        .countingOnlyProven());
        assertThat(configuration.project("blog").orElseThrow().project().retention())
                .isEmpty();
    }

    @Test
    void aLocationIsOneRepositoryHoweverManyNameIt() throws IOException {
        Configuration configuration = read("""
                {"projects": {
                  "shop": {"database": {"backupLocation": "/backups/postgresql/"}},
                  "blog": {"database": {"backupLocation": "/backups/postgresql"}}}}
                """);

        assertThat(configuration.repositories()).hasSize(1);
        assertThat(configuration.repositories().get(0).name()).isEqualTo("backups-postgresql");
        assertThat(configuration.repositories().get(0).location().toString()).startsWith("local:/backups/postgresql");
    }

    @Test
    void whoNamesARepositoryDoesNotInheritALocation() throws IOException {
        Configuration configuration = read("{" + REPOSITORY
                + ", \"templates\": {\"t\": {\"database\": {\"backupLocation\": \"/elsewhere\"}}},"
                + " \"projects\": {\"shop\": {\"template\": \"t\", \"database\": {\"repository\": \"main\"}}}}");

        assertThat(configuration.project("shop").orElseThrow().repository()).isEqualTo("main");
        assertThat(configuration.repositories())
                .extracting(BackupRepository::name)
                .containsExactly("main");
    }

    @Test
    void aRepositoryIsAllThatIsSaidOfIt() throws IOException {
        Configuration configuration = read("""
                {"repositories": {
                  "main": {"at": "s3://bucket/shop", "options": {"region": "eu-west-1", "attempts": 3},
                    "secrets": {"access-key": {"env": "KEY"}},
                    "compression": {"codec": "zstd", "options": {"level": 9}},
                    "encryptTo": ["age1x", "age1y"], "identity": {"file": "keys/identity"},
                    "signWith": {"file": "/keys/signing"}, "trusting": ["abc"], "mirroredTo": ["offsite"]},
                  "offsite": {"at": "/mnt/offsite", "compression": "none"}}}
                """);

        BackupRepository main = configuration.repositories().get(0);
        assertThat(main.storage().options())
                .containsEntry("region", "eu-west-1")
                .containsEntry("attempts", "3");
        assertThat(main.storage().secrets()).containsOnlyKeys("access-key");
        assertThat(main.codecs().get(0).options()).containsEntry("level", "9");
        assertThat(main.codecs().get(1).options()).containsEntry("recipients", "age1x age1y");
        assertThat(main.decoding().values().iterator().next().secrets().get("identity"))
                .hasToString("Secret[file:" + directory.resolve("keys/identity") + "]");
        assertThat(main.signing()).map(Secret::toString).contains("Secret[file:/keys/signing]");
        assertThat(main.trusted()).containsExactly("abc");
        assertThat(main.mirrors()).containsExactly("offsite");
        BackupRepository offsite = configuration.repositories().get(1);
        assertThat(offsite.location()).hasToString("local:/mnt/offsite");
        assertThat(offsite.codecs()).extracting("id").containsExactly("none");
    }

    @Test
    void aDatabaseIsAllThatIsSaidOfIt() throws IOException {
        Project shop = project("""
                {"container": "c", "runtime": {"id": "docker", "endpoint": "tcp://h:2376", "tls": "certs",
                   "callLimit": "10s"}, "drillRuntime": "podman", "host": "127.0.0.1", "port": 6432, "tools": "/opt/pg",
                 "idleLimit": "2h", "maxBackupAge": "1d", "bandwidth": "20 MB", "nice": true,
                 "lower": {"no-disk": "WARNING"},
                 "options": {"retries": 2}, "secrets": {"token": {"env": "T"}}}
                """);

        assertThat(shop.runtime().id()).isEqualTo("docker");
        assertThat(shop.runtime().tlsDirectory()).contains(directory.resolve("certs"));
        assertThat(shop.runtime().callLimit()).isEqualTo(Duration.ofSeconds(10));
        assertThat(shop.drillRuntime().orElseThrow().id()).isEqualTo("podman");
        assertThat(shop.host()).contains("127.0.0.1");
        assertThat(shop.port()).isEqualTo(6432);
        assertThat(shop.tools()).contains(Path.of("/opt/pg"));
        assertThat(shop.idleLimit()).isEqualTo(Duration.ofHours(2));
        assertThat(shop.maxBackupAge()).isEqualTo(Duration.ofDays(1));
        assertThat(shop.bandwidth()).isEqualTo(20_000_000);
        assertThat(shop.isNice()).isTrue();
        assertThat(shop.lowered()).containsEntry("no-disk", Finding.Severity.WARNING);
        assertThat(shop.engine().options()).containsEntry("retries", "2");
        assertThat(shop.engine().secrets()).containsOnlyKeys("token");
    }

    private static String deployed(String deployment) {
        return "{" + REPOSITORY + ",\n\"projects\": {\"shop\": {\"deployment\": " + deployment + "}}}";
    }

    private ConfiguredDeployment deployment(String deployment) throws IOException {
        return read(deployed(deployment))
                .project("shop")
                .orElseThrow()
                .deployment()
                .orElseThrow();
    }

    @Test
    void anApplicationIsAllThatIsSaidOfIt() throws IOException {
        ConfiguredDeployment shop = deployment("""
                {"port": 8080, "route": "route", "runtime": "docker", "containerfile": "ops/Containerfile",
                 "gitToken": {"env": "GIT"}, "gitKey": {"file": "/key"}, "gitKnownHosts": "hosts", "keepReleases": 5,
                 "git": "ssh://git@git.example.org:22/shop.git",
                 "buildSecrets": {"npm": {"env": "NPM"}}, "network": "shop",
                 "environment": {"LEVEL": 3}, "secrets": {"URL": {"env": "URL"}}, "memory": 512,
                 "health": "/health", "within": "2m", "drain": "0s", "migration": {"prisma": ["npx", "prisma"]}}
                """);

        assertThat(shop.port()).isEqualTo(8080);
        assertThat(shop.route()).isEqualTo(directory.resolve("route"));
        assertThat(shop.runtime().orElseThrow().id()).isEqualTo("docker");
        assertThat(shop.containerfile()).contains("ops/Containerfile");
        assertThat(shop.git()).contains("ssh://git@git.example.org:22/shop.git");
        assertThat(shop.gitToken()).isPresent();
        assertThat(shop.gitKey().orElseThrow().knownHosts()).isEqualTo(directory.resolve("hosts"));
        assertThat(shop.keep()).contains(5);
        assertThat(shop.buildSecrets()).containsOnlyKeys("npm");
        assertThat(shop.network()).contains("shop");
        assertThat(shop.environment()).containsEntry("LEVEL", "3");
        assertThat(shop.secrets()).containsOnlyKeys("URL");
        assertThat(shop.memory()).contains(512);
        assertThat(shop.health()).contains("/health");
        assertThat(shop.within()).contains(Duration.ofMinutes(2));
        assertThat(shop.drain()).contains(Duration.ZERO);
        assertThat(shop.migration()).isEqualTo(new Tool(Tool.Kind.PRISMA, List.of("npx", "prisma")));
    }

    @Test
    void aDatabaseIsBroughtToANewVersionInOneWay() throws IOException {
        String plain = "{\"port\": 1, \"route\": \"/r\"";
        assertThat(deployment(plain + "}").migration()).isEqualTo(new ConfiguredMigration.None());
        assertThat(deployment(plain + ", \"migration\": {\"sql\": \"m\"}}").migration())
                .isEqualTo(new ConfiguredMigration.Sql(directory.resolve("m")));
        assertThat(deployment(plain + ", \"migration\": {\"itself\": true}}").migration())
                .isEqualTo(new ConfiguredMigration.Itself());
        assertThat(deployment(plain + ", \"migration\": {\"command\": [\"x\"]}}")
                        .migration())
                .isEqualTo(new Tool(Tool.Kind.COMMAND, List.of("x")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"port": 80}                                                         | | needs 'port' and 'route'
            {"port": 0, "route": "/r"}                                           | .port | 1
            {"port": 80, "route": "/r", "keepReleases": 1}                       | .keepReleases | 2
            {"port": 80, "route": "/r", "gitKey": {"env": "K"}}                  | .gitKey | go together
            {"port": 80, "route": "/r", "gitKnownHosts": "h"}                    | .gitKnownHosts | go together
            {"port": 80, "route": "/r", "git": "https://me:hunter2@x.org/y"}     | .git | without a password
            {"port": 80, "route": "/r", "git": "ssh://me:hunter2@x.org/y"}       | .git | without a password
            {"port": 80, "route": "/r", "git": "work/shop"}                      | .git | absolute directory
            {"port": 80, "route": "/r", "health": "health"}                      | .health | begins with /
            {"port": 80, "route": "/r", "within": "0s"}                          | .within | more than zero
            {"port": 80, "route": "/r", "secrets": {"A": "hunter2"}}             | .secrets.A |
            {"port": 80, "route": "/r", "secrets": {"A B": {"env": "X"}}}        | .secrets |
            {"port": 80, "route": "/r", "migration": {"flyway": []}}             | .migration | needs the words
            {"port": 80, "route": "/r", "migration": {"sql": "a", "itself": true}} | .migration |
            """)
    void whatCannotBeDeployedIsToldAtItsKey(String deployment, String path, String message) throws IOException {
        assertThat(problems(deployed(deployment)))
                .singleElement()
                .asString()
                .startsWith("2:")
                .contains("$.projects.shop.deployment" + (path == null ? "" : path))
                .contains(message == null ? "" : message)
                .doesNotContain("hunter2");
    }

    private static String staged(String staging) {
        return "{" + REPOSITORY + ",\n\"projects\": {\"shop\": {\"staging\": " + staging + "}}}";
    }

    @Test
    void whatBecomesOfDataOnStagingIsAllThatIsSaidOfIt() throws IOException {
        ConfiguredStaging staging =
                read(staged("""
                        {"masking": ["masking.sql", "/more.sql"], "roles": {"production": "staging"},
                         "backupWithin": "1h", "keep": "12h", "testLimit": "5m",
                         "tests": [{"sql": "SELECT true"}, {"command": "./smoke", "in": "app", "runtime": "docker"},
                                   {"command": "./here"}]}
                        """)).project("shop").orElseThrow().staging().orElseThrow();

        assertThat(staging.masking()).containsExactly(directory.resolve("masking.sql"), Path.of("/more.sql"));
        assertThat(staging.roles()).containsExactly(Map.entry("production", "staging"));
        assertThat(staging.backupWithin()).contains(Duration.ofHours(1));
        assertThat(staging.keep()).contains(Duration.ofHours(12));
        assertThat(staging.testLimit()).contains(Duration.ofMinutes(5));
        assertThat(staging.tests()).hasSize(3);
        assertThat(staging.tests().get(0)).isEqualTo(new ConfiguredStaging.Test.Sql("SELECT true"));
        assertThat(staging.tests().get(1)).isInstanceOfSatisfying(ConfiguredStaging.Test.Command.class, command -> {
            assertThat(command.script()).isEqualTo("./smoke");
            assertThat(command.container()).contains("app");
            assertThat(command.runtime()).map(RuntimeConfig::id).contains("docker");
        });
        assertThat(staging.tests().get(2))
                .isEqualTo(new ConfiguredStaging.Test.Command("./here", Optional.empty(), Optional.empty()));
        assertThat(read(staged("{}")).project("shop").orElseThrow().staging()).contains(ConfiguredStaging.NOTHING);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"masking": "masking.sql"}                              | .masking | must be a list
            {"mask": ["masking.sql"]}                               | .mask | masking
            {"masking": [""]}                                       | .masking[0] | must not be empty
            {"roles": {"": "staging"}}                              | .roles | a role has a name
            {"keep": "36500d"}                                      | .keep | 3650d
            {"testLimit": "0s"}                                     | .testLimit | more than zero
            {"tests": [{}]}                                         | .tests[0] | one of sql and command
            {"tests": [{"sql": "SELECT true", "command": "x"}]}     | .tests[0] | one of sql and command
            {"tests": [{"sql": "SELECT true", "in": "app"}]}        | .tests[0] | beside a command
            {"tests": [{"command": "x", "runtime": "docker"}]}      | .tests[0].runtime | say 'in'
            """)
    void whatCannotBecomeOfDataOnStagingIsToldAtItsKey(String staging, String path, String message) throws IOException {
        assertThat(problems(staged(staging)))
                .singleElement()
                .asString()
                .startsWith("2:")
                .contains("$.projects.shop.staging" + path)
                .contains(message);
    }

    @Test
    void withoutAWordAboutItTheFirstRepositoryIsMeant() throws IOException {
        Configuration configuration =
                read("{\"repositories\": {\"z\": {\"at\": \"local:/z\"}, \"a\": {\"at\": \"local:/a\"}}, \"projects\":"
                        + " {\"shop\": {}}}");

        assertThat(configuration.project("shop").orElseThrow().repository()).isEqualTo("z");
    }

    @Test
    void aBuilderHasAllOfIt() throws IOException {
        Configuration configuration = read("{\"repositories\": {\"main\": {\"at\": \"memory:x\"}}}");

        try (CodeB codeb = configuration
                .builder()
                .storage(new io.codeb.tck.storage.InMemoryStorageProvider())
                .build()) {
            assertThat(codeb.catalog().repositories()).containsExactly("main");
        }
    }

    @Test
    void whoIsToldWhatIsInTheFile() throws IOException {
        Configuration configuration = read("{" + REPOSITORY + ", \"projects\": {\"shop\": {}, \"blog\": {}}, " + """
                "alerts": {
                  "routes": [
                    "log",
                    {"channel": "slack", "secrets": {"url": {"env": "SLACK_URL"}}, "options": {"call-limit": "5s"}},
                    {"channel": "mail", "kinds": ["BACKUP_FAILED", "BACKUP_LATE"], "projects": ["shop"]},
                    {"channel": "heartbeat", "secrets": {"url": {"file": "beat"}}, "projects": ["shop", "blog"]}],
                  "language": "ko", "remindAfter": "12h", "mostPerHour": 5, "giveUpAfter": "10m",
                  "roomForBackups": 0, "certificates": ["certs/server.pem"], "beforeExpiry": "30d"}}
                """);
        Alerts alerts = configuration.alerts();

        assertThat(alerts.routes())
                .extracting(AlertRoute::toString)
                .containsExactly(
                        AlertRoute.log().toString(),
                        AlertRoute.slack(Secret.env("SLACK_URL"))
                                .option("call-limit", "5s")
                                .toString(),
                        AlertRoute.to(ProviderConfig.of("mail"))
                                .only(AlertKind.BACKUP_FAILED, AlertKind.BACKUP_LATE)
                                .forProjects("shop")
                                .toString(),
                        AlertRoute.heartbeat(Secret.env("BEAT"))
                                .forProjects("shop", "blog")
                                .toString());
        assertThat(alerts.routes().get(1).channel().options()).containsEntry("call-limit", "5s");
        assertThat(alerts.routes().get(3).channel().secrets().get("url"))
                .hasToString("Secret[file:" + directory.resolve("beat") + "]");
        assertThat(alerts.locale()).isEqualTo(Locale.KOREAN);
        assertThat(alerts.remindAfter()).isEqualTo(Duration.ofHours(12));
        assertThat(alerts.mostPerHour()).isEqualTo(5);
        assertThat(alerts.giveUpAfter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(alerts.roomForBackups()).isZero();
        assertThat(alerts.certificates()).containsExactly(directory.resolve("certs/server.pem"));
        assertThat(alerts.beforeExpiry()).isEqualTo(Duration.ofDays(30));
        assertThat(read("{" + REPOSITORY + "}").alerts().routes()).isEmpty();
    }

    @Test
    void eachKindOfAlertCanBeNamedButThatOfATest() throws IOException {
        for (AlertKind kind : AlertKind.values()) {
            List<String> told = problems("{" + REPOSITORY + ", \"alerts\": {\"routes\": [{\"channel\": \"log\","
                    + " \"kinds\": [\"" + kind + "\"]}]}}");

            assertThat(told).as(kind.name()).hasSize(kind == AlertKind.TEST ? 1 : 0);
        }
    }

    @Test
    void aBuilderTellsTheChannelsOfTheFile() throws IOException {
        Configuration configuration = read("{\"repositories\": {\"main\": {\"at\": \"memory:x\"}}"
                + ", \"alerts\": {\"routes\": [\"log\", {\"channel\": \"log\"}]}}");

        try (CodeB codeb = configuration
                .builder()
                .storage(new io.codeb.tck.storage.InMemoryStorageProvider())
                .build()) {
            assertThat(codeb.alerts().test()).extracting(AlertDelivery::channel).containsExactly("log-1", "log-2");
        }
    }

    // What is wrong

    @Test
    void allThatIsWrongIsToldAtOnceWithItsPlace() throws IOException {
        String text = """
                {
                  "repositories": {"main": {"at": "local:/b", "compresion": "zstd"}},
                  "projects": {
                    "shop": {
                      "template": "nextjs",
                      "database": {"port": "5432", "pasword": {"env": "X"}, "idleLimit": "5 minutes"}
                    }
                  }
                }
                """;

        assertThat(problems(text))
                .containsExactly(
                        "2:47: $.repositories.main.compresion: there is no key 'compresion' here; did you mean"
                                + " 'compression'?",
                        "5:7: $.projects.shop.template: there is no template of this name",
                        "6:20: $.projects.shop.database.port: must be a whole number and is a text",
                        "6:36: $.projects.shop.database.pasword: there is no key 'pasword' here; did you mean"
                                + " 'password'?",
                        "6:61: $.projects.shop.database.idleLimit: must be a time such as 90s, 30m, 12h or 7d");
    }

    @Test
    void whatIsWrongInATemplateIsToldOnceAndWhereItIs() throws IOException {
        assertThat(problems("""
                {"repositories": {"main": {"at": "local:/b"}},
                 "templates": {"t": {"database": {"backupRetention": 0}}},
                 "projects": {"a": {"template": "t"}, "b": {"template": "t"}}}
                """))
                .containsExactly(
                        "2:35: $.templates.t.database.backupRetention: must be a whole number from 1 to 36500");
    }

    @Test
    void anErrorNamesTheFile() throws IOException {
        Path file = file("{}");

        assertThatThrownBy(() -> Configuration.read(file)).isInstanceOfSatisfying(ConfigException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(e.problems()).containsExactly(file + ":1:1: $: there is no repository: where do backups rest?");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"hunter2\"", "hunter2", "[\"hunter2\"]", "{\"value\": \"hunter2\"}", "{\"hunter2\"}"})
    void aPasswordThatIsWrittenOutIsRefusedAndNotRepeated(String password) throws IOException {
        List<String> told = databaseProblems("{\"password\": " + password + "}");

        assertThat(told).isNotEmpty().noneMatch(problem -> problem.contains("hunter2"));
    }

    @Test
    void aSecretIsInOnePlace() throws IOException {
        assertThat(databaseProblems("{\"password\": {\"env\": \"A\", \"file\": \"b\"}}"))
                .singleElement()
                .asString()
                .contains("one of env and file");
        assertThat(databaseProblems("{\"password\": {}}"))
                .singleElement()
                .asString()
                .contains("one of env and file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"container": "no such name"}                      | not a container's name
            {"port": 5432}                                     | needs a host
            {"host": "h", "port": 0}                           | must be a whole number from 1 to 65535
            {"engine": "mongodb", "host": "h"}                 | needs a port
            {"runtime": "docker"}                              | there is no container
            {"repository": "mian"}                             | did you mean 'main'?
            {"repository": "main", "backupLocation": "/b"}     | once more
            {"backupLocation": "backups"}                      | must be an absolute directory
            {"backupSchedule": "every day"}                    | five fields as in cron
            {"backupSchedule": "0 3 30 2 *"}                   | it fits no day that there is
            {"drillSchedule": "0 25 * * *"}                    | is no cron line
            {"pruneSchedule": "0 3 * * *"}                     | nothing says which backups stay
            {"backupSchedule": "0 3 * * *", "scheduleJitter": "2d"} | is not between PT0S and PT24H
            {"timeZone": "Asia/Soul"}                          | there is no such time zone
            {"lower": {"x": "warning"}}                        | must be one of INFO, WARNING, ERROR
            {"name": ""}                                       | must not be empty
            {"user": null}                                     | null says nothing
            {"backupOnDeploy": "yes"}                          | must be true or false
            {"options": {"a": ["b"]}}                          | must be a text and is a list
            {"secrets": {"a": 1}}                              | a secret is not written into a configuration
            []                                                 | must be an object and is a list
            """)
    void whatCannotBeIsToldAtItsKey(String database, String message) throws IOException {
        assertThat(databaseProblems(database))
                .singleElement()
                .asString()
                .startsWith("2:")
                .contains("$.projects.shop.database")
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"route": []}                                           | .route | did you mean 'routes'?
            {"routes": "log"}                                       | .routes | must be a list and is a text
            {"routes": [null]}                                      | .routes[0] | null says nothing
            {"routes": [7]}                                         | .routes[0] | must be a text and is a number
            {"routes": [{}]}                                        | .routes[0] | needs 'channel'
            {"routes": ["log", {"channel": ""}]}                    | .routes[1].channel | must not be empty
            {"routes": [{"channel": "log", "kinds": ["LATE"]}]}     | .routes[0].kinds[0] | must be one of BACKUP_FAILED,
            {"routes": [{"channel": "log", "projects": ["shopp"]}]} | .routes[0].projects[0] | did you mean 'shop'?
            {"routes": [{"channel": "slack", "secrets": {"url": "https://x"}}]} | .routes[0].secrets.url | say where it is
            {"language": "de"}                                      | .language | must be en or ko
            {"remindAfter": "0s"}                                   | .remindAfter | must be more than zero
            {"giveUpAfter": "soon"}                                 | .giveUpAfter | must be a time such as
            {"mostPerHour": 0}                                      | .mostPerHour | from 1 to 1000
            {"roomForBackups": 1001}                                | .roomForBackups | from 0 to 1000
            {"certificates": "a.pem"}                               | .certificates | must be a list and is a text
            {"beforeExpiry": "0d"}                                  | .beforeExpiry | must be more than zero
            """)
    void whatCannotBeToldIsToldAtItsKey(String alerts, String path, String message) throws IOException {
        assertThat(problems("{" + REPOSITORY + ", \"projects\": {\"shop\": {}},\n\"alerts\": " + alerts + "}"))
                .singleElement()
                .asString()
                .startsWith("2:")
                .contains("$.alerts" + path + ": ")
                .contains(message)
                .doesNotContain("https://x");
    }

    @Test
    void aMirrorIsAnotherRepository() throws IOException {
        assertThat(problems("""
                {"repositories": {
                  "main": {"at": "local:/a", "mirroredTo": ["main", "offsit"]},
                  "offsite": {"at": "local:/b"}}}
                """))
                .containsExactly(
                        "2:45: $.repositories.main.mirroredTo[0]: is the repository itself",
                        "2:53: $.repositories.main.mirroredTo[1]: there is no repository of this name; did you mean"
                                + " 'offsite'?");
    }

    @Test
    void aRepositoryIsSomewhere() throws IOException {
        assertThat(problems("{\"repositories\": {\"main\": {}}}"))
                .containsExactly("1:19: $.repositories.main: needs 'at': where it is");
        assertThat(problems("{\"repositories\": {\"main\": {\"at\": \"s3://u:hunter2@bucket\"}}}"))
                .singleElement()
                .asString()
                .doesNotContain("hunter2");
    }

    @Test
    void twoLocationsAreNotOneRepository() throws IOException {
        assertThat(problems("""
                {"projects": {
                  "a": {"database": {"backupLocation": "/backups/pg"}},
                  "b": {"database": {"backupLocation": "/backups-pg"}}}}
                """))
                .containsExactly("3:22: $.projects.b.database.backupLocation: would be the repository 'backups-pg', as"
                        + " something else is; name it under repositories");
    }

    // What is no configuration at all

    @Test
    void aKeyIsThereOnce() throws IOException {
        assertThat(problems(
                        "{\"repositories\": {\"main\": {\"at\": \"local:/a\"},\n\"main\": {\"at\": \"local:/b\"}}}"))
                .containsExactly("2:1: $.repositories.main: is there twice, the first time in line 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``              | there is nothing in it
            `   `           | there is nothing in it
            {               | the file ends in the middle of it
            {"a": tru}      | this is no JSON
            {} {}           | something stands behind the end
            {'a': 1}        | this is no JSON
            null            | must be an object and is null
            [1, 2]          | must be an object and is a list
            """)
    void whatIsNoJsonIsToldWhereItStops(String text, String message) throws IOException {
        assertThat(problems(text)).first().asString().contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void anotherEncodingIsNamed(String charset) throws IOException {
        Path file = directory.resolve("codeb.json");
        Files.write(file, "{}".getBytes(Charset.forName(charset)));

        assertThat(Configuration.check(file))
                .extracting(ConfigurationProblem::message)
                .containsExactly("is in UTF-16 or UTF-32, and must be in UTF-8");
    }

    @Test
    void bytesThatAreNoUtf8AreTold() throws IOException {
        Path file = directory.resolve("codeb.json");
        Files.write(file, "{\n  \"größe\": 1}".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(Configuration.check(file))
                .containsExactly(new ConfigurationProblem("$", 2, 6, "is not in UTF-8 here"));
    }

    @Test
    void aByteOrderMarkOfUtf8IsNoHarm() throws IOException {
        assertThat(read("\ufeff{" + REPOSITORY + "}").repositories()).hasSize(1);
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        assertThat(Configuration.check(directory))
                .extracting(ConfigurationProblem::message)
                .containsExactly("is a directory");
        assertThat(Configuration.check(directory.resolve("nowhere")))
                .extracting(ConfigurationProblem::message)
                .containsExactly("there is no such file");
        assertThat(Configuration.check(Path.of("/dev/zero")))
                .extracting(ConfigurationProblem::message)
                .containsExactly("is no regular file");
    }

    @Test
    void aHundredMegabytesAreNotRead() throws IOException {
        Path file = directory.resolve("codeb.json");
        try (var channel = Files.newByteChannel(
                file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(100_000_000);
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {'}'}));
        }

        assertThat(Configuration.check(file))
                .extracting(ConfigurationProblem::message)
                .containsExactly("is larger than 1 MiB");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 900, 100_000})
    void whatIsTooDeepIsTold(int depth) throws IOException {
        assertThat(problems("[".repeat(depth) + "]".repeat(depth)))
                .singleElement()
                .asString()
                .contains("deeper than 16 levels");
    }

    @Test
    void ofVeryManyProblemsAHundredAreTold() throws IOException {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            keys.append(", \"key").append(i).append("\": 1");
        }

        assertThat(problems("{" + REPOSITORY + keys + "}")).hasSize(101).last().isEqualTo("$: and 400 more");
    }

    @Test
    void aNameThatATerminalWouldObeyIsShownWithoutThat() throws IOException {
        assertThat(problems("{" + REPOSITORY + ", \"a\\u001b[31m" + "x".repeat(500) + "\": 1}"))
                .singleElement()
                .asString()
                .doesNotContain("\u001b")
                .hasSizeLessThan(400);
    }

    // The schema says the same

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"backupSchedule\": \"0 3 * * *\", \"backupRetention\": 30, \"backupOnDeploy\": true}",
                "{\"container\": \"c\", \"runtime\": \"docker\"}",
                "{\"container\": \"c\", \"runtime\": {\"id\": \"docker\", \"callLimit\": \"5s\"}}",
                "{\"password\": {\"env\": \"A\"}, \"options\": {\"retries\": 1, \"lock-wait\": \"PT1M\"}}",
                "{\"lower\": {\"x-y\": \"INFO\"}}",
                "{\"backupRetention\": {\"last\": 3, \"within\": \"2TB\"}}"
            })
    void whatIsReadIsValid(String database) throws IOException {
        String text = "{" + REPOSITORY + ", \"projects\": {\"shop\": {\"database\": " + database + "}}}";

        assertThat(problems(text)).isEmpty();
        assertThat(schema().validate(text, InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"pasword\": {\"env\": \"A\"}}",
                "{\"password\": \"hunter2\"}",
                "{\"password\": {\"env\": \"A\", \"file\": \"b\"}}",
                "{\"password\": {}}",
                "{\"backupSchedule\": \"daily\"}",
                "{\"backupRetention\": 0}",
                "{\"backupRetention\": 1.5}",
                "{\"backupRetention\": \"30 days\"}",
                "{\"backupRetention\": {\"hourly\": 3}}",
                "{\"backupRetention\": {\"within\": \"0 GB\"}}",
                "{\"idleLimit\": 5}",
                "{\"host\": \"h\", \"port\": 70000}",
                "{\"lower\": {\"x\": \"warning\"}}",
                "{\"lower\": {\"X\": \"WARNING\"}}",
                "{\"name\": \"\"}",
                "{\"user\": null}",
                "{\"options\": {\"a\": {}}}"
            })
    void whatIsNotReadIsNotValid(String database) throws IOException {
        String text = "{" + REPOSITORY + ", \"projects\": {\"shop\": {\"database\": " + database + "}}}";

        assertThat(problems(text)).isNotEmpty();
        assertThat(schema().validate(text, InputFormat.JSON)).isNotEmpty();
    }
}
