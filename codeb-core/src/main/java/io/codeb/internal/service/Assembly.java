package io.codeb.internal.service;

import io.codeb.Project;
import io.codeb.Repository;
import io.codeb.event.EventListener;
import java.time.Clock;
import java.util.List;

/**
 * What a {@link io.codeb.CodeB} is put together from.
 *
 * @param repository where backups rest
 * @param projects the applications
 * @param listeners who hears events
 * @param clock tells the time
 * @param extensions the providers that the application hands over, of all extension points
 * @param classLoader where the others are looked for
 */
public record Assembly(
        Repository repository,
        List<Project> projects,
        List<EventListener> listeners,
        Clock clock,
        List<Object> extensions,
        ClassLoader classLoader) {
    /** Copies the lists. */
    public Assembly {
        projects = List.copyOf(projects);
        listeners = List.copyOf(listeners);
        extensions = List.copyOf(extensions);
    }
}
