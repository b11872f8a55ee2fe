package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application says of a runtime is judged when its CodeB is built, and the runtime is closed with that. */
class RuntimeOptionsTest {
    /** Makes runtimes that are asked for nothing, and notes what they were made from and that they were closed. */
    private static final class Sheds implements RuntimeProvider {
        private final List<ProviderConfig> made = new ArrayList<>();
        private final List<ProviderConfig> closed = new ArrayList<>();

        @Override
        public String id() {
            return "sheds";
        }

        @Override
        public ContainerRuntime create(ProviderConfig config) {
            ConfigReader reader = config.reader();
            reader.duration("call-limit", RuntimeConfig.DEFAULT_CALL_LIMIT);
            reader.integer("gate", 1, 9, 1);
            reader.secret("pass");
            reader.requireNothingElse();
            made.add(config);
            return (ContainerRuntime) Proxy.newProxyInstance(
                    RuntimeOptionsTest.class.getClassLoader(),
                    new Class<?>[] {ContainerRuntime.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            closed.add(config);
                            return null;
                        }
                        throw new AssertionError("nobody asked for " + method);
                    });
        }
    }

    /** Makes engines that are asked for nothing. */
    private static final class Boxes implements DatabaseEngineProvider {
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
            return new IdleEngine(id());
        }
    }

    private final Sheds sheds = new Sheds();

    private CodeB.Builder builder() {
        return CodeB.builder()
                .storage(new InMemoryStorageProvider())
                .repository(BackupRepository.at("memory:x"))
                .engine(new Boxes())
                .runtime(sheds);
    }

    private static Project project(String name, RuntimeConfig runtime) {
        return Project.of("boxes", name).container("db").runtime(runtime);
    }

    private static RuntimeConfig shed() {
        return RuntimeConfig.of("sheds");
    }

    @Test
    void whatARuntimeDoesNotKnowIsToldBeforeTheFirstBackup() {
        RuntimeConfig wrong = shed().withOption("gate", "10")
                .withOption("no-such-option", "canary")
                .withSecret("no-such-secret", Secret.of("canary"));
        CodeB.Builder builder = builder().project(project("shop", wrong));
        ConfigException refusal = catchThrowableOfType(ConfigException.class, builder::build);

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal.problems()).hasSize(3).allSatisfy(problem -> assertThat(problem)
                .startsWith("project shop: sheds: "));
        assertThat(refusal)
                .hasMessageContaining("gate")
                .hasMessageContaining("no-such-option")
                .hasMessageContaining("no-such-secret")
                .hasMessageNotContaining("canary");
        assertThat(sheds.made).isEmpty();
    }

    @Test
    void projectsThatSayTheSameShareOneRuntime() {
        RuntimeConfig patient = shed().withCallLimit(Duration.ofMinutes(1));
        try (CodeB codeb = builder()
                .project(project("shop", shed()))
                .project(project("cart", shed()))
                .project(project("mail", patient))
                .build()) {
            assertThat(codeb.catalog().list("nobody")).isEmpty();
            assertThat(sheds.made).containsExactly(shed().provided(), patient.provided());
            assertThat(sheds.closed).isEmpty();
        }
        assertThat(sheds.closed).containsExactlyInAnyOrderElementsOf(sheds.made);
    }

    @Test
    void whenSomethingElseIsWrongTheRuntimesAreClosed() {
        RuntimeConfig wrong = shed().withOption("gate", "10");
        CodeB.Builder second = builder().project(project("shop", shed())).project(project("cart", wrong));
        CodeB.Builder repository = builder()
                .project(project("shop", shed()))
                .repository(BackupRepository.at("floppy:a").named("b"));

        assertThat(catchThrowableOfType(ConfigException.class, second::build)).hasMessageContaining("project cart");
        assertThat(catchThrowableOfType(ConfigException.class, repository::build))
                .hasMessageContaining("floppy");
        assertThat(sheds.made).hasSize(2);
        assertThat(sheds.closed).hasSize(2);
    }
}
