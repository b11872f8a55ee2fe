package io.codeb.tck.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import io.codeb.tck.io.BytesSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What {@link RuntimeContract} promises, and what holds besides where there are containers. */
public abstract class ContainerEngineContract extends RuntimeContract {
    /** For subclasses. */
    protected ContainerEngineContract() {}

    /**
     * A container that exists and does not run.
     *
     * @return its name or id
     */
    protected abstract String stoppedContainer();

    @Nested
    class Containers {
        @Test
        void aRunningContainerIsDescribed() {
            ContainerInfo info = runtime().inspect(container());
            assertThat(info.id()).isNotBlank();
            assertThat(info.name()).isNotBlank().doesNotStartWith("/");
            assertThat(info.image()).isNotBlank();
            assertThat(info.imageId()).isNotBlank();
            assertThat(info.state()).isEqualTo(ContainerInfo.State.RUNNING);
            assertThat(runtime().inspect(info.name()).id()).isEqualTo(info.id());
        }

        @Test
        void aContainerThatIsNotThereIsNotFound() {
            // None of these names may reach another part of the runtime's API.
            for (String name : new String[] {"no-such-container", "../version", "a/b", "a?b", "a b", "a%2fb", "json"}) {
                assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime().inspect(name));
                assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime()
                        .exec(name, ExecSpec.of("true"), new Cancellation()));
                assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime()
                        .readFile(name, "/etc/passwd", new Cancellation()));
                assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime()
                        .writeFile(
                                name, "/tmp/x", FileSpec.ofSize(0), BytesSource.of(new byte[0]), new Cancellation()));
            }
        }

        @Test
        void aStoppedContainerRunsNothing() {
            assertThat(runtime().inspect(stoppedContainer()).state()).isEqualTo(ContainerInfo.State.STOPPED);
            assertCode(ErrorCode.CONTAINER_NOT_RUNNING, () -> runtime()
                    .exec(stoppedContainer(), ExecSpec.of("true"), new Cancellation()));
        }
    }
}
