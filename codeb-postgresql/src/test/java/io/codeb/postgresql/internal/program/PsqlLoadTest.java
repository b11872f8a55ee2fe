package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.codeb.error.CancelledException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.tck.fault.FaultyRuntime;
import io.codeb.tck.fault.RuntimeFault;
import io.codeb.tck.fault.ScriptedRuntime;
import io.codeb.tck.fault.ScriptedRuntime.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A psql that does not answer is waited for as long as the question says, and no longer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PsqlLoadTest {
    private static DatabaseTarget stalled() {
        return stalled(Duration.ZERO);
    }

    private static DatabaseTarget stalled(Duration idleLimit) {
        ScriptedRuntime silent = ScriptedRuntime.answering(command -> Answer.of(""));
        ToolHost tools = ToolHost.of(FaultyRuntime.around(silent).with(RuntimeFault.stallOutputAt(0)), "db")
                .withIdleLimit(idleLimit);
        return ServerTarget.of(tools, 5432, "app", Secret.of("s3cret")).database("shop");
    }

    @Test
    void aQuestionWithoutAnAnswerEndsAtItsLimit() {
        try (PsqlLoad psql = new PsqlLoad(stalled(), new Cancellation())) {
            assertThatThrownBy(() -> psql.ask(List.of("1"), new Limit(Duration.ofMillis(200))))
                    .hasMessage("the server has not answered within 200 ms: nobody knows what it waits for, since the"
                            + " server has not yet said which process serves it")
                    .isInstanceOfSatisfying(EngineException.class, late -> assertThat(late.code())
                            .isEqualTo(ErrorCode.QUERY_TIMEOUT));
        }
    }

    @Test
    void whatWasEndedAtItsLimitAnswersNothingMore() {
        try (PsqlLoad psql = new PsqlLoad(stalled(), new Cancellation())) {
            assertThatThrownBy(() -> psql.ask(List.of("1"), new Limit(Duration.ofMillis(1))))
                    .isInstanceOf(EngineException.class);
            assertThatThrownBy(() -> psql.ask(List.of("2")))
                    .isInstanceOfSatisfying(EngineException.class, late -> assertThat(late.code())
                            .isEqualTo(ErrorCode.QUERY_TIMEOUT));
        }
    }

    /** Of what is the server's own: nobody guesses which of its sessions it is. */
    @Test
    void whatStandsStillIsLoggedForItsRunAlsoWhereNobodyKnowsWhatItWaitsFor() {
        Cancellation cancellation = new Cancellation();
        ListAppender<ILoggingEvent> lines = new ListAppender<>() {
            @Override
            protected void append(ILoggingEvent line) {
                // The watch of a load that was closed may still be saying something.
                if ("standing".equals(line.getMDCPropertyMap().get("codeb.project"))) {
                    super.append(line);
                    cancellation.cancel("it was logged");
                }
            }
        };
        Logger log = (Logger) LoggerFactory.getLogger(Watch.class);
        log.setLevel(Level.WARN);
        lines.start();
        log.addAppender(lines);
        MDC.put("codeb.project", "standing");
        WatchTimes soon = new WatchTimes(
                Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofMillis(200), Duration.ofMillis(1));
        try (PsqlLoad psql = new PsqlLoad(stalled(), cancellation, soon)) {
            assertThatThrownBy(() -> psql.ask(List.of("1"))).hasMessageContaining("it was logged");
        } finally {
            MDC.remove("codeb.project");
            log.detachAppender(lines);
            log.setLevel(null);
        }

        assertThat(lines.list.get(0).getFormattedMessage())
                .matches("nothing has moved for [0-9]+ s: nobody knows what it waits for, since the server has not yet"
                        + " said which process serves it");
    }

    @Test
    void whatDoesNotMoveIsGivenUpAtTheIdleLimit() {
        WatchTimes soon = new WatchTimes(
                Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofMillis(200), Duration.ofMillis(1));
        try (PsqlLoad psql = new PsqlLoad(stalled(Duration.ofMillis(40)), new Cancellation(), soon)) {
            assertThatThrownBy(() -> psql.ask(List.of("1")))
                    .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                            .isEqualTo(ErrorCode.SERVER_UNREACHABLE))
                    .hasMessageMatching("nothing has moved for [0-9]+ s: nobody knows what it waits for, since the"
                            + " server has not yet said which process serves it");
        }
    }

    @Test
    void aServerThatIsAskedWhatASessionWaitsForIsNotWaitedForEver() {
        ServerWait server = new ServerWait(stalled(), Duration.ofMillis(200), new Cancellation());

        assertThatThrownBy(() -> server.of(4711))
                .isInstanceOfSatisfying(
                        EngineException.class, late -> assertThat(late.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE))
                .hasMessage("another session has not got an answer within 200 ms");
    }

    @Test
    void whoeverCancelsIsToldSoAndNotOfALimit() {
        Cancellation cancellation = new Cancellation();
        try (PsqlLoad psql = new PsqlLoad(stalled(), cancellation)) {
            cancellation.cancel("not today");
            assertThatThrownBy(() -> psql.ask(List.of("1"), Limit.SHORT))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("not today");
        }
    }
}
