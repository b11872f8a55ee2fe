package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/workflow, each step run as a runner does, by the distribution and against two real servers. */
class WorkflowIT {
    private static final Path EXAMPLE = Path.of("../examples/workflow");
    private static final Pattern SECRET = Pattern.compile("\\$\\{\\{ secrets\\.([A-Z_]+) }}");

    private static HostPostgres production;
    private static HostPostgres staging;

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> done = new ArrayList<>();

    @BeforeAll
    static void startServers() {
        production = HostPostgres.start();
        staging = HostPostgres.start();
        production.sql("postgres", "CREATE ROLE production LOGIN PASSWORD 'p1'");
        staging.sql("postgres", "CREATE ROLE staging LOGIN CREATEDB PASSWORD 'p2'");
    }

    @AfterAll
    static void stopServers() {
        production.close();
        staging.close();
    }

    @BeforeEach
    void checkOut() throws Exception {
        shop(
                production,
                "production",
                "INSERT INTO customers SELECT i, 'Name ' || i, 'name' || i || '@example.com'"
                        + " FROM generate_series(1, 100) i");
        shop(staging, "staging", "INSERT INTO customers VALUES (1, 'of last week', 'customer1@example.invalid')");
        Files.writeString(
                directory.resolve("codeb.json"),
                Files.readString(EXAMPLE.resolve("codeb.json"))
                        .replace("\"/var/backups/codeb\"", "\"" + directory.resolve("backups") + "\"")
                        .replace("\"host\": \"db.example.com\"", place(production))
                        .replace("\"host\": \"db.staging.example.com\"", place(staging)));
        Files.copy(EXAMPLE.resolve("masking.sql"), directory.resolve("masking.sql"));
        callersOwn("deploy", "echo \"deploy $1\" >> done");
        callersOwn("smoke-test", "echo \"smoke-test $1\" >> done; test ! -e \"broken-$1\"");
        Path bin = Distribution.unpack(directory).codeb().getParent();
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    private static void shop(HostPostgres server, String owner, String customers) {
        server.sql("postgres", "DROP DATABASE IF EXISTS shop WITH (FORCE)");
        server.sql("postgres", "CREATE DATABASE shop OWNER " + owner);
        server.sql(
                "shop",
                "SET ROLE " + owner + "; CREATE TABLE customers (id int PRIMARY KEY, name text, email text); "
                        + customers);
    }

    private static String place(HostPostgres server) {
        return "\"host\": \"%s\", \"port\": %d, \"tools\": \"%s\""
                .formatted(HostPostgres.HOST, server.port(), server.programs());
    }

    private void callersOwn(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Runs the job as a runner does, and answers whether it went well. */
    private boolean runJob() throws Exception {
        JsonNode job = new YAMLMapper()
                .readTree(EXAMPLE.resolve("deploy.yml").toFile())
                .at("/jobs/deploy");
        for (Map.Entry<String, JsonNode> variable : job.get("env").properties()) {
            environment.put(variable.getKey(), revealed(variable.getValue().asText()));
        }
        boolean well = true;
        for (JsonNode step : job.get("steps")) {
            if (step.has("uses")) {
                continue;
            }
            assertThat(step.has("if")).isFalse();
            if (well) {
                done.add(step.get("name").asText());
                well &= runStep(step.get("run").asText());
            }
        }
        return well;
    }

    private static String revealed(String value) {
        Matcher secret = SECRET.matcher(value);
        return secret.matches()
                ? Map.of("PRODUCTION_PW", "p1", "STAGING_PW", "p2").get(secret.group(1))
                : value;
    }

    private boolean runStep(String script) throws Exception {
        Path file = Files.writeString(directory.resolve("step"), script);
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", file.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        System.out.print(Files.readString(output));
        return process.exitValue() == 0;
    }

    private List<String> callersOwnDone() throws IOException {
        return Files.readAllLines(directory.resolve("done"));
    }

    @Test
    void productionsDataAreTriedOnStagingWithoutItsSecretsBeforeProductionIsDeployed() throws Exception {
        String before = production.content("shop");

        assertThat(runJob()).as(String.join(", ", done)).isTrue();

        assertThat(callersOwnDone())
                .containsExactly("deploy staging", "smoke-test staging", "deploy production", "smoke-test production");
        assertThat(staging.sql("shop", "SELECT count(*), count(DISTINCT email) FROM customers"))
                .isEqualTo("100|100");
        assertThat(staging.sql("shop", "SELECT name, email FROM customers WHERE id = 7"))
                .isEqualTo("Customer 7|customer7@example.invalid");
        assertThat(staging.sql("shop", "SELECT tableowner FROM pg_tables WHERE tablename = 'customers'"))
                .isEqualTo("staging");
        assertThat(production.content("shop")).isEqualTo(before);
        JsonNode staged =
                new ObjectMapper().readTree(directory.resolve("staging.json").toFile());
        assertThat(staged.at("/backup").asText()).startsWith("main/production/");
        assertThat(staged.at("/steps").findValuesAsText("kind")).containsExactly("RESTORE", "PROBE", "PROBE");
        assertThat(directory.resolve("backups/production")).isDirectoryRecursivelyContaining("glob:**/manifest.json");
    }

    @Test
    void whatDoesNotWorkOnStagingIsNotDeployedAndStagingIsAsItWas() throws Exception {
        Files.createFile(directory.resolve("broken-staging"));

        assertThat(runJob()).isFalse();

        assertThat(callersOwnDone()).containsExactly("deploy staging", "smoke-test staging");
        assertThat(done).endsWith("Try production's data on staging");
        assertThat(staging.sql("shop", "SELECT name FROM customers")).isEqualTo("of last week");
    }

    @Test
    void whereSomethingPrivateIsLeftNobodyGoesOn() throws Exception {
        Files.writeString(directory.resolve("masking.sql"), "UPDATE customers SET name = ''");

        assertThat(runJob()).isFalse();

        assertThat(callersOwnDone()).containsExactly("deploy staging");
        assertThat(done).endsWith("Try production's data on staging");
        assertThat(staging.sql("shop", "SELECT name FROM customers")).isEqualTo("of last week");
    }
}
