package io.codeb.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Run;
import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(30)
class RunsTest {
    private final Runs runs = new Runs(Duration.ofSeconds(20));
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicBoolean cleanedUp = new AtomicBoolean();

    @AfterEach
    void close() {
        runs.close();
    }

    /** Goes on until it is cancelled, and then still has something to do. */
    private String untilCancelled(Cancellation cancellation) {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        begun.countDown();
        awaitQuietly(cancelled);
        registration.close();
        cleanedUp.set(true);
        cancellation.throwIfCancelled();
        return "never";
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String threadName(Runs runs) {
        return runs.call(new Cancellation(), unused -> Thread.currentThread().getName());
    }

    @Test
    void aThreadsNameSaysForWhichInstanceAndRunItWorks() throws InterruptedException {
        try (Runs others = new Runs(Duration.ZERO)) {
            assertThat(threadName(runs)).matches("codeb-[0-9]+-call-1");
            assertThat(threadName(runs)).matches("codeb-[0-9]+-call-2");
            assertThat(threadName(others)).matches("codeb-[0-9]+-call-1").isNotEqualTo(threadName(runs));
        }
        String run = runs.start(unused -> Thread.currentThread().getName()
                        + " "
                        + WorkThread.of("sha256", () -> {}).getName())
                .await();
        assertThat(run).matches("(codeb-[0-9]+)-run-4 \\1-sha256");
    }

    @RepeatedTest(200)
    void whatCancelsTheCallThatItIsPartOfSeesItAtOnce() {
        Cancellation outer = new Cancellation();

        assertThat(runs.<Boolean>call(outer, linked -> {
                    outer.cancel("enough");
                    return linked.isCancelled();
                }))
                .isTrue();
    }

    @Test
    void whatIsStartedEndsWithItsResult() throws InterruptedException {
        Run<String> run = runs.start(cancellation -> "done by " + Runs.currentId());
        assertThat(run.await()).isEqualTo("done by " + run.id());
        assertThat(run.await(Duration.ZERO)).contains("done by " + run.id());
        assertThat(run.result().join()).isEqualTo("done by " + run.id());
    }

    @Test
    void aRunThatFailsTellsItsFailureAsItIs() {
        ConfigException failure = new ConfigException("no", "");
        Run<String> run = runs.start(cancellation -> {
            throw failure;
        });
        assertThatThrownBy(run::await).isSameAs(failure);
        LinkageError error = new LinkageError("no such library");
        assertThatThrownBy(runs.start(cancellation -> {
                    throw error;
                })::await)
                .isSameAs(error);
    }

    @Test
    void aRunThatWasCancelledHasEndedBeforeThatIsTold() {
        Run<String> run = runs.start(this::untilCancelled);
        run.cancel("enough");
        assertThatThrownBy(run::await).isInstanceOf(CancelledException.class).hasMessageContaining("enough");
        assertThat(cleanedUp).isTrue();
    }

    @Test
    void theFutureIsTheCallersOwn() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Run<String> run = runs.start(cancellation -> {
            awaitQuietly(go);
            return "whole";
        });
        CompletableFuture<String> future = run.result();
        assertThat(future.cancel(true)).isTrue();
        assertThat(run.await(Duration.ofMillis(1))).isEmpty();
        go.countDown();
        assertThat(run.await()).isEqualTo("whole");
    }

    @Test
    void closingEndsAndAwaitsWhatWasStarted() {
        Run<String> run = runs.start(this::untilCancelled);
        awaitQuietly(begun);
        runs.close();
        assertThat(cleanedUp).isTrue();
        assertThatThrownBy(run::await).isInstanceOf(CancelledException.class).hasMessageContaining("closed");
    }

    @Test
    void closingEndsAndAwaitsWhatCallersAreIn() throws InterruptedException {
        Cancellation theirs = new Cancellation();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread caller = new Thread(() ->
                end.set(catchThrowableOfType(CancelledException.class, () -> runs.call(theirs, this::untilCancelled))));
        caller.start();
        awaitQuietly(begun);
        runs.close();
        assertThat(cleanedUp).isTrue();
        caller.join();
        assertThat(end.get()).hasMessageContaining("closed");
        assertThat(theirs.isCancelled()).isFalse();
    }

    @Test
    void anInterruptCancelsWhatTheThreadWaitsForAndIsKept() throws InterruptedException {
        AtomicReference<Throwable> end = new AtomicReference<>();
        AtomicBoolean kept = new AtomicBoolean();
        AtomicBoolean reached = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            end.set(catchThrowable(() -> runs.call(new Cancellation(), cancellation -> {
                try {
                    return untilCancelled(cancellation);
                } finally {
                    reached.set(Thread.currentThread().isInterrupted());
                }
            })));
            kept.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        awaitQuietly(begun);
        caller.interrupt();
        caller.join();
        assertThat(end.get()).isInstanceOf(CancelledException.class).hasMessageContaining("interrupted");
        assertThat(cleanedUp).isTrue();
        assertThat(kept).isTrue();
        assertThat(reached)
                .as("whoever works hears of it as of any cancellation")
                .isFalse();
    }

    @Test
    void anInterruptThatComesTooLateTakesNoResultAway() {
        Thread.currentThread().interrupt();
        assertThat(runs.<String>call(new Cancellation(), unused -> "done")).isEqualTo("done");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theTraceOfAFailureTellsWhoCalled() {
        Throwable failure = catchThrowable(() -> runs.call(new Cancellation(), unused -> {
            throw new ConfigException("no", "");
        }));
        assertThat(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("theTraceOfAFailureTellsWhoCalled"));
    }

    @Test
    void logsWithinACallHaveTheCallersContext() {
        MDC.put("request", "42");
        try {
            assertThat(runs.<String>call(new Cancellation(), unused -> MDC.get("request")))
                    .isEqualTo("42");
        } finally {
            MDC.remove("request");
        }
    }

    @Test
    void whoeverClosesFromWithinARunDoesNotWaitForItself() throws InterruptedException {
        Run<String> run = runs.start(cancellation -> {
            runs.close();
            return "closed";
        });
        assertThat(run.await()).isEqualTo("closed");
    }

    @Test
    void whatHearsOfTheEndMayClose() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        Run<String> run = runs.start(cancellation -> {
            awaitQuietly(told);
            return "done";
        });
        CompletableFuture<Void> closed = run.result().thenRun(runs::close);
        told.countDown();
        closed.get(20, TimeUnit.SECONDS);
    }

    /** As often as it takes for the moment between a run's end and its being told to be met. */
    @RepeatedTest(200)
    void whenClosingIsOverTheEndIsTold() {
        Run<String> run = runs.start(this::untilCancelled);
        runs.close();
        assertThat(run.result()).isCompletedExceptionally();
    }

    @Test
    void aCallersCancellationKeepsItsReason() {
        Cancellation theirs = new Cancellation();
        theirs.cancel("changed my mind");
        assertThatThrownBy(() -> runs.call(theirs, this::untilCancelled))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("changed my mind");
    }

    @Test
    void nothingBeginsAfterClosing() {
        runs.close();
        assertThat(catchThrowableOfType(ConfigException.class, () -> runs.start(cancellation -> "x"))
                        .code())
                .isEqualTo(ErrorCode.CLOSED);
        assertThat(catchThrowableOfType(ConfigException.class, () -> runs.call(new Cancellation(), cancellation -> "x"))
                        .code())
                .isEqualTo(ErrorCode.CLOSED);
    }
}
