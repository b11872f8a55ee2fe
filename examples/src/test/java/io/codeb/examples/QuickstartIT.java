package io.codeb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.examples.quickstart.Quickstart;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartIT {
    @TempDir
    Path directory;

    @Test
    void theReadmesProgramBacksUpAndRestores() throws Exception {
        try (ShopServer server = new ShopServer()) {
            Path backups = directory.resolve("backups");

            JavaProgram program = JavaProgram.run(
                    Quickstart.class,
                    Map.of("SHOP_PASSWORD", ShopServer.PASSWORD),
                    directory,
                    server.containerId(),
                    backups.toString());

            assertThat(program.err()).isEmpty();
            assertThat(program.exitStatus()).isZero();
            assertThat(program.out()).endsWith("shop_copy holds 1000 rows\n").contains(" holds 1000 rows\nshop_copy ");
            assertThat(server.sql("shop_copy", "SELECT count(*) FROM orders")).isEqualTo("900");
            assertThat(backups.resolve("shop")).isDirectoryRecursivelyContaining("glob:**/manifest.json");
        }
    }
}
