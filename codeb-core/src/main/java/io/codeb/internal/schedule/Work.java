package io.codeb.internal.schedule;

import io.codeb.ScheduledJob;
import io.codeb.error.CodeBException;
import io.codeb.internal.repository.BackupStore;
import io.codeb.model.Cancellation;

/** What a scheduler needs of the rest of the library. Thread-safe. */
public interface Work {
    /** On whose backups a job works. */
    BackupStore store(ScheduledJob job);

    /** Does it, once, and tells listeners what comes of it. */
    void run(ScheduledJob job, Cancellation cancellation);

    /** Tells listeners that it could not be done, where {@link #run} has not. */
    void failed(ScheduledJob job, CodeBException failure);
}
