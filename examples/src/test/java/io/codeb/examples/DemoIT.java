package io.codeb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.examples.demo.Demo;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static ShopServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        server = new ShopServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDatabaseInAContainerIsShownToComeBackEqual() throws Exception {
        assertShowsAnEqualCopy(JavaProgram.run(Demo.class, inContainer(), directory));
    }

    @Test
    void aDatabaseOnTheHostIsShownToComeBackEqual() throws Exception {
        Map<String, String> environment = common();
        environment.put("CODEB_DEMO_RUNTIME", "host");
        environment.put("CODEB_DEMO_HOST", server.host());
        environment.put("CODEB_DEMO_PORT", Integer.toString(server.port()));
        environment.put("CODEB_DEMO_PG_BIN", System.getenv("CODEB_TEST_PG_BIN"));

        assertShowsAnEqualCopy(JavaProgram.run(Demo.class, environment, directory));
    }

    @Test
    void aDemoThatIsRunAgainReplacesItsCopy() throws Exception {
        JavaProgram.run(Demo.class, inContainer(), directory);
        server.sql("shop_copy", "DROP TABLE orders");

        assertShowsAnEqualCopy(JavaProgram.run(Demo.class, inContainer(), directory));
    }

    @Test
    void aFailureIsToldWithAHintAndTheExitStatusOfItsCode() throws Exception {
        Map<String, String> environment = inContainer();
        environment.put("CODEB_DEMO_CONTAINER", "codeb-no-such-container");

        JavaProgram program = JavaProgram.run(Demo.class, environment, directory);

        assertThat(program.exitStatus()).isEqualTo(ErrorCode.CONTAINER_NOT_FOUND.exitStatus());
        assertThat(program.err().lines())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.startsWith("demo: "))
                .anyMatch(line -> line.contains("codeb-no-such-container"));
    }

    private static void assertShowsAnEqualCopy(JavaProgram program) {
        assertThat(program.err()).isEmpty();
        assertThat(program.exitStatus()).isZero();
        assertThat(program.out().lines())
                .contains("  whole", "  shop_copy holds 1,000 rows in 2 tables")
                .anyMatch(line -> line.matches(" +public\\.customers +100 +-?[0-9]+ +equal"))
                .anyMatch(line -> line.matches(" +public\\.orders +900 +-?[0-9]+ +equal"))
                .anyMatch(line -> line.matches(" +restore +[0-9.]+ s .*/s"))
                .noneMatch(line -> line.contains("DIFFERENT"));
    }

    private Map<String, String> inContainer() {
        Map<String, String> environment = common();
        environment.put("CODEB_DEMO_RUNTIME", "podman");
        environment.put("CODEB_DEMO_SOCKET", System.getenv("CODEB_TEST_PODMAN_SOCKET"));
        environment.put("CODEB_DEMO_CONTAINER", server.containerId());
        return environment;
    }

    private Map<String, String> common() {
        Map<String, String> environment = new HashMap<>();
        environment.put("CODEB_DEMO_DIR", directory.resolve("backups").toString());
        environment.put("CODEB_DEMO_DATABASE", "shop");
        environment.put("CODEB_DEMO_USER", "shop");
        environment.put("CODEB_DEMO_PASSWORD", ShopServer.PASSWORD);
        return environment;
    }
}
