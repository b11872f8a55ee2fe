package io.codeb.postgresql.internal.program;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks what a statement waits for, shortly before the timeout that it has on the server ends it: five seconds, or half
 * of its time where that is less. Of what may take less than four seconds nobody looks.
 */
public final class LastLook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LastLook.class);
    private static final Duration EARLIER = Duration.ofSeconds(5);
    private static final Duration WORTH_IT = Duration.ofSeconds(4);

    private final DatabaseTarget database;
    private final Cancellation looking = new Cancellation();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("last-look", work));
    /** Zero until it is known. */
    private volatile int process;

    private volatile String seen = "";

    /**
     * Plans the look.
     *
     * @param database where the statement runs
     * @param timeout how long it may run
     */
    public LastLook(DatabaseTarget database, Duration timeout) {
        this.database = database;
        if (timeout.compareTo(WORTH_IT) >= 0) {
            Duration half = timeout.dividedBy(2);
            Duration at = timeout.minus(EARLIER.compareTo(half) < 0 ? EARLIER : half);
            var unused = timer.schedule(this::look, at.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Says where the statement runs. Nobody is taken for it before: what else has its name may be another one.
     *
     * @param serverProcess of the server, that runs it
     */
    public void servedBy(int serverProcess) {
        process = serverProcess;
    }

    private void look() {
        int serving = process;
        if (serving == 0) {
            seen = "the server had not yet said which process serves it";
            return;
        }
        try {
            seen = new ServerWait(database, WatchTimes.USUAL.toTell(), looking).of(serving);
        } catch (CancelledException e) {
            LOG.debug("a statement has ended while the server was asked what it waits for", e);
        } catch (CodeBException e) {
            LOG.debug("the server was asked what a statement waits for", e);
            seen = "nobody knew what it waits for: " + e.getMessage();
        }
    }

    /**
     * What is thrown where the server does not even say that the statement's time is over.
     *
     * @param waited how long for a word of it
     * @param cause how that was found
     * @return {@code SERVER_UNREACHABLE}, with what was seen
     */
    public EngineException silence(Duration waited, Exception cause) {
        String before = seen;
        return new EngineException(
                ErrorCode.SERVER_UNREACHABLE,
                "the server has not answered within " + TimedCancellation.text(waited)
                        + ", nor has it ended the statement" + (before.isEmpty() ? "" : "; before that, " + before),
                "look at what the server, its machine or its container waits for; the statement may still be at work",
                cause);
    }

    /**
     * Adds what was seen.
     *
     * @param failure of the statement
     * @return what is thrown
     */
    public CodeBException told(CodeBException failure) {
        String waited = seen;
        return failure.code() != ErrorCode.QUERY_TIMEOUT || waited.isEmpty()
                ? failure
                : new EngineException(
                        ErrorCode.QUERY_TIMEOUT,
                        failure.getMessage() + "; before that, " + waited,
                        "end what it waits for where nobody needs that any more, or allow more time",
                        failure);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        looking.cancel("the statement has ended");
    }
}
