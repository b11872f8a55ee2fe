package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.internal.event.EventDispatcher;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class RunScopeTest {
    private static final BackupId ID = new BackupId("20260102T030405Z-abcdefgh");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.codeb.run");

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private RunScope run(EventDispatcher events) {
        return new RunScopes(events, CLOCK).open(Operation.BACKUP, new BackupRef("offsite", "shop", ID));
    }

    private EventDispatcher dispatcher() {
        return new EventDispatcher(List.of(heard::add), Duration.ofSeconds(60));
    }

    @Test
    void everyLineOfARunNamesProjectAndBackup() {
        MDC.put("codeb.project", "outer");
        try (EventDispatcher events = dispatcher()) {
            try (RunScope run = run(events)) {
                run.finished(1, 1, 2);
            }
            assertThat(MDC.get("codeb.project")).isEqualTo("outer");
            assertThat(MDC.get("codeb.backup")).isNull();
        } finally {
            MDC.remove("codeb.project");
        }
        assertThat(log.list).hasSize(2).allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                .containsEntry("codeb.project", "shop")
                .containsEntry("codeb.backup", ID.value()));
    }

    @Test
    void aRunThatFailsTellsTheStageTheCodeAndWhatHelps() {
        EngineException failure = new EngineException(ErrorCode.AUTH_FAILED, "wrong password", "check it");
        try (EventDispatcher events = dispatcher();
                RunScope run = run(events)) {
            run.stage("dump");
            run.failed(failure);
        }
        Event.Run which = new Event.Run(heard.get(0).run().id(), Operation.BACKUP, "offsite", "shop", null, ID);
        assertThat(heard)
                .containsExactly(
                        new Event.Started(which, CLOCK.instant()),
                        new Event.Stage(which, CLOCK.instant(), "dump"),
                        new Event.Failed(
                                which, CLOCK.instant(), "dump", ErrorCode.AUTH_FAILED, "wrong password", "check it"));
    }

    @Test
    void twoRunsOfOneBackupAreToldApart() {
        try (EventDispatcher events = dispatcher();
                RunScope one = run(events);
                RunScope other = run(events)) {
            one.stage("load");
            other.stage("load");
        }
        assertThat(heard.stream().map(event -> event.run().id()).distinct()).hasSize(2);
    }

    @Test
    void progressIsToldNowAndThenAndNotForEveryBuffer() {
        try (EventDispatcher events = dispatcher();
                RunScope run = run(events)) {
            for (int i = 1; i <= 100_000; i++) {
                run.progress("dump.sql", i, -1, -1, i);
            }
        }
        assertThat(heard.stream().filter(Event.Progress.class::isInstance).count())
                .isBetween(1L, 40L);
    }
}
