package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.tck.fault.FaultyRuntime;
import io.codeb.tck.fault.RuntimeFault;
import io.codeb.tck.fault.ScriptedRuntime;
import io.codeb.tck.fault.ScriptedRuntime.Answer;
import io.codeb.tck.io.BytesSource;
import org.junit.jupiter.api.Test;

/** What is known to have ended has left nothing; of all else nobody knows. */
class ProgramWatchTest {
    private static final ExecSpec COMMAND = ExecSpec.of("pg_dump");

    private final ProgramWatch watch = new ProgramWatch();

    private void read(ContainerRuntime runtime) {
        try (ExecSession session = watch.around(runtime).exec("db", COMMAND, new Cancellation())) {
            BytesSource.readAll(session.stdout());
        }
    }

    @Test
    void anEndWithAnyStatusIsAnEnd() {
        read(ScriptedRuntime.answering(command -> Answer.of("all")));
        assertThatThrownBy(() ->
                        read(ScriptedRuntime.answering(command -> Answer.of("").thenFailing(1, "no"))))
                .isInstanceOf(CodeBException.class);
        try (ExecSession session = watch.around(
                        ScriptedRuntime.answering(command -> Answer.of("").thenFailing(2, "no")))
                .exec("db", COMMAND, new Cancellation())) {
            assertThat(session.await()).isEqualTo(2);
        }

        assertThat(watch.allHaveEnded()).isTrue();
    }

    @Test
    void whatIsNotReadToItsEndMayStillBeThere() {
        watch.around(ScriptedRuntime.answering(command -> Answer.of("all")))
                .exec("db", COMMAND, new Cancellation())
                .close();

        assertThat(watch.allHaveEnded()).isFalse();
    }

    @Test
    void whatIsCutMayStillBeThere() {
        ContainerRuntime cutting = FaultyRuntime.around(ScriptedRuntime.answering(command -> Answer.of("all")))
                .with(RuntimeFault.cutOutputAt(1));
        assertThatThrownBy(() -> read(cutting)).isInstanceOf(CodeBException.class);

        assertThat(watch.allHaveEnded()).isFalse();
    }

    @Test
    void whatWasNeverStartedIsNotThere() {
        ContainerRuntime gone =
                ScriptedRuntime.answering(command -> Answer.of("all")).refusing("db", ErrorCode.CONTAINER_NOT_FOUND);
        read(ScriptedRuntime.answering(command -> Answer.of("all")));
        assertThatThrownBy(() -> read(gone)).isInstanceOf(CodeBException.class);

        assertThat(watch.allHaveEnded()).isTrue();
    }

    @Test
    void aServiceThatGoesAwayMayHaveStartedWhatItWasTold() {
        ContainerRuntime refusing =
                ScriptedRuntime.answering(command -> Answer.of("all")).refusing("db", ErrorCode.RUNTIME_UNAVAILABLE);
        assertThatThrownBy(() -> read(refusing)).isInstanceOf(CodeBException.class);
        assertThat(watch.allHaveEnded()).isTrue();

        read(ScriptedRuntime.answering(command -> Answer.of("all")));
        assertThatThrownBy(() -> read(refusing)).isInstanceOf(CodeBException.class);
        assertThat(watch.allHaveEnded()).isFalse();
    }
}
