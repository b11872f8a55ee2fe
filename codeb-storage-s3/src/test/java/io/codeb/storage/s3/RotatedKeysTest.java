package io.codeb.storage.s3;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that change while a storage is open. */
class RotatedKeysTest {
    private final S3Server server = S3Server.inThisJvm();
    private final String bucket = server.newBucket();

    @TempDir
    private Path directory;

    private Path rotate(String key) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), key + "\n");
        return Files.move(next, directory.resolve("secret-key"), ATOMIC_MOVE);
    }

    private static Optional<?> look(StorageBackend storage) {
        return storage.stat(new ObjectKey("nothing/here"));
    }

    @Test
    void aKeyInAFileIsReadForEachRequest() throws IOException {
        Path file = rotate(server.secretKey());
        try (StorageBackend storage =
                new S3StorageProvider().create(server.config(bucket).withSecret("secret-key", Secret.file(file)))) {
            assertThat(look(storage)).isEmpty();
            rotate("canary-that-is-wrong");
            assertThatThrownBy(() -> look(storage))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_DENIED))
                    .hasMessageNotContaining("canary");
            rotate(server.secretKey());
            assertThat(look(storage)).isEmpty();
        }
    }

    @Test
    void bothKeysOfACallbackAreAskedForWithEachRequest() {
        AtomicReference<String> accessKey = new AtomicReference<>("nobody's");
        AtomicReference<String> secretKey = new AtomicReference<>("wrong");
        try (StorageBackend storage = new S3StorageProvider()
                .create(server.config(bucket)
                        .withSecret("access-key", Secret.callback("vault", accessKey::get))
                        .withSecret("secret-key", Secret.callback("vault", secretKey::get)))) {
            assertThatThrownBy(() -> look(storage)).isInstanceOf(CodeBException.class);
            accessKey.set(server.accessKey());
            secretKey.set(server.secretKey());
            assertThat(look(storage)).isEmpty();
        }
    }

    @Test
    void aKeyThatIsNotThereIsToldOfAsWhatItIs() throws IOException {
        Path file = rotate("");
        try (StorageBackend storage =
                new S3StorageProvider().create(server.config(bucket).withSecret("secret-key", Secret.file(file)))) {
            assertThatThrownBy(() -> look(storage))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("is empty");
        }
    }
}
