package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.Places.Place;
import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupId;
import io.codeb.model.Cancellation;
import io.codeb.retention.RetentionPolicy;
import io.codeb.schedule.CronLine;
import io.codeb.tck.fault.StorageFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of an application, done by the library's own threads. */
@Timeout(60)
class ScheduleTest {
    private static final CronLine ALWAYS = CronLine.of("* * * * *");
    private static final CronLine NIGHTLY = CronLine.of("0 3 * * *");

    private final Places places = new Places();
    private final Place place = places.place();
    private final Cards cards = new Cards();
    private final List<Event> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private CodeB.Builder builder() {
        return CodeB.builder()
                .repository(place.repository())
                .storage(places)
                .engine(cards)
                .listener(heard::add)
                .project(Project.of("cards", "shop").server("localhost", 1));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsDueIsDoneByItselfUntilItIsStopped() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        cards.meanwhile = () -> {
            begun.countDown();
            awaitQuietly(go);
        };
        try (CodeB codeb =
                builder().schedule(ScheduledJob.backup("shop", ALWAYS)).build()) {
            codeb.schedules().start();
            codeb.schedules().start();
            awaitQuietly(begun);
            assertThat(codeb.schedules().jobs().get(0).runningSince()).isPresent();
            go.countDown();

            assertThat(codeb.schedules().stop(Duration.ofSeconds(50))).isTrue();

            assertThat(codeb.catalog().list("shop")).hasSize(1);
            JobStatus status = codeb.schedules().jobs().get(0);
            assertThat(status.last().orElseThrow().ok()).isTrue();
            assertThat(status.runningSince()).isEmpty();
            assertThat(codeb.schedules().stop(Duration.ZERO)).isTrue();
        }
    }

    /** The backup is waited for by who cancels it. */
    @Test
    void whatDoesNotEndInTimeIsCancelledAndStaysDue() throws InterruptedException {
        LinkedBlockingQueue<Boolean> begun = new LinkedBlockingQueue<>();
        try (CodeB codeb = builder()
                .backupService(inner -> (request, cancellation) -> {
                    CountDownLatch cancelled = new CountDownLatch(1);
                    cancellation.onCancel(cancelled::countDown);
                    begun.add(true);
                    awaitQuietly(cancelled);
                    throw new CancelledException(cancellation.reason().orElseThrow());
                })
                .schedule(ScheduledJob.backup("shop", ALWAYS))
                .build()) {
            codeb.schedules().start();
            assertThat(begun.poll(50, TimeUnit.SECONDS)).isTrue();

            assertThat(codeb.schedules().stop(Duration.ZERO)).isFalse();

            assertThat(codeb.schedules().jobs().get(0).last()).isEmpty();
            assertThat(codeb.schedules().jobs().get(0).runningSince()).isEmpty();
            codeb.schedules().start();
            assertThat(begun.poll(50, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingEndsTheSchedulerToo() {
        CountDownLatch begun = new CountDownLatch(1);
        cards.meanwhile = begun::countDown;
        CodeB codeb = builder().schedule(ScheduledJob.backup("shop", ALWAYS)).build();
        codeb.schedules().start();
        awaitQuietly(begun);

        codeb.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.matches("codeb-.*schedule.*"));
        assertThat(place.keys("shop/schedule")).isEmpty();
    }

    private CodeB at(Instant now, ScheduledJob... jobs) {
        CodeB.Builder builder = builder().clock(Clock.fixed(now, ZoneOffset.UTC));
        List.of(jobs).forEach(builder::schedule);
        return builder.build();
    }

    @Test
    void aScheduledPruneKeepsWhatThePolicySays() {
        ScheduledJob[] jobs = {
            ScheduledJob.backup("shop", NIGHTLY),
            ScheduledJob.prune(
                    RetentionRequest.of("shop").policy(RetentionPolicy.keep().last(2)), CronLine.of("0 4 * * *"))
        };
        Instant now = Instant.parse("2026-02-01T00:00:00Z");
        for (int hour = 0; hour < 24 * 5; hour++) {
            try (CodeB codeb = at(now.plus(Duration.ofHours(hour)), jobs)) {
                assertThat(codeb.schedules().runDue(new Cancellation()))
                        .allMatch(done -> done.run().ok());
            }
        }

        try (CodeB codeb = at(now, jobs)) {
            assertThat(codeb.catalog().list("shop"))
                    .extracting(Backup::id)
                    .extracting(BackupId::value)
                    .satisfiesExactly(
                            first -> assertThat(first).startsWith("20260204T030000Z"),
                            second -> assertThat(second).startsWith("20260205T030000Z"));
        }
    }

    @Test
    void aDrillWithoutABackupFailsAndIsTold() {
        try (CodeB codeb = at(Instant.parse("2026-02-01T03:00:00Z"), ScheduledJob.drill("shop", NIGHTLY))) {
            JobRun run = codeb.schedules().run("shop/drill", new Cancellation());

            assertThat(run.outcome()).isEqualTo(JobRun.Outcome.FAILED);
            assertThat(run.code()).contains(ErrorCode.BACKUP_NOT_FOUND);
        }
        assertThat(heard).last().isInstanceOfSatisfying(Event.Failed.class, failed -> {
            assertThat(failed.run().operation()).isEqualTo(Operation.DRILL);
            assertThat(failed.run().project()).isEqualTo("shop");
        });
    }

    @Test
    void theStatusOfAProjectSaysWhenItsNextBackupBegins() {
        Instant now = Instant.parse("2026-02-01T02:00:00Z");
        try (CodeB codeb = at(now, ScheduledJob.backup("shop", NIGHTLY), ScheduledJob.drill("shop", ALWAYS))) {
            assertThat(codeb.status().all().get(0).nextRun()).contains(Instant.parse("2026-02-01T03:00:00Z"));
            assertThat(codeb.status().of("other", "default", new Cancellation()).nextRun())
                    .isEmpty();
        }
        try (CodeB codeb = at(now, ScheduledJob.drill("shop", ALWAYS))) {
            assertThat(codeb.status().all().get(0).nextRun()).isEmpty();
        }
    }

    @Test
    void whereTheStorageIsAwayThatIsAFailedBackup() {
        place.faults.add(StorageFault.failAny().always().throwing(ErrorCode.STORAGE_UNAVAILABLE));
        try (CodeB codeb = at(Instant.parse("2026-02-01T03:00:00Z"), ScheduledJob.backup("shop", NIGHTLY))) {
            assertThat(codeb.schedules().runDue(new Cancellation()))
                    .singleElement()
                    .satisfies(done -> assertThat(done.run().code()).contains(ErrorCode.STORAGE_UNAVAILABLE));
        }
        assertThat(heard).last().isInstanceOfSatisfying(Event.Failed.class, failed -> {
            assertThat(failed.run().operation()).isEqualTo(Operation.BACKUP);
            assertThat(failed.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
        });
    }

    /** Each try is a run of its own, so that what one has left is known for what a dead run has left. */
    @Test
    void eachTryIsARunOfItsOwn() {
        cards.refused = "deck";
        try (CodeB codeb = at(Instant.parse("2026-02-01T03:00:00Z"), ScheduledJob.backup("shop", NIGHTLY))) {
            assertThat(codeb.schedules().run("shop/backup", new Cancellation()).ok())
                    .isFalse();
            assertThat(codeb.schedules().run("shop/backup", new Cancellation()).ok())
                    .isFalse();
        }
        assertThat(heard)
                .filteredOn(Event.Failed.class::isInstance)
                .extracting(event -> event.run().id())
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeTheNight() {
        assertRefused(ScheduledJob.backup("shpo", NIGHTLY), "shpo");
        assertRefused(ScheduledJob.backup("shop", NIGHTLY).in("offsite"), "offsite");
        assertRefused(ScheduledJob.prune("shop", NIGHTLY), "which backups of it stay");
        assertThatThrownBy(() ->
                        at(Instant.EPOCH, ScheduledJob.drill("shop", NIGHTLY), ScheduledJob.drill("shop", ALWAYS)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("two jobs are named shop/drill");
    }

    private void assertRefused(ScheduledJob job, String message) {
        assertThatThrownBy(() -> at(Instant.EPOCH, job))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aJobIsChangedByCopyOnly() {
        ScheduledJob job = ScheduledJob.backup("shop", NIGHTLY);
        ScheduledJob changed = job.in("offsite")
                .jitter(Duration.ofMinutes(5))
                .timeout(Duration.ofHours(2))
                .retrying(Duration.ZERO)
                .catchingUp(Duration.ofHours(3));

        assertThat(job.repository()).isEmpty();
        assertThat(changed.repository()).contains("offsite");
        assertThat(changed.backupRequest().orElseThrow().repository()).contains("offsite");
        assertThat(List.of(changed.jitter(), changed.timeout(), changed.retrying(), changed.catchingUp()))
                .containsExactly(Duration.ofMinutes(5), Duration.ofHours(2), Duration.ZERO, Duration.ofHours(3));
        assertThat(changed).hasToString("shop/backup at 0 3 * * * in Z");
        assertThatThrownBy(() -> job.jitter(Duration.ofDays(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> job.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> job.retrying(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScheduledJob.backup("No Such", NIGHTLY)).isInstanceOf(IllegalArgumentException.class);
    }
}
