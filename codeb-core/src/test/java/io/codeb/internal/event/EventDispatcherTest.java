package io.codeb.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.event.Event;
import io.codeb.event.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class EventDispatcherTest {
    private static final Event.Run RUN = new Event.Run("1", Operation.BACKUP, "default", "shop", "shop", null);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Event started() {
        return new Event.Started(RUN, Instant.EPOCH);
    }

    private static Event progress(long bytes) {
        return new Event.Progress(RUN, Instant.EPOCH, "dump.sql", bytes, -1, -1, 0, bytes, -1);
    }

    @Test
    void everyListenerHearsEveryEventInOrder() {
        List<Event> first = new CopyOnWriteArrayList<>();
        List<Event> second = new CopyOnWriteArrayList<>();
        List<Event> sent = List.of(started(), new Event.Finished(RUN, Instant.EPOCH, 1, 1, 2, Duration.ofSeconds(3)));
        try (EventDispatcher dispatcher = new EventDispatcher(List.of(first::add, second::add), PATIENCE)) {
            sent.forEach(dispatcher::publish);
        }
        assertThat(first).isEqualTo(sent);
        assertThat(second).isEqualTo(sent);
    }

    @Test
    void aListenerThatThrowsHearsTheNextEventAllTheSame() {
        List<Event> heard = new CopyOnWriteArrayList<>();
        try (EventDispatcher dispatcher = new EventDispatcher(
                List.of(event -> {
                    heard.add(event);
                    throw new IllegalStateException("a bad listener");
                }),
                PATIENCE)) {
            dispatcher.publish(started());
            dispatcher.publish(progress(1));
        }
        assertThat(heard).hasSize(2);
    }

    @Test
    void whatAListenerLogsIsNotTakenForThePartOfTheRunThatWasFirst() {
        List<String> contexts = new CopyOnWriteArrayList<>();
        MDC.put("codeb.project", "shop");
        try (EventDispatcher dispatcher =
                new EventDispatcher(List.of(event -> contexts.add("of " + MDC.get("codeb.project"))), PATIENCE)) {
            dispatcher.publish(started());
        } finally {
            MDC.remove("codeb.project");
        }
        assertThat(contexts).containsExactly("of null");
    }

    @Test
    void whatIsClosedByAnInterruptedThreadIsHeardAllTheSame() throws InterruptedException {
        List<Event> heard = new CopyOnWriteArrayList<>();
        CountDownLatch awaited = new CountDownLatch(1);
        Thread closer = new Thread(() -> {
            try (EventDispatcher dispatcher = new EventDispatcher(
                    List.of(event -> {
                        if (isCountedDown(awaited)) {
                            heard.add(event);
                        }
                    }),
                    PATIENCE)) {
                dispatcher.publish(started());
                Thread.currentThread().interrupt();
            }
            if (Thread.currentThread().isInterrupted()) {
                heard.add(progress(1));
            }
        });
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING && closer.isAlive()) {
            Thread.onSpinWait();
        }
        awaited.countDown();
        closer.join();

        assertThat(heard).containsExactly(started(), progress(1));
    }

    private static boolean isCountedDown(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void aListenerThatBlocksForEverHoldsNobodyUp() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        EventDispatcher dispatcher = new EventDispatcher(
                List.of(event -> {
                    entered.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                }),
                Duration.ofMillis(50));
        dispatcher.publish(started());
        assertThat(awaited(entered)).isTrue();
        for (int i = 0; i < 100_000; i++) {
            dispatcher.publish(i % 2 == 0 ? progress(i) : started());
        }
        dispatcher.close();
        assertThat(awaited(interrupted)).isTrue();
    }

    @Test
    void aSlowListenerHearsTheNewestProgressOnly() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Event> heard = new CopyOnWriteArrayList<>();
        try (EventDispatcher dispatcher = new EventDispatcher(
                List.of(event -> {
                    entered.countDown();
                    awaited(go);
                    heard.add(event);
                }),
                PATIENCE)) {
            dispatcher.publish(started());
            assertThat(awaited(entered)).isTrue();
            for (int i = 1; i <= 1_000; i++) {
                dispatcher.publish(progress(i));
            }
            go.countDown();
        }
        assertThat(heard).containsExactly(started(), progress(1_000));
    }

    @Test
    void withoutEventsThereIsNoThread() {
        List<Thread> before = listenerThreads();
        try (EventDispatcher dispatcher = new EventDispatcher(List.of(event -> {}), PATIENCE)) {
            assertThat(dispatcher).isNotNull();
            // One of another test's that was interrupted may end meanwhile.
            assertThat(before).containsAll(listenerThreads());
        }
    }

    private static List<Thread> listenerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("codeb-listener"))
                .toList();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
