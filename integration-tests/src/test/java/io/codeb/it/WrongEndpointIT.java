package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.Secret;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gives the address of the database for that of the store is told so. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WrongEndpointIT {
    private static HostPostgres server;

    @BeforeAll
    static void startServer() {
        server = HostPostgres.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void aDatabaseIsNoStore() {
        try (CodeB codeb = CodeB.builder()
                .repository(BackupRepository.at(
                                "s3://backups/shop?endpoint=http://" + HostPostgres.HOST + ":" + server.port())
                        .option("attempts", "2")
                        .secret("access-key", Secret.of("AK"))
                        .secret("secret-key", Secret.of("SK")))
                .project(server.project("postgres"))
                .build()) {
            StorageException failure = catchThrowableOfType(
                    StorageException.class, () -> codeb.backups().run("shop"));

            assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
            assertThat(failure.hint()).contains("check the endpoint");
            assertThat(failure).hasMessageContaining("s3://backups/shop");
            assertThat(codeb.check().subjects())
                    .filteredOn(subject -> subject.failure().isPresent())
                    .singleElement()
                    .satisfies(subject -> assertThat(
                                    subject.failure().map(CodeBException::code).orElseThrow())
                            .isEqualTo(ErrorCode.STORAGE_UNAVAILABLE));
        }
    }
}
