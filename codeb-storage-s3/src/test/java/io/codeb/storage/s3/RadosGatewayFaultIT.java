package io.codeb.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.storage.s3.FaultProxy.Operation;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Some of what {@link S3FaultTest} does, on the way to a real server. */
class RadosGatewayFaultIT {
    static Stream<Arguments> operationsAndFaults() {
        return Stream.of(Operation.values()).flatMap(operation -> Stream.of(
                        Faults.CUT_BEFORE, Faults.CUT_AFTER, Faults.ENDED_WITHIN, Faults.SLOW_DOWN, Faults.HTML)
                .map(fault -> Arguments.of(operation, fault)));
    }

    @ParameterizedTest
    @MethodSource("operationsAndFaults")
    void whatHappensOnceIsMended(Operation operation, Faults fault) throws Exception {
        try (FaultyWay way = new FaultyWay(S3Server.radosGateway(), 3, Duration.ofSeconds(20))) {
            S3FaultTest.prepare(way, operation);
            way.proxy().next(operation, fault);

            S3FaultTest.act(way.storage(), operation);

            assertThat(way.proxy().asked(operation)).isPositive();
            S3FaultTest.assertDone(way, operation);
            S3FaultTest.assertNothingIsLeft(way, operation == Operation.INITIATE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PUT", "PART"})
    void whatIsChangedOnTheWayIsRefused(Operation operation) throws Exception {
        try (FaultyWay way = new FaultyWay(S3Server.radosGateway(), 3, Duration.ofSeconds(20))) {
            S3FaultTest.assertChangedBodyIsRefused(way, operation);
        }
    }
}
