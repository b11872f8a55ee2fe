package io.codeb.schedule.jdbc;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import io.codeb.CodeB;
import io.codeb.JobRun;
import io.codeb.ScheduledJob;
import io.codeb.error.CancelledException;
import io.codeb.model.Cancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of a {@link ClusteredSchedule} that does jobs. Thread-safe. */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final Duration AT_MOST = Duration.ofDays(365);
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final CodeB codeb;
    private final Cancellation stopping = new Cancellation();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Scheduler scheduler;

    private ClusterNode(CodeB codeb, DataSource dataSource, String table, Duration polling, Duration heartbeat) {
        this.codeb = codeb;
        List<ScheduledJob> jobs = codeb.schedules().configured();
        this.scheduler = Scheduler.create(dataSource)
                .startTasks(jobs.stream().map(this::task).toList())
                .tableName(table)
                .schedulerName(new SchedulerName.Fixed("codeb-" + UUID.randomUUID()))
                .threads(jobs.size())
                .pollingInterval(polling)
                .heartbeatInterval(heartbeat)
                .missedHeartbeatsLimit(ClusteredSchedule.MISSED_HEARTBEATS)
                .commitWhenAutocommitDisabled(true)
                .shutdownMaxWait(AT_MOST)
                .build();
    }

    static ClusterNode start(CodeB codeb, DataSource dataSource, String table, Duration polling, Duration heartbeat) {
        ClusterNode node = new ClusterNode(codeb, dataSource, table, polling, heartbeat);
        node.scheduler.start();
        return node;
    }

    private RecurringTask<Void> task(ScheduledJob job) {
        return Tasks.recurring(job.name(), new Beginnings(job))
                .onFailure(ClusterNode::again)
                .onDeadExecutionRevive()
                .execute((instance, context) -> run(job));
    }

    /** When a job begins, as its line and its jitter have it. */
    private record Beginnings(ScheduledJob job) implements Schedule {
        @Override
        public Instant getNextExecutionTime(ExecutionComplete done) {
            return job.next(done.getTimeDone());
        }

        @Override
        public boolean isDeterministic() {
            return true;
        }
    }

    /** What was missed while no node was there is one due time: the last. */
    private void run(ScheduledJob job) {
        stopping.throwIfCancelled();
        Instant due = job.due(Instant.now());
        codeb.schedules()
                .run(job.name(), due, stopping)
                .ifPresentOrElse(
                        run -> LOG.info("{} of {}: {}", job.name(), due, text(run)),
                        () -> LOG.info("{} of {} was settled before", job.name(), due));
    }

    private static String text(JobRun run) {
        return run.ok() ? "done" : run.outcome() + ": " + run.message();
    }

    /** A due time that stays open: for another node at once, or, where the storage does not answer, for a later try. */
    private static void again(ExecutionComplete failed, ExecutionOperations<Void> operations) {
        boolean cancelled =
                failed.getCause().filter(CancelledException.class::isInstance).isPresent();
        int failures = Math.min(failed.getExecution().consecutiveFailures, 10);
        Duration wait = FIRST_WAIT.multipliedBy(1L << failures);
        operations.reschedule(
                failed,
                cancelled
                        ? failed.getTimeDone()
                        : failed.getTimeDone().plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait));
    }

    /**
     * Begins nothing any more, and waits for what goes on. What has not ended in time is cancelled and waited for, for
     * at most a minute; its due time stays open, and another node does it at once. Once it was called it does nothing.
     *
     * @param grace how long to wait before that; not negative
     * @return whether all had ended by then
     */
    public boolean stop(Duration grace) {
        if (Objects.requireNonNull(grace, "grace").isNegative()) {
            throw new IllegalArgumentException("a time to wait is not negative: " + grace);
        }
        if (!stopped.compareAndSet(false, true)) {
            return true;
        }
        // It says that this node lives until the last job has ended.
        Thread end = WorkThread.of("schedule-stop", scheduler::stop);
        end.start();
        boolean ended = isOver(end, grace.compareTo(AT_MOST) > 0 ? AT_MOST : grace)
                || scheduler.getCurrentlyExecuting().isEmpty();
        stopping.cancel("this node is stopped");
        if (!isOver(end, CANCEL_PATIENCE)) {
            LOG.warn("jobs were cancelled and have not ended in {}", CANCEL_PATIENCE);
        }
        return ended;
    }

    /** Waits through interrupts, which are kept: a job that is left alone would lose its lock. */
    private static boolean isOver(Thread end, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean interrupted = false;
        try {
            while (end.isAlive()) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                try {
                    end.join(millis);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stops it at once: {@code stop(Duration.ZERO)}. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
