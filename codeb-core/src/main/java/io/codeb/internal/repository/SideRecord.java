package io.codeb.internal.repository;

import io.codeb.internal.io.OwnThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of a run that needs no storage: a {@link RunRecord} that a thread of its own begins and ends, so that the
 * run waits for a storage which is slow or gone no longer than {@link #PATIENCE}, at its beginning and at its end.
 *
 * <p>What holds then: while the record is not begun, nobody knows the run, and what it leaves when it dies is nobody's.
 * A record that the run could not remove is that of a dead run when its process has ended, or when its lease is over:
 * nothing is found of it, and it is forgotten.
 */
public final class SideRecord {
    /** How long a run waits for its record to be begun, and to be ended. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SideRecord.class);

    private final RunRecords records;
    private final String run;
    private final String project;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Boolean> nothingIsLeft = new CompletableFuture<>();
    private final OwnThread thread = new OwnThread("side-record", this::keep);

    private SideRecord(RunRecords records, String run, String project) {
        this.records = records;
        this.run = run;
        this.project = project;
    }

    /** Begins one, and waits for it as long as a run does. */
    static SideRecord begin(RunRecords records, String run, String project) {
        SideRecord record = new SideRecord(records, run, project);
        record.thread.start();
        record.awaitBegun();
        return record;
    }

    private void awaitBegun() {
        try {
            if (!begun.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("run {} of {} goes on without a record until the storage answers", run, project);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        try (RunRecord record = records.begin(run, project)) {
            begun.countDown();
            if (nothingIsLeft.join()) {
                record.nothingIsLeft();
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "run {} of {} has no record, so what it leaves when it dies is nobody's: {}",
                    run,
                    project,
                    e.toString());
        } finally {
            begun.countDown();
        }
    }

    /**
     * Ends the record, which can be done once.
     *
     * @param clean whether the run has left nothing: then the record is removed, else it stays as that of a dead run
     */
    public void end(boolean clean) {
        nothingIsLeft.complete(clean);
        if (!thread.await(PATIENCE)) {
            LOG.warn(
                    "the storage has not ended the record of run {} of {} in {} s", run, project, PATIENCE.toSeconds());
            thread.interrupt();
        }
    }
}
