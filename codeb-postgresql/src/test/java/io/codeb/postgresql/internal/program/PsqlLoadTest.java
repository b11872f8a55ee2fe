package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** A psql that does not answer is waited for as long as the question says, and no longer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PsqlLoadTest {
    private static DatabaseTarget stalled() {
        ScriptedRuntime silent = ScriptedRuntime.answering(command -> Answer.of(""));
        ToolHost tools = ToolHost.of(FaultyRuntime.around(silent).with(RuntimeFault.stallOutputAt(0)), "db");
        return ServerTarget.of(tools, 5432, "app", Secret.of("s3cret")).database("shop");
    }

    @Test
    void aQuestionWithoutAnAnswerEndsAtItsLimit() {
        try (PsqlLoad psql = new PsqlLoad(stalled(), new Cancellation())) {
            assertThatThrownBy(() -> psql.ask(List.of("1"), new Limit(Duration.ofMillis(200))))
                    .hasMessageContaining("within 200 ms")
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
