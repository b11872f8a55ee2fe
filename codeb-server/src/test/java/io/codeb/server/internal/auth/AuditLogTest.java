package io.codeb.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path directory;

    private static AuditLog.Line line(String name) {
        return new AuditLog.Line(Instant.EPOCH, "1", name, "127.0.0.1", "POST", "/api/x", "shop", 202, null, "7");
    }

    @Test
    void aLineIsOneLineWhateverIsInIt() throws IOException {
        AuditLog log = new AuditLog(new StateDirectory(directory.resolve("state")), 1_000_000);

        log.add(line("a\nb\"\u2028"));
        log.add(line("c"));

        assertThat(Files.readAllLines(directory.resolve("state/audit.log"))).hasSize(2);
    }

    @Test
    void aFileThatIsLargeIsPutAsideAndTheOldestGo() throws IOException {
        AuditLog log = new AuditLog(new StateDirectory(directory.resolve("state")), 1_000);
        for (int i = 0; i < 200; i++) {
            log.add(line("number " + i));
        }

        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            List<Path> logs = files.filter(file -> file.getFileName().toString().startsWith("audit"))
                    .toList();
            assertThat(logs).hasSize(10).allSatisfy(file -> assertThat(Files.size(file))
                    .isLessThanOrEqualTo(1_000));
        }
        assertThat(Files.readString(directory.resolve("state/audit.log"))).contains("number 199");
        assertThat(Files.readString(directory.resolve("state/audit.log.1"))).doesNotContain("number 199");
    }
}
