package io.codeb;

import io.codeb.model.BackupRef;
import io.codeb.model.CheckReturnValue;
import io.codeb.model.Manifest;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which backups of a project are looked for. Immutable; each word answers a changed copy.
 *
 * <p>Without further words it is all of them.
 */
@CheckReturnValue
public final class BackupQuery {
    private final String project;
    private final Map<String, String> labels;
    private final @Nullable Instant since;
    private final @Nullable Instant before;

    private BackupQuery(String project, Map<String, String> labels, @Nullable Instant since, @Nullable Instant before) {
        this.project = project;
        this.labels = labels;
        this.since = since;
        this.before = before;
    }

    /**
     * All backups of a project.
     *
     * @param project its name; it need not be configured
     * @return the query
     * @throws IllegalArgumentException when no project can be named so
     */
    public static BackupQuery of(String project) {
        return new BackupQuery(
                BackupRef.checkName("project", Objects.requireNonNull(project, "project")), Map.of(), null, null);
    }

    /**
     * Only those with this label.
     *
     * @param name the label's name
     * @param value what it has to say
     * @return a changed copy; of several labels a backup must have all
     */
    public BackupQuery label(String name, String value) {
        Map<String, String> changed = new TreeMap<>(labels);
        changed.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new BackupQuery(project, Collections.unmodifiableMap(changed), since, before);
    }

    /**
     * Only those that began at a time or later.
     *
     * @param time the first that counts
     * @return a changed copy
     */
    public BackupQuery since(Instant time) {
        return new BackupQuery(project, labels, Objects.requireNonNull(time, "time"), before);
    }

    /**
     * Only those that began before a time.
     *
     * @param time the first that counts no more
     * @return a changed copy
     */
    public BackupQuery before(Instant time) {
        return new BackupQuery(project, labels, since, Objects.requireNonNull(time, "time"));
    }

    /**
     * Whose backups.
     *
     * @return the project's name
     */
    public String project() {
        return project;
    }

    /**
     * The labels that a backup must have.
     *
     * @return values by name
     */
    public Map<String, String> labels() {
        return labels;
    }

    /**
     * From when on.
     *
     * @return empty for the first one
     */
    public Optional<Instant> since() {
        return Optional.ofNullable(since);
    }

    /**
     * Until when.
     *
     * @return empty for the last one
     */
    public Optional<Instant> before() {
        return Optional.ofNullable(before);
    }

    /**
     * Whether a backup is looked for.
     *
     * @param backup any of the project
     * @return true when it has all that was asked for
     */
    public boolean matches(Manifest backup) {
        Objects.requireNonNull(backup, "backup");
        return (since == null || !backup.startedAt().isBefore(since))
                && (before == null || backup.startedAt().isBefore(before))
                && backup.labels().entrySet().containsAll(labels.entrySet());
    }
}
