package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardRequestTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true", "false, false"})
    void theConfigurationHasTheDefaults(boolean backup, boolean restore) throws IOException {
        Path file = Files.writeString(directory.resolve("codeb.json"), """
                {"repositories": {"main": {"at": "local:/var/backups"}},
                 "projects": {"shop": {"database": {"container": "shop-db",
                   "backupOnDeploy": %s, "restoreOnDeploy": %s}}}}
                """.formatted(backup, restore));
        GuardRequest request =
                GuardRequest.of(Configuration.read(file).project("shop").orElseThrow());

        assertThat(request.backupAge().isPresent()).isEqualTo(backup);
        assertThat(request.isRestoringLatest()).isEqualTo(restore);
        assertThat(request.repository()).contains("main");
    }

    @Test
    void eachWordAnswersAChangedCopy() {
        GuardRequest request = GuardRequest.of("shop");
        GuardRequest changed = request.backupWithin(Duration.ofHours(1))
                .probe(Probe.tcp("localhost", 1))
                .losingAtMost(3)
                .rollingBackAtMost(4)
                .allowingUnrelatedDump();
        assertThat(request.backupAge()).contains(Duration.ZERO);
        assertThat(request.probes()).isEmpty();
        assertThat(request.losingAtMost()).isEqualTo(Long.MAX_VALUE);
        assertThat(changed.backupAge()).contains(Duration.ofHours(1));
        assertThat(changed.probes()).hasSize(1);
        assertThat(changed.losingAtMost()).isEqualTo(3);
        assertThat(changed.rollingBackAtMost()).isEqualTo(4);
        assertThat(request.isAllowingUnrelatedDump()).isFalse();
        assertThat(changed.isAllowingUnrelatedDump()).isTrue();
    }

    /** A release is brought back so. */
    @Test
    void withoutChangesNothingIsRestoredEither() {
        GuardRequest request = GuardRequest.of("shop").restoreFrom(BackupSource.of(Path.of("dump.sql")));
        assertThat(request.source()).isPresent();
        assertThat(request.withoutChanges().source()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        GuardRequest request = GuardRequest.of("shop");
        assertThatThrownBy(() -> request.losingAtMost(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.rollingBackAtMost(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.migratingWithin(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.backupWithin(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
