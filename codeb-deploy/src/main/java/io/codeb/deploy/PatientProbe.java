package io.codeb.deploy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks again and again. */
record PatientProbe(Probe probe, Duration time) implements TimedProbe {
    /** Each answer has this long, so that one that never comes does not take the time of those after it. */
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(500);

    PatientProbe {
        Objects.requireNonNull(probe, "probe");
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("a probe takes more than no time: " + time);
        }
    }

    @Override
    public String name() {
        return probe.name();
    }

    @Override
    public Probe within(Duration other) {
        return new PatientProbe(probe, other);
    }

    @Override
    public void run(DeployTarget target) {
        run(target, () -> {});
    }

    /**
     * Asks, as long as there is hope.
     *
     * @param hope asked after each answer that does not pass; throws where there will be no other
     */
    void run(DeployTarget target, Runnable hope) {
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
            Duration limit = left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT;
            try {
                target.within(limit, ErrorCode.PROBE_FAILED, name(), probe::run);
                return;
            } catch (CodeBException e) {
                target.cancellation().throwIfCancelled();
                hope.run();
                // An attempt without time for an answer would only hide this one.
                if (System.nanoTime() + PAUSE.multipliedBy(2).toNanos() >= deadline) {
                    throw e;
                }
            }
            pause(PAUSE, target.cancellation());
        }
    }

    /** Waits, unless it is cancelled. */
    static void pause(Duration time, Cancellation cancellation) {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        try {
            if (cancelled.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        } finally {
            registration.close();
        }
    }
}
