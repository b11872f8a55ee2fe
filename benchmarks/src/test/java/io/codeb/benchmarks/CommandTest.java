package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.spi.io.ByteSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandTest {
    private final Recorder sink = new Recorder();

    private static final class Recorder implements ByteSink {
        private final StringBuilder taken = new StringBuilder();
        private boolean finished;

        @Override
        public void write(ByteBuffer src) {
            taken.append(StandardCharsets.US_ASCII.decode(src));
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public void abort(Throwable cause) {}

        @Override
        public void close() {}
    }

    @Test
    void whatACommandWritesGoesIntoTheSink() {
        new Command("printf abc; printf def").into(sink);

        assertThat(sink.taken).hasToString("abcdef");
        assertThat(sink.finished).isTrue();
    }

    @Test
    void theStreamOfACommandThatFailsIsNotFinished() {
        assertThatThrownBy(() -> new Command("printf abc; exit 3").into(sink))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ended with 3");

        assertThat(sink.finished).isFalse();
    }

    @Test
    void aPipelineOfWhichOneProgramFailsHasFailed() {
        assertThatThrownBy(() -> new Command("false | cat").run())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'false | cat' ended with 1");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertThatThrownBy(() -> Command.from(Map.of("OTHER", "x"), "CODEB_BENCH_STREAM"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("CODEB_BENCH_STREAM");
    }

    @Test
    void theCpuTimeOfAPipelineIsThatOfAllItsPrograms() {
        double seconds = new Command("head -c 30000000 /dev/zero | sha256sum | cat >&2").cpuSeconds();

        assertThat(seconds).isBetween(0.001, 60.0);
    }

    @Test
    void theMemoryOfAJvmBelowACommandIsSeen() {
        String java = ProcessHandle.current().info().command().orElseThrow();
        long resident = new Command("'" + java + "' -Xmx64m --list-modules").watched();

        assertThat(resident).isGreaterThan(1024);
    }

    @Test
    void commandsWithoutAJvmHaveNoMemoryToTell() {
        assertThat(new Command("sleep 0.1").watched()).isZero();
    }
}
