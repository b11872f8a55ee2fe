package io.codeb.postgresql.internal.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerInfo.State;
import io.codeb.spi.runtime.ContainerRuntime;
import java.lang.reflect.Proxy;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ParallelismTest {
    private static final int PLENTY = 1_000;
    private static final ContainerInfo UNLIMITED = ContainerInfo.of("1", "db", "db", "1", State.RUNNING);
    private static final int HERE = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static ToolHost tools(Supplier<ContainerInfo> inspected) {
        ContainerRuntime runtime = (ContainerRuntime) Proxy.newProxyInstance(
                ParallelismTest.class.getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("inspect");
                    return inspected.get();
                });
        return ToolHost.of(runtime, "db");
    }

    private static DatabaseTarget at(ToolHost tools) {
        return ServerTarget.of(tools, 5432, "app", null).database("app");
    }

    private static DatabaseTarget limitedTo(double cpus) {
        return at(tools(() -> UNLIMITED.withCpus(cpus)));
    }

    @Test
    void asManyWorkAsThereAreProcessorsHereAndFourAtTheMost() {
        assertThat(Parallelism.USUAL.workers(at(tools(() -> UNLIMITED)), PLENTY))
                .isEqualTo(HERE);
    }

    @Test
    void noMoreWorkThanTheContainerMayKeepBusy() {
        assertThat(Parallelism.USUAL.workers(limitedTo(0.25), PLENTY)).isEqualTo(1);
        assertThat(Parallelism.USUAL.workers(limitedTo(1), PLENTY)).isEqualTo(1);
        assertThat(Parallelism.USUAL.workers(limitedTo(1.5), PLENTY)).isEqualTo(Math.min(2, HERE));
        assertThat(Parallelism.USUAL.workers(limitedTo(64), PLENTY)).isEqualTo(HERE);
    }

    @Test
    void aContainerThatTellsNothingLimitsNothing() {
        DatabaseTarget gone = at(tools(() -> {
            throw new ContainerException(ErrorCode.CONTAINER_NOT_FOUND, "there is none", "");
        }));
        assertThat(Parallelism.USUAL.workers(gone, PLENTY)).isEqualTo(HERE);
    }

    @Test
    void whoeverAsksForMoreGetsThemWhereTheServerHasRoom() {
        Parallelism ten = new Parallelism(OptionalInt.of(10), 1, 1);
        assertThat(ten.workers(limitedTo(1), PLENTY)).isEqualTo(10);
        assertThat(ten.workers(limitedTo(1), 23)).isEqualTo(10);
        assertThat(ten.workers(limitedTo(1), 22)).isEqualTo(9);
        assertThat(ten.workers(limitedTo(1), 5)).isEqualTo(1);
        assertThat(ten.workers(limitedTo(1), 4)).isZero();
        assertThat(ten.workers(limitedTo(1), -3)).isZero();
    }

    @Test
    void whoLetsOthersGoFirstWorksAloneAndInSmallPieces() {
        DatabaseTarget nice = at(tools(() -> UNLIMITED).withNice(true));
        Parallelism asked = new Parallelism(OptionalInt.of(10), 1L << 30, 1L << 30).on(nice);

        assertThat(asked.workers(nice, PLENTY)).isEqualTo(1);
        assertThat(asked.workers(nice, 4)).isZero();
        assertThat(asked.pieceBytes()).isEqualTo(16L << 20);
        assertThat(asked.bulkBytes()).isEqualTo(1L << 30);
        assertThat(Parallelism.USUAL.on(limitedTo(1))).isEqualTo(Parallelism.USUAL);
    }
}
