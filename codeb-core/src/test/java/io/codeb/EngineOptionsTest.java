package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an application says of an engine reaches it, and what the engine does not know is told at once. */
class EngineOptionsTest {
    /** Boxes that are found by a shelf and opened with a key. */
    private static final class Boxes implements DatabaseEngineProvider {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public String id() {
            return "boxes";
        }

        @Override
        public int defaultPort() {
            return 7;
        }

        @Override
        public DatabaseEngine create(ProviderConfig config) {
            ConfigReader reader = config.reader();
            int shelf = reader.integer("shelf", 1, 9, 1);
            Secret key = reader.secret("key").orElse(Secret.of("none"));
            reader.requireNothingElse();
            made.incrementAndGet();
            return new IdleEngine(id()) {
                @Override
                public List<String> check(DatabaseTarget target, Cancellation cancellation) {
                    return List.of("shelf " + shelf + ", key " + key.reveal());
                }
            };
        }
    }

    private final Boxes boxes = new Boxes();

    private CodeB.Builder builder() {
        return CodeB.builder()
                .repository(BackupRepository.at("memory:x"))
                .storage(new InMemoryStorageProvider())
                .engine(boxes);
    }

    private static Project project(String name) {
        return Project.of("boxes", name).server("localhost", 1);
    }

    private static List<String> proven(CheckReport report, String project) {
        return report.subjects().stream()
                .filter(subject -> subject.name().equals("project " + project))
                .findFirst()
                .orElseThrow()
                .proven();
    }

    @Test
    void anEngineGetsWhatItsProjectSays() {
        Project shop = project("shop").option("shelf", "3").secret("key", Secret.of("k3"));
        try (CodeB codeb = builder().project(shop).project(project("cart")).build()) {
            CheckReport report = codeb.check();

            assertThat(proven(report, "shop")).containsExactly("shelf 3, key k3");
            assertThat(proven(report, "cart")).containsExactly("shelf 1, key none");
        }
    }

    @Test
    void anEngineIsMadeOnceForItsProject() {
        try (CodeB codeb =
                builder().project(project("shop")).project(project("cart")).build()) {
            assertThat(boxes.made).hasValue(2);
            codeb.check();
            codeb.check();
            assertThat(boxes.made).hasValue(2);
        }
    }

    @Test
    void whatAnEngineDoesNotKnowIsToldBeforeTheFirstBackup() {
        Project shop = project("shop")
                .option("shelf", "10")
                .option("no-such-option", "canary")
                .secret("no-such-secret", Secret.of("canary"));
        CodeB.Builder builder = builder().project(project("cart")).project(shop);
        ConfigException refusal = catchThrowableOfType(ConfigException.class, builder::build);

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal.problems()).hasSize(3).allSatisfy(problem -> assertThat(problem)
                .startsWith("project shop: boxes: "));
        assertThat(refusal)
                .hasMessageContaining("shelf")
                .hasMessageContaining("no-such-option")
                .hasMessageContaining("no-such-secret")
                .hasMessageNotContaining("canary");
        assertThat(refusal.hint()).contains("the secret key");
    }

    @Test
    void aSecretIsNotReadBeforeTheEngineUsesIt() {
        AtomicInteger read = new AtomicInteger();
        Secret key = Secret.callback("key", () -> {
            read.incrementAndGet();
            return "k3";
        });
        try (CodeB codeb = builder().project(project("shop").secret("key", key)).build()) {
            assertThat(read).hasValue(0);
            assertThat(proven(codeb.check(), "shop")).containsExactly("shelf 1, key k3");
        }
    }

    @Test
    void aProjectKeepsItsEnginesOptionsWhateverElseIsSaid() {
        Project shop = project("shop").option("shelf", "3");

        assertThat(shop.database("orders").user("app").engine().options()).containsEntry("shelf", "3");
        assertThat(project("shop").engine().options()).isEmpty();
    }
}
