package io.codeb.tck.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.FileSpec;
import java.nio.ByteBuffer;
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

    /** A running container is described. */
    @Test
    public void aRunningContainerIsDescribed() {
        ContainerInfo info = runtime().inspect(container());
        assertThat(info.id()).isNotBlank();
        assertThat(info.name()).isNotBlank().doesNotStartWith("/");
        assertThat(info.image()).isNotBlank();
        assertThat(info.imageId()).isNotBlank();
        assertThat(info.state()).isEqualTo(ContainerInfo.State.RUNNING);
        assertThat(runtime().inspect(info.name()).id()).isEqualTo(info.id());
    }

    /**
     * A container that is not there is told by name, whatever is asked of it. None of these names can reach another
     * part of the runtime's API.
     */
    @Test
    public void aContainerThatIsNotThereIsNotFound() {
        for (String name : new String[] {"no-such-container", "../version", "a/b", "a?b", "a b", "a%2fb", "json"}) {
            assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime().inspect(name));
            assertCode(
                    ErrorCode.CONTAINER_NOT_FOUND, () -> runtime().exec(name, ExecSpec.of("true"), new Cancellation()));
            assertCode(
                    ErrorCode.CONTAINER_NOT_FOUND, () -> runtime().readFile(name, "/etc/passwd", new Cancellation()));
            assertCode(ErrorCode.CONTAINER_NOT_FOUND, () -> runtime()
                    .writeFile(name, "/tmp/x", FileSpec.ofSize(0), new EmptySource(), new Cancellation()));
        }
    }

    /** A stopped container is described, and runs nothing. */
    @Test
    public void aStoppedContainerRunsNothing() {
        assertThat(runtime().inspect(stoppedContainer()).state()).isEqualTo(ContainerInfo.State.STOPPED);
        assertCode(ErrorCode.CONTAINER_NOT_RUNNING, () -> runtime()
                .exec(stoppedContainer(), ExecSpec.of("true"), new Cancellation()));
    }

    private static final class EmptySource implements ByteSource {
        @Override
        public int read(ByteBuffer dst) {
            return END;
        }

        @Override
        public void close() {
            // Nothing to release.
        }
    }
}
