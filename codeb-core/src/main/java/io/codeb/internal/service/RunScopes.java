package io.codeb.internal.service;

import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.internal.event.EventDispatcher;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Opens the scopes of runs, by one clock and for one set of listeners. Thread-safe.
 *
 * @param events who hears of them
 * @param clock tells the time
 */
record RunScopes(EventDispatcher events, Clock clock) {
    /** Opens the scope of what works on one backup. */
    RunScope open(Operation operation, BackupRef backup) {
        return open(operation, backup.repository(), backup.project(), null, backup.id());
    }

    /** Opens the scope of a run of which not all is known, as {@link Event.Run} has it. */
    RunScope open(
            Operation operation,
            @Nullable String repository,
            String project,
            @Nullable String database,
            @Nullable BackupId backup) {
        return new RunScope(
                new Event.Run(Runs.currentId(), operation, repository, project, database, backup), events, clock);
    }
}
