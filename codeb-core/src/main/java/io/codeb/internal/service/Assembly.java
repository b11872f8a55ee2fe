package io.codeb.internal.service;

import io.codeb.BackupRepository;
import io.codeb.Project;
import io.codeb.ScheduledJob;
import io.codeb.alert.Alerts;
import io.codeb.event.RunListener;
import java.time.Clock;
import java.util.List;

/**
 * What a {@link io.codeb.CodeB} is put together from.
 *
 * @param repositories where backups rest, the default first
 * @param projects the applications
 * @param jobs what is done for them again and again
 * @param listeners who hears events
 * @param alerts what is told, and to whom
 * @param clock tells the time
 * @param extensions the providers that the application hands over, of all extension points
 * @param classLoader where the others are looked for
 */
public record Assembly(
        List<BackupRepository> repositories,
        List<Project> projects,
        List<ScheduledJob> jobs,
        List<RunListener> listeners,
        Alerts alerts,
        Clock clock,
        List<Object> extensions,
        ClassLoader classLoader) {
    /** Copies the lists. */
    public Assembly {
        repositories = List.copyOf(repositories);
        projects = List.copyOf(projects);
        jobs = List.copyOf(jobs);
        listeners = List.copyOf(listeners);
        extensions = List.copyOf(extensions);
    }
}
