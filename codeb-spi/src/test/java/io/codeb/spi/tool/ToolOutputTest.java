package io.codeb.spi.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ExecSpec;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of programs that say little, their versions among it. */
@Timeout(60)
class ToolOutputTest {
    private final ContainerException broken = new ContainerException(ErrorCode.EXEC_LOST, "the stream is broken", "");
    private static final Pattern FORM = Pattern.compile("client ([0-9]+)(?:\\.([0-9]+))?( .*)?");

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(1500);

    private final TalkingTool program = new TalkingTool();

    private String read() {
        return ToolOutput.read(program.host(), ExecSpec.of("client"), LONG, new Cancellation());
    }

    private ToolVersion version() {
        return ToolVersion.ask(program.host(), "client", FORM, new Cancellation());
    }

    @Test
    void allThatIsSaidIsAnsweredAfterTheEnd() {
        program.saying("one\n").saying("zwei ü").thenEnding();

        assertThat(read()).isEqualTo("one\nzwei ü");
        assertThat(program.spec().stdin()).as("whether anything could be read").isFalse();
        assertThat(program.told).contains("close");
    }

    @Test
    void aCutAnswerIsNone() {
        program.saying("half of ").thenFailing(broken);

        assertThatThrownBy(() -> read()).isSameAs(broken);
    }

    @Test
    void aProgramMayNotSayMoreThanFits() {
        byte[] most = new byte[ToolOutput.MAX_BYTES];
        program.saying(most).thenEnding();
        assertThat(read()).hasSize(ToolOutput.MAX_BYTES);

        TalkingTool endless = new TalkingTool().saying(most).saying("!");
        assertThatThrownBy(() -> ToolOutput.read(endless.host(), ExecSpec.of("client"), LONG, new Cancellation()))
                .isInstanceOf(EngineException.class)
                .hasMessage("client says more than 1048576 bytes");
        assertThat(endless.told).as("it is ended").contains("close");
    }

    @Test
    void aProgramThatNeverEndsIsKilledAtItsLimit() {
        program.saying("half of ");

        assertThatThrownBy(() -> ToolOutput.read(program.host(), ExecSpec.of("client"), SHORT, new Cancellation()))
                .isInstanceOfSatisfying(ContainerException.class, late -> assertThat(late.code())
                        .isEqualTo(ErrorCode.EXEC_TIMEOUT))
                .hasMessage("client has not ended within 1500 ms and was killed");
        assertThat(program.told).containsExactly("cancel", "close");
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("codeb-timer"))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoeverCancelsIsToldSoAndNotOfALimit() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("not today");

        assertThatThrownBy(() -> ToolOutput.read(program.host(), ExecSpec.of("client"), LONG, cancellation))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("not today");
    }

    @Test
    void aProgramThatDoesNotSayItsVersionIsNotWaitedForEver() {
        assertThatThrownBy(() -> ToolVersion.ask(program.host(), "client", FORM, SHORT, new Cancellation()))
                .isInstanceOfSatisfying(ContainerException.class, late -> assertThat(late.code())
                        .isEqualTo(ErrorCode.EXEC_TIMEOUT))
                .hasMessage("client was asked for its version: client has not ended within 1500 ms and was killed");
    }

    @Test
    void aVersionIsReadFromTheProgramsWords() {
        program.saying("client 15.18 (Debian)\n").thenEnding();

        assertThat(version()).isEqualTo(new ToolVersion("client 15.18 (Debian)", 15, 18));
        assertThat(program.spec().command()).containsExactly("client", "--version");
    }

    @Test
    void aVersionMayHaveNoMinorNumber() {
        program.saying("client 19 beta\n").thenEnding();

        assertThat(version()).isEqualTo(new ToolVersion("client 19 beta", 19, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "another 15.18\n", "client 15.18 \u001b[2J", "client 15.18 a\nclient 16.1 b"})
    void whatAnswersLikeAnotherProgramIsNotTheProgram(String answer) {
        program.saying(answer + " ").thenEnding();

        assertThatThrownBy(this::version).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.TOOL_MISSING));
    }

    @Test
    void aVersionIsNoStory() {
        program.saying("client 15.18 " + "x".repeat(250)).thenEnding();

        assertThatThrownBy(this::version).isInstanceOf(EngineException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {126, 127})
    void aProgramThatCannotBeRunIsMissing(int status) {
        program.thenFailing(new CommandFailedException("client", status, "not found"));

        assertThatThrownBy(this::version)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOOL_MISSING))
                .hasMessageContaining("not found");
    }

    @Test
    void aProgramThatIsNotThereIsMissing() {
        program.thenFailing(new ContainerException(ErrorCode.EXEC_NOT_STARTED, "no client", ""));

        assertThatThrownBy(this::version).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.TOOL_MISSING));
    }

    @Test
    void aProgramThatFailsIsThere() {
        CommandFailedException failure = new CommandFailedException("client", 1, "a library is missing");
        program.thenFailing(failure);

        assertThatThrownBy(this::version).isSameAs(failure);
    }

    @Test
    void programsStandWhereTheHostSaysTheyDo() {
        ToolHost host = program.host();

        assertThat(host.command("client", List.of("-q")).command()).containsExactly("client", "-q");
        assertThat(host.withDirectory("/opt/bin//")
                        .command("client", List.of("-q"))
                        .command())
                .containsExactly("/opt/bin/client", "-q");
    }
}
