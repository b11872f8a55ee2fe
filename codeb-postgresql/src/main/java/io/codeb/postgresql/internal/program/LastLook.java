package io.codeb.postgresql.internal.program;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.io.WorkThread;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks which lock a statement waits for, shortly before the timeout that it has on the server ends it: five seconds,
 * or half of its time where that is less. Of what may take less than four seconds nobody looks.
 */
public final class LastLook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LastLook.class);
    private static final Duration EARLIER = Duration.ofSeconds(5);
    private static final Duration WORTH_IT = Duration.ofSeconds(4);

    private final DatabaseTarget database;
    private final OptionalInt process;
    private final Cancellation looking = new Cancellation();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, work -> WorkThread.of("last-look", work));
    private volatile String seen = "";

    /**
     * Plans the look.
     *
     * @param database where the statement runs
     * @param process of the server, that runs it; empty where that is not known
     * @param timeout how long it may run
     */
    public LastLook(DatabaseTarget database, OptionalInt process, Duration timeout) {
        this.database = database;
        this.process = process;
        if (timeout.compareTo(WORTH_IT) >= 0) {
            Duration half = timeout.dividedBy(2);
            Duration at = timeout.minus(EARLIER.compareTo(half) < 0 ? EARLIER : half);
            var unused = timer.schedule(this::look, at.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            seen = new ServerWait(database, looking).forLock(process);
        } catch (CodeBException e) {
            LOG.debug("the server was asked what a statement waits for", e);
        }
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
