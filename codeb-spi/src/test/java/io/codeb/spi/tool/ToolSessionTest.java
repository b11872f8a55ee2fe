package io.codeb.spi.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.CommandFailedException;
import io.codeb.error.ContainerException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.tool.ToolSession.Line;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ToolSessionTest {
    private final ContainerException broken = new ContainerException(ErrorCode.EXEC_LOST, "the stream is broken", "");

    private final TalkingTool program = new TalkingTool();
    private final Cancellation cancellation = new Cancellation();
    private final List<ToolSession> sessions = new ArrayList<>();

    @AfterEach
    void end() {
        sessions.forEach(ToolSession::close);
    }

    private ToolSession start(Predicate<String> kept) {
        ToolSession session =
                ToolSession.start(program.host(), ExecSpec.of("/opt/bin/client", "-q"), kept, cancellation);
        sessions.add(session);
        return session;
    }

    private ToolSession start() {
        return start(line -> true);
    }

    private static String next(ToolSession session) {
        return session.next().orElseThrow().text();
    }

    @Test
    void onlyLinesThatAreKeptAreAnswered() {
        program.saying("ours 1\nnoise\nours 2\n").thenEnding();

        ToolSession session = start(line -> line.startsWith("ours"));

        assertThat(next(session)).isEqualTo("ours 1");
        assertThat(next(session)).isEqualTo("ours 2");
        assertThat(session.next()).isEmpty();
        assertThat(session.next()).as("the end, ever after").isEmpty();
    }

    @Property(tries = 200)
    void linesAreWholeHoweverTheyArrive(
            @ForAll List<String> said, @ForAll @IntRange(min = 1, max = 7) int pieceLength) {
        List<String> lines = said.stream()
                .map(line -> new String(line.replace("\n", "").getBytes(UTF_8), UTF_8))
                .toList();
        TalkingTool talking = new TalkingTool();
        byte[] bytes = String.join("", lines.stream().map(line -> line + "\n").toList())
                .getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at += pieceLength) {
            talking.saying(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + pieceLength)));
        }
        talking.thenEnding();

        List<String> heard = new ArrayList<>();
        try (ToolSession session =
                ToolSession.start(talking.host(), ExecSpec.of("client"), line -> true, new Cancellation())) {
            for (Optional<Line> next = session.next(); next.isPresent(); next = session.next()) {
                heard.add(next.get().text());
            }
        }

        assertThat(heard).isEqualTo(lines);
    }

    @Test
    void theLastLineNeedsNoEndWhereTheProgramHasOne() {
        program.saying("one\ntwo").thenEnding();

        ToolSession session = start();

        assertThat(next(session)).isEqualTo("one");
        assertThat(next(session)).isEqualTo("two");
        assertThat(session.next()).isEmpty();
    }

    @Test
    void aLineThatIsCutByAFailureIsNotAnswered() {
        program.saying("one\ntw").thenFailing(broken);

        ToolSession session = start();

        assertThat(next(session)).isEqualTo("one");
        assertThatThrownBy(session::next).isSameAs(broken);
    }

    @Test
    void aLineThatIsTooLongIsCutAndSaysSo() {
        String fits = "x".repeat(ToolSession.MAX_LINE_BYTES);
        program.saying(fits + "\n" + fits + "y\nshort\n").thenEnding();

        ToolSession session = start();

        assertThat(session.next()).contains(new Line(fits, true));
        assertThat(session.next()).contains(new Line(fits, false));
        assertThat(session.next()).contains(new Line("short", true));
    }

    @Test
    void theProgramIsFedWhileItTalks() {
        ToolSession session = start();

        program.saying("ready\n");
        assertThat(next(session)).isEqualTo("ready");
        session.write(ByteBuffer.wrap("question\n".getBytes(UTF_8)));
        program.saying("answer\n");
        assertThat(next(session)).isEqualTo("answer");
        session.finish();
        program.thenEnding();
        assertThat(session.next()).isEmpty();
        session.close();

        assertThat(program.spec().stdin()).isTrue();
        assertThat(program.input()).isEqualTo("question\n");
        assertThat(program.told).contains("finish", "close").doesNotContain("abort");
    }

    @Test
    void aFailureIsToldBehindWhatWasSaidBefore() {
        CommandFailedException failure = new CommandFailedException("client", 3, "no such table");
        program.saying("one\n").thenFailing(failure);

        ToolSession session = start();

        assertThat(next(session)).isEqualTo("one");
        assertThatThrownBy(session::next).isSameAs(failure);
        assertThatThrownBy(session::next).as("ever after").isSameAs(failure);
        assertThatThrownBy(() -> session.write(ByteBuffer.allocate(1))).isSameAs(failure);
        assertThat(program.input()).as("what nobody reads").isEmpty();
    }

    @Test
    void howTheProgramEndedSaysMoreThanTheBrokenStream() {
        CommandFailedException failure = new CommandFailedException("client", 3, "no such table");
        CountDownLatch writing = new CountDownLatch(1);
        program.takingNoInput(broken).saying("wait\n").thenFailing(failure);
        ToolSession session = start(line -> {
            awaitQuietly(writing);
            return false;
        });

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.write(ByteBuffer.allocate(1)))
                .as("without the patience to hear it")
                .isSameAs(broken);
        assertThat(Thread.interrupted()).isTrue();
        writing.countDown();
        assertThatThrownBy(() -> session.write(ByteBuffer.allocate(1))).isSameAs(failure);
        assertThatThrownBy(session::finish).isInstanceOf(CodeBException.class);
    }

    @Test
    void aBrokenStreamIsToldWhereTheProgramEndedWell() {
        program.takingNoInput(broken).thenEnding();

        ToolSession session = start();

        assertThatThrownBy(() -> session.write(ByteBuffer.allocate(1))).isSameAs(broken);
        assertThatThrownBy(session::finish).isSameAs(broken);
    }

    @Test
    void whatNobodyAsksForDoesNotFillTheMemory() {
        byte[] line = ("x".repeat(ToolSession.MAX_LINE_BYTES - 1) + "\n").getBytes(UTF_8);
        for (int i = 0; i <= ToolSession.MAX_WAITING / line.length; i++) {
            program.saying(line);
        }

        ToolSession session = start();
        awaitQuietly(program.unheard);

        assertThatThrownBy(() -> {
                    while (session.next().isPresent()) {
                        // Takes what was kept before the bound was reached.
                    }
                })
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_FAILED))
                .hasMessageStartingWith("client says more than ");
    }

    @Test
    void whatIsDroppedCostsNothing() {
        byte[] line = ("x".repeat(ToolSession.MAX_LINE_BYTES - 1) + "\n").getBytes(UTF_8);
        for (int i = 0; i < 2 * (ToolSession.MAX_WAITING / line.length); i++) {
            program.saying(line);
        }
        program.saying("end\n").thenEnding();

        ToolSession session = start(text -> text.equals("end"));

        assertThat(next(session)).isEqualTo("end");
    }

    @Test
    void whatTheListenerThrowsIsAFailure() {
        IllegalStateException wrong = new IllegalStateException("no such answer");
        program.saying("one\n").thenEnding();

        ToolSession session = start(line -> {
            throw wrong;
        });

        assertThatThrownBy(session::next).isSameAs(wrong);
        assertThat(program.told).contains("close stdout");
    }

    @Test
    void anErrorOfTheMachinesIsNoEnd() {
        OutOfMemoryError full = new OutOfMemoryError("no room for a line");
        program.saying("one\n").thenEnding();

        ToolSession session = start(line -> {
            throw full;
        });

        assertThatThrownBy(session::next).isInstanceOf(EngineException.class).hasCause(full);
    }

    @Test
    void cancellingWakesWhoeverWaits() throws InterruptedException {
        ToolSession session = start();
        Thread canceller = new Thread(() -> cancellation.cancel("enough"));

        canceller.start();

        assertThatThrownBy(session::next).isInstanceOf(CancelledException.class);
        canceller.join();
    }

    @Test
    void anInterruptedWaitIsTold() {
        ToolSession session = start();

        Thread.currentThread().interrupt();

        assertThatThrownBy(session::next).isInstanceOfSatisfying(ContainerException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.EXEC_LOST));
        assertThat(Thread.interrupted()).as("and not forgotten").isTrue();
    }

    @Test
    void aProgramWhoseInputWasNotFinishedIsKilled() {
        ToolSession session = start();
        session.write(ByteBuffer.wrap("half a script".getBytes(UTF_8)));

        session.close();
        session.close();

        assertThat(program.told.subList(0, 2)).as("before its input ends").containsExactly("abort", "close");
        assertThat(program.told).doesNotContain("finish");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
