package io.codeb.micrometer;

import io.codeb.event.Event;
import io.codeb.event.RunListener;
import io.codeb.status.ProjectStatus;
import io.codeb.status.ProjectStatus.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of backups. Thread-safe.
 *
 * <p>What runs do is counted as it happens: this is a {@link RunListener}. How backups are is as of the last {@link
 * #update}, so that a scrape reads no storage; ages go on with the clock. What is not known is {@code NaN}: all but the
 * state where the storage does not tell, and what the newest backup is like
 * where there is none, or when the next one begins where none is scheduled. Tags are names of
 * projects and repositories, and words of CodeB's own, never what a database or a manifest says.
 *
 * <pre>{@code
 * BackupMetrics metrics = new BackupMetrics(registry);
 * CodeB codeb = CodeB.builder()…listener(metrics).build();
 * metrics.update(codeb.status().all());   // every few minutes
 * }</pre>
 */
public final class BackupMetrics implements RunListener {
    private final MeterRegistry registry;
    private final Clock clock;
    private final List<Gauge> gauges = new ArrayList<>();

    /**
     * Makes the metrics, which tell ages by the system's clock.
     *
     * @param registry where they are
     */
    public BackupMetrics(MeterRegistry registry) {
        this(registry, Clock.systemUTC());
    }

    /**
     * Makes the metrics.
     *
     * @param registry where they are
     * @param clock what ages are told by
     */
    public BackupMetrics(MeterRegistry registry, Clock clock) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.clock = Objects.requireNonNull(clock, "clock");
        gauge("codeb.backup.age", "seconds", "How long ago the newest backup began", this::age);
        gauge("codeb.backup.duration", "seconds", "How long the newest backup took", status -> status.last()
                .map(last -> seconds(last.duration()))
                .orElse(Double.NaN));
        gauge("codeb.backup.size", "bytes", "What the newest backup takes in the storage", status -> status.last()
                .map(last -> (double) last.storedBytes())
                .orElse(Double.NaN));
        gauge("codeb.backup.rows", "rows", "How many rows the newest backup holds", status -> status.last()
                .map(last -> (double) last.rows())
                .orElse(Double.NaN));
        gauge("codeb.backup.proven", "", "1 where a drill has proven the newest backup", status -> status.last()
                .map(last -> last.provenAt().isPresent() ? 1.0 : 0.0)
                .orElse(Double.NaN));
        gauge(
                "codeb.backup.due",
                "seconds",
                "In how long the next scheduled backup begins, below zero where it is overdue",
                this::due);
        gauge("codeb.backups", "", "How many backups there are that can be read", ProjectStatus::backups);
        gauge("codeb.backups.unreadable", "", "How many backups cannot be read", ProjectStatus::unreadable);
        gauge("codeb.backups.size", "bytes", "What all backups take in the storage", ProjectStatus::storedBytes);
        gauge(
                "codeb.backup.failures.in.row",
                "",
                "How many runs have failed since the newest backup",
                status -> status.failure()
                        .map(failure -> (double) failure.inARow())
                        .orElse(0.0));
        for (State state : State.values()) {
            gauges.add(new Gauge(
                    MultiGauge.builder("codeb.backup.state")
                            .description("1 for the state that backups are in")
                            .register(registry),
                    Tags.of("state", word(state)),
                    status -> status.state() == state ? 1 : 0));
        }
    }

    /** One number of each project. */
    private record Gauge(MultiGauge gauge, Tags tags, ToDoubleFunction<ProjectStatus> value) {
        void show(List<ProjectStatus> projects) {
            gauge.register(
                    projects.stream()
                            .map(project -> MultiGauge.Row.of(
                                    tags.and("project", project.project(), "repository", project.repository()),
                                    project,
                                    value))
                            .toList(),
                    true);
        }
    }

    private void gauge(String name, String unit, String description, ToDoubleFunction<ProjectStatus> value) {
        MultiGauge.Builder builder = MultiGauge.builder(name).description(description);
        gauges.add(new Gauge(
                (unit.isEmpty() ? builder : builder.baseUnit(unit)).register(registry),
                Tags.empty(),
                status -> status.state() == State.UNKNOWN ? Double.NaN : value.applyAsDouble(status)));
    }

    private double age(ProjectStatus status) {
        Instant now = clock.instant();
        return status.last()
                .map(last -> seconds(Duration.between(last.startedAt(), now)))
                .orElse(Double.NaN);
    }

    private double due(ProjectStatus status) {
        Instant now = clock.instant();
        return status.nextRun()
                .map(next -> seconds(Duration.between(now, next)))
                .orElse(Double.NaN);
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9; // has no overflow, unlike toMillis()
    }

    /**
     * Takes over how backups are. A project that is not among them is shown no more.
     *
     * @param projects as {@link io.codeb.StatusService#all()} tells
     */
    public synchronized void update(List<ProjectStatus> projects) {
        List<ProjectStatus> copy = List.copyOf(projects);
        gauges.forEach(gauge -> gauge.show(copy));
    }

    /** Counts what has ended. */
    @Override
    public void on(Event event) {
        if (event instanceof Event.Finished finished) {
            Timer.builder("codeb.run")
                    .description("Runs that have ended well, and how long they took")
                    .tags(tags(event.run()))
                    .register(registry)
                    .record(finished.duration());
            Counter.builder("codeb.run.bytes")
                    .description("What runs have moved, as it is without codecs")
                    .baseUnit("bytes")
                    .tags(tags(event.run()))
                    .register(registry)
                    .increment((double) Math.max(0, finished.bytes()));
        } else if (event instanceof Event.Failed failed) {
            Counter.builder("codeb.run.failures")
                    .description("Runs that have failed")
                    .tags(tags(event.run()).and("code", word(failed.code())))
                    .register(registry)
                    .increment();
        }
    }

    private static Tags tags(Event.Run run) {
        return Tags.of("operation", word(run.operation()), "project", run.project());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
