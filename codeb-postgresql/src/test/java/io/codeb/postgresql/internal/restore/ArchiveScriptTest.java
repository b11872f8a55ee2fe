package io.codeb.postgresql.internal.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.codeb.tck.io.BytesSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ArchiveScriptTest {
    private static final byte[] ARCHIVE = "PGDMP\u0001c\u0000\u0004\u0008\u0001".getBytes(ISO_8859_1);

    private static void read(Answer version) {
        ScriptedRuntime runtime = ScriptedRuntime.answering(command -> command.command()
                        .contains("--version")
                ? version
                : Answer.of("").thenFailing(1, "pg_restore: error: unsupported version (1.99) in file header\n"));
        DatabaseTarget target = ServerTarget.of(ToolHost.of(runtime, "db"), 5432, "app", Secret.of("s3cret"))
                .database("shop");
        ArchiveHead head = Objects.requireNonNull(ArchiveHead.of(ARCHIVE));
        try (ArchiveScript script =
                new ArchiveScript(target, BytesSource.of(ARCHIVE), head, "shop.dump", List.of(), new Cancellation())) {
            BytesSource.readAll(script);
        }
    }

    @Test
    void anArchiveThatIsTooNewIsToldWithWhatPgRestoreIs() {
        assertThatThrownBy(() -> read(Answer.of("pg_restore (PostgreSQL) 15.18\n")))
                .isInstanceOfSatisfying(
                        EngineException.class, newer -> assertThat(newer.code()).isEqualTo(ErrorCode.VERSION_MISMATCH))
                .hasMessageEndingWith("reads: pg_restore (PostgreSQL) 15.18");
    }

    @Test
    void anArchiveThatIsTooNewIsToldAlsoWherePgRestoreDoesNotSayItsVersion() {
        assertThatThrownBy(() -> read(Answer.of("").thenFailing(1, "out of memory")))
                .isInstanceOfSatisfying(
                        EngineException.class, newer -> assertThat(newer.code()).isEqualTo(ErrorCode.VERSION_MISMATCH))
                .hasMessageContaining("newer than what the server's pg_restore reads: its version is not known")
                .hasMessageContaining("out of memory");
    }

    private static DatabaseTarget stalled(Duration idleLimit) {
        ScriptedRuntime silent = ScriptedRuntime.answering(command -> Answer.of(""));
        ToolHost tools = ToolHost.of(FaultyRuntime.around(silent).with(RuntimeFault.stallOutputAt(0)), "db")
                .withIdleLimit(idleLimit);
        return ServerTarget.of(tools, 5432, "app", Secret.of("s3cret")).database("shop");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPgRestoreThatStandsStillIsEndedAtTheIdleLimit() {
        ArchiveHead head = Objects.requireNonNull(ArchiveHead.of(ARCHIVE));
        try (ArchiveScript script = new ArchiveScript(
                stalled(Duration.ofMillis(40)),
                BytesSource.of(ARCHIVE),
                head,
                "shop.dump",
                List.of(),
                new Cancellation())) {
            assertThatThrownBy(() -> BytesSource.readAll(script))
                    .isInstanceOfSatisfying(EngineException.class, idle -> assertThat(idle.code())
                            .isEqualTo(ErrorCode.EXEC_IDLE))
                    .hasMessage("pg_restore, which makes a script of shop.dump, moved no byte for 40 ms and was ended");
        }
    }
}
