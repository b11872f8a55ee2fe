package io.codeb.internal.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.JobRun;
import io.codeb.JobRun.Outcome;
import io.codeb.JobStatus;
import io.codeb.Run;
import io.codeb.ScheduleService;
import io.codeb.ScheduledJob;
import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.LockedException;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.internal.repository.BackupStore;
import io.codeb.internal.repository.Codecs;
import io.codeb.internal.repository.ProjectLock;
import io.codeb.model.Cancellation;
import io.codeb.schedule.CronLine;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.FaultyStorage;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.storage.InMemoryStorage;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is due is done once, whatever clocks, processes and storages do. */
class StandardScheduleServiceTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ScheduledJob NIGHTLY = ScheduledJob.backup("shop", CronLine.of("0 3 * * *"));
    private static final Duration HOUR = Duration.ofHours(1);

    private final ScheduleTime time = new ScheduleTime("2026-01-01T00:00:00Z");
    private final FaultyStorage storage = FaultyStorage.around(new InMemoryStorage());
    private final BackupStore store =
            BackupStore.of(BackupRepository.at("memory:test"), storage, new Codecs(id -> new NoneCodecProvider()));
    private final Desk desk = new Desk();

    /** Where jobs are done: it is noted when. */
    private final class Desk implements Work {
        private final List<Instant> times = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<ErrorCode> told = new ArrayList<>();
        private BiConsumer<ScheduledJob, Cancellation> meanwhile = (job, cancellation) -> {};

        @Override
        public BackupStore store(ScheduledJob job) {
            return store;
        }

        @Override
        public void run(ScheduledJob job, Cancellation cancellation) {
            times.add(time.now);
            names.add(job.name());
            meanwhile.accept(job, cancellation);
        }

        @Override
        public void failed(ScheduledJob job, CodeBException failure) {
            told.add(failure.code());
        }
    }

    /** What is due is done by who looks. */
    private static Run<Boolean> atOnce(Function<Cancellation, Boolean> work) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        try {
            end.complete(work.apply(new Cancellation()));
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
        }
        return new Run<>() {
            @Override
            public String id() {
                return "1";
            }

            @Override
            public void cancel(String reason) {}

            @Override
            public Boolean await() {
                return end.join();
            }

            @Override
            public Optional<Boolean> await(Duration limit) {
                return Optional.of(end.join());
            }

            @Override
            public CompletableFuture<Boolean> result() {
                return end;
            }
        };
    }

    private StandardScheduleService scheduler(ScheduledJob... jobs) {
        return new StandardScheduleService(List.of(jobs), desk, time, StandardScheduleServiceTest::atOnce);
    }

    private void runUntil(String end, ScheduledJob... jobs) {
        scheduler(jobs).runUntil(Instant.parse(end));
    }

    private JobStatus status(ScheduledJob job) {
        return scheduler(job).jobs().get(0);
    }

    private JobRun last(ScheduledJob job) {
        return status(job).last().orElseThrow();
    }

    private static EngineException away() {
        return new EngineException(ErrorCode.SERVER_UNREACHABLE, "the server does not answer", "");
    }

    @Test
    void threeYearsOfNightsAreAsManyBackups() {
        runUntil("2029-01-01T00:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(3 * 365 + 1).allSatisfy(at -> assertThat(at)
                .isEqualTo(at.truncatedTo(ChronoUnit.DAYS).plus(HOUR.multipliedBy(3))));
        assertThat(last(NIGHTLY).due()).isEqualTo("2028-12-31T03:00:00Z");
        assertThat(last(NIGHTLY).ok()).isTrue();
    }

    @Test
    void whereClocksChangeEachNightIsStillOneBackup() {
        ScheduledJob job = ScheduledJob.backup("shop", CronLine.of("30 2 * * *").in(BERLIN));

        runUntil("2027-01-01T00:00:00Z", job);

        assertThat(desk.times)
                .hasSize(365)
                .extracting(at -> at.atZone(BERLIN).toLocalDate())
                .doesNotHaveDuplicates();
        assertThat(desk.times)
                .filteredOn(at -> !at.atZone(BERLIN).toLocalTime().equals(LocalTime.of(2, 30)))
                .singleElement()
                .satisfies(at -> {
                    assertThat(at.atZone(BERLIN).toLocalDate()).isEqualTo(LocalDate.of(2026, 3, 29));
                    assertThat(at.atZone(BERLIN).toLocalTime()).isEqualTo(LocalTime.of(3, 0));
                });
    }

    @Test
    void whatWasMissedIsMadeUpForOnce() {
        runUntil("2026-01-03T12:00:00Z", NIGHTLY);
        time.now = Instant.parse("2026-01-20T12:00:00Z");

        runUntil("2026-01-20T13:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(4).last().isEqualTo(Instant.parse("2026-01-20T12:00:00Z"));
        assertThat(last(NIGHTLY).due()).isEqualTo("2026-01-20T03:00:00Z");
    }

    @Test
    void whatIsTooOldIsNotMadeUpForAndThatIsNoted() {
        ScheduledJob job = NIGHTLY.catchingUp(HOUR);
        runUntil("2026-01-03T12:00:00Z", job);
        time.now = Instant.parse("2026-01-20T12:00:00Z");

        runUntil("2026-01-20T13:00:00Z", job);

        assertThat(desk.times).hasSize(3);
        assertThat(last(job).outcome()).isEqualTo(Outcome.MISSED);
        runUntil("2026-01-21T13:00:00Z", job);
        assertThat(desk.times).hasSize(4);
    }

    @Test
    void whatIsSeenForTheFirstTimeIsNotDueForThePast() {
        runUntil("2026-01-01T02:00:00Z", NIGHTLY);

        assertThat(desk.times).isEmpty();
        assertThat(status(NIGHTLY).last()).isEmpty();
        assertThat(status(NIGHTLY).next()).isEqualTo("2026-01-01T03:00:00Z");
    }

    @Test
    void aLineThatWasChangedIsNotDueForThePast() {
        runUntil("2026-01-01T12:00:00Z", NIGHTLY);
        ScheduledJob changed = ScheduledJob.backup("shop", CronLine.of("0 9 * * *"));

        runUntil("2026-01-01T23:00:00Z", changed);
        assertThat(desk.times).hasSize(1);

        runUntil("2026-01-02T23:00:00Z", changed);
        assertThat(desk.times).hasSize(2);
    }

    /** Hours forward and back, at most a day less than it ever was. */
    @Property(tries = 200)
    void whereverTheClockIsSetNoDueTimeIsDoneTwice(
            @ForAll @Size(max = 30) List<@IntRange(min = -23, max = 30) Integer> steps, @ForAll boolean startedAnew) {
        new StandardScheduleServiceTest().doneOnce(steps, startedAnew);
    }

    private void doneOnce(List<Integer> steps, boolean startedAnew) {
        ScheduledJob job = ScheduledJob.backup("shop", CronLine.of("0 */2 * * *"));
        List<Instant> dues = new ArrayList<>();
        StandardScheduleService one = scheduler(job);
        Instant latest = time.now;
        for (int step : steps) {
            Instant set = time.now.plus(HOUR.multipliedBy(step));
            time.now = set.isBefore(latest.minus(HOUR.multipliedBy(23))) ? latest.minus(HOUR.multipliedBy(23)) : set;
            latest = set.isAfter(latest) ? set : latest;
            StandardScheduleService service = startedAnew ? scheduler(job) : one;
            service.runDue(new Cancellation())
                    .forEach(done -> dues.add(done.run().due()));
        }

        assertThat(dues).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aClockThatIsSetBackWhileItWaitsLetsNothingBeDoneTwice() {
        StandardScheduleService service = scheduler(NIGHTLY);
        service.runUntil(Instant.parse("2026-01-02T04:00:00Z"));
        time.now = Instant.parse("2026-01-02T02:00:00Z");

        service.runUntil(Instant.parse("2026-01-02T23:00:00Z"));

        assertThat(desk.times).hasSize(2);
    }

    @Test
    void aClockThatWasYearsAheadKeepsNothingFromBeingDoneWhenItIsRightAgain() {
        StandardScheduleService service = scheduler(NIGHTLY);
        time.now = Instant.parse("2036-01-01T00:00:00Z");
        service.runUntil(Instant.parse("2036-01-01T04:00:00Z"));
        time.now = Instant.parse("2026-01-05T00:00:00Z");

        service.runUntil(Instant.parse("2026-01-06T00:00:00Z"));
        runUntil("2026-01-07T00:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(3).last().isEqualTo(Instant.parse("2026-01-06T03:00:00Z"));
    }

    /** Each step is a look of one of two schedulers, and some minutes. */
    @Property(tries = 200)
    void ofTwoSchedulersOnOneRepositoryOneDoesIt(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 200) Integer> minutes) {
        new StandardScheduleServiceTest().doneByOne(minutes);
    }

    private void doneByOne(List<Integer> minutes) {
        ScheduledJob job = ScheduledJob.backup("shop", CronLine.of("0 * * * *"));
        List<Instant> dues = new ArrayList<>();
        StandardScheduleService one = scheduler(job);
        StandardScheduleService other = scheduler(job);
        desk.meanwhile = (same, cancellation) ->
                assertThat(other.runDue(new Cancellation())).isEmpty();
        for (int minute : minutes) {
            time.now = time.now.plus(Duration.ofMinutes(minute));
            one.runDue(new Cancellation()).forEach(done -> dues.add(done.run().due()));
            other.runDue(new Cancellation()).forEach(done -> dues.add(done.run().due()));
        }

        assertThat(dues).doesNotHaveDuplicates().hasSameSizeAs(desk.times);
    }

    @Test
    void whatADeadSchedulerHasBegunIsTakenOverWhenItsLeaseIsOver() {
        desk.meanwhile = (job, cancellation) -> {
            throw new AssertionError("the process dies");
        };
        runUntil("2026-01-01T03:00:00.5Z", NIGHTLY);
        desk.meanwhile = (job, cancellation) -> {};
        time.now = Instant.parse("2026-01-01T03:00:10Z");
        // Nobody renews it in time: the time of this test stands while it is held.
        ProjectLock left = store.jobs().lock("shop", time);
        try {
            time.now = Instant.parse("2026-01-01T03:01:09Z");
            assertThat(scheduler(NIGHTLY).runDue(new Cancellation())).isEmpty();
            assertThat(status(NIGHTLY).runningSince()).contains(Instant.parse("2026-01-01T03:00:00Z"));
            time.now = Instant.parse("2026-01-01T03:01:10Z");
            assertThat(status(NIGHTLY).runningSince()).isEmpty();

            List<ScheduleService.Done> runs = scheduler(NIGHTLY).runDue(new Cancellation());

            assertThat(runs).singleElement().satisfies(done -> {
                assertThat(done.run().due()).isEqualTo("2026-01-01T03:00:00Z");
                assertThat(done.run().ok()).isTrue();
            });
            assertThat(desk.times).hasSize(2);
        } finally {
            left.close();
        }
    }

    @Test
    void whatIsTakenOverIsNotMissedForThatAlone() {
        ScheduledJob job = NIGHTLY.catchingUp(Duration.ZERO);
        runUntil("2026-01-01T02:59:00Z", job);
        time.now = Instant.parse("2026-01-01T03:00:00Z");
        desk.meanwhile = (same, cancellation) -> {
            throw new AssertionError("the process dies");
        };
        assertThatThrownBy(() -> scheduler(job).runDue(new Cancellation())).isInstanceOf(AssertionError.class);
        desk.meanwhile = (same, cancellation) -> {};
        time.now = Instant.parse("2026-01-01T03:05:00Z");

        assertThat(scheduler(job).runDue(new Cancellation()))
                .allMatch(done -> done.run().ok());
        assertThat(desk.times).hasSize(2);
    }

    @Test
    void anotherSchedulerThatIsTooLateIsToldSo() {
        ScheduledJob job = NIGHTLY.catchingUp(HOUR);
        time.now = Instant.parse("2026-01-01T05:00:00Z");

        Optional<JobRun> run =
                scheduler(job).run("shop/backup", Instant.parse("2026-01-01T03:00:00Z"), new Cancellation());

        assertThat(run).map(JobRun::outcome).contains(Outcome.MISSED);
        assertThat(desk.times).isEmpty();
    }

    @Test
    void aDueTimeOfWhichProcessesDieIsGivenUp() {
        desk.meanwhile = (job, cancellation) -> {
            throw new AssertionError("the process dies");
        };

        runUntil("2026-01-01T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(JobRunner.MOST_ATTEMPTS);
        assertThat(last(NIGHTLY).outcome()).isEqualTo(Outcome.LOST);
        assertThat(desk.told).containsExactly(ErrorCode.EXEC_LOST);
        desk.meanwhile = (job, cancellation) -> {};
        runUntil("2026-01-02T12:00:00Z", NIGHTLY);
        assertThat(last(NIGHTLY).ok()).isTrue();
    }

    @Test
    void aStorageThatIsAwayIsToldAndWaitedFor() {
        runUntil("2026-01-01T02:00:00Z", NIGHTLY);
        StandardScheduleService service = scheduler(NIGHTLY);
        storage.with(StorageFault.failAny().always().throwing(ErrorCode.STORAGE_UNAVAILABLE));

        service.runUntil(Instant.parse("2026-01-01T09:00:00Z"));

        assertThat(desk.times).isEmpty();
        assertThat(desk.told).isNotEmpty().containsOnly(ErrorCode.STORAGE_UNAVAILABLE);
        assertThat(desk.told.size()).isLessThan(60);
        assertThat(status(NIGHTLY).problem()).isPresent();

        storage.heal();
        service.runUntil(Instant.parse("2026-01-01T10:00:00Z"));

        assertThat(desk.times).hasSize(1);
        assertThat(last(NIGHTLY).due()).isEqualTo("2026-01-01T03:00:00Z");
    }

    @Test
    void whereItCannotBeNotedWhatWasDoneThisProcessKnowsIt() {
        StandardScheduleService service = scheduler(NIGHTLY);
        desk.meanwhile =
                (job, cancellation) -> storage.with(StorageFault.failAny().always());

        service.runUntil(Instant.parse("2026-01-01T12:00:00Z"));

        assertThat(desk.times).hasSize(1);
    }

    @Test
    void aShortAbsenceOfTheStorageBehindARunIsOutwaited() {
        desk.meanwhile = (job, cancellation) -> {
            storage.with(StorageFault.fail(StorageCall.BEGIN));
        };

        runUntil("2026-01-01T12:00:00Z", NIGHTLY);

        assertThat(last(NIGHTLY).ok()).isTrue();
    }

    @Test
    void whatMayGoBetterLaterIsTriedAgainAsLongAsTheWindowIsOpen() {
        desk.meanwhile = (job, cancellation) -> {
            throw away();
        };

        runUntil("2026-01-01T12:00:00Z", NIGHTLY.retrying(Duration.ofMinutes(10)));

        assertThat(desk.times)
                .extracting(at -> Duration.between(Instant.parse("2026-01-01T03:00:00Z"), at)
                        .toSeconds())
                .containsExactly(0L, 30L, 90L, 210L, 450L);
        JobRun run = last(NIGHTLY);
        assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(run.tries()).isEqualTo(5);
        assertThat(run.code()).contains(ErrorCode.SERVER_UNREACHABLE);
        assertThat(run.message()).isEqualTo("the server does not answer");
    }

    @Test
    void aProjectThatIsLockedIsTriedAgainUntilItIsNot() {
        desk.meanwhile = (job, cancellation) -> {
            if (desk.times.size() < 3) {
                throw new LockedException("a deployment makes a backup", "");
            }
        };

        runUntil("2026-01-01T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(3);
        assertThat(last(NIGHTLY).ok()).isTrue();
        assertThat(last(NIGHTLY).tries()).isEqualTo(3);
    }

    @Test
    void whatWouldFailAgainIsNotTriedAgain() {
        desk.meanwhile = (job, cancellation) -> {
            throw new EngineException(ErrorCode.AUTH_FAILED, "wrong password", "");
        };

        runUntil("2026-01-02T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(2);
        assertThat(last(NIGHTLY).tries()).isEqualTo(1);
    }

    @Test
    void anErrorOfNobodysKnowledgeIsAFailureAndEndsNothing() {
        desk.meanwhile = (job, cancellation) -> {
            throw new IllegalStateException("a bug");
        };

        runUntil("2026-01-02T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(2);
        assertThat(last(NIGHTLY).code()).contains(ErrorCode.COMMAND_FAILED);
    }

    @Test
    void whatTakesTooLongIsCancelledAndToldAsAFailure() {
        desk.meanwhile = (job, cancellation) -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            cancellation.onCancel(cancelled::countDown);
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            cancellation.throwIfCancelled();
        };

        JobRun run = scheduler(NIGHTLY.timeout(Duration.ofSeconds(1)).retrying(Duration.ZERO))
                .run("shop/backup", new Cancellation());

        assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(run.code()).contains(ErrorCode.EXEC_TIMEOUT);
        assertThat(desk.told).containsExactly(ErrorCode.EXEC_TIMEOUT);
    }

    @Test
    void whatIsCancelledStaysDue() {
        runUntil("2026-01-01T02:59:00Z", NIGHTLY);
        time.now = Instant.parse("2026-01-01T03:00:00Z");
        Cancellation cancellation = new Cancellation();
        desk.meanwhile = (job, own) -> {
            cancellation.cancel("the node is restarted");
            own.throwIfCancelled();
        };
        assertThatThrownBy(() -> scheduler(NIGHTLY).runDue(cancellation)).isInstanceOf(CancelledException.class);
        assertThat(status(NIGHTLY).last()).isEmpty();
        desk.meanwhile = (job, own) -> {};

        runUntil("2026-01-01T03:05:00Z", NIGHTLY);

        assertThat(last(NIGHTLY).ok()).isTrue();
        assertThat(desk.times).hasSize(2);
    }

    @Test
    void jobsBeginWithinTheirJitterAndEverySchedulerAgreesWhen() {
        ScheduledJob job = NIGHTLY.jitter(HOUR);
        runUntil("2026-02-01T00:00:00Z", job);

        assertThat(desk.times).hasSize(31);
        assertThat(desk.times.stream()
                        .map(at -> Duration.between(
                                LocalDate.ofInstant(at, ZoneId.of("UTC"))
                                        .atTime(3, 0)
                                        .toInstant(ZoneOffset.UTC),
                                at))
                        .distinct())
                .hasSizeGreaterThan(20)
                .allSatisfy(late -> assertThat(late).isBetween(Duration.ZERO, HOUR));
        Instant due = Instant.parse("2026-02-01T03:00:00Z");
        assertThat(job.start(due))
                .isEqualTo(ScheduledJob.backup("shop", CronLine.of("0 3 * * *"))
                        .jitter(HOUR)
                        .start(due));
        assertThat(job.next(time.now)).isEqualTo(job.start(due));
        assertThat(job.next(job.start(due).minusMillis(1))).isEqualTo(job.start(due));
        assertThat(job.next(job.start(due))).isEqualTo(job.start(due.plus(Duration.ofDays(1))));
    }

    @Test
    void jobsOfOneProjectAreDoneOneAfterTheOther() {
        CronLine line = CronLine.of("0 3 * * *");
        ScheduledJob prune = ScheduledJob.prune("shop", line);
        ScheduledJob drill = ScheduledJob.drill("shop", line);
        desk.meanwhile = (job, cancellation) ->
                assertThat(store.jobs().isLocked("shop", time)).isTrue();

        runUntil("2026-01-01T12:00:00Z", prune, drill, NIGHTLY);

        assertThat(desk.names).containsExactly("shop/backup", "shop/drill", "shop/prune");
        assertThat(scheduler(prune, drill, NIGHTLY).jobs())
                .allSatisfy(status -> assertThat(status.last()).map(JobRun::ok).contains(true));
    }

    @Test
    void aPruneNeedsNoRoomInTheStorage() {
        ScheduledJob prune = ScheduledJob.prune("shop", CronLine.of("0 3 * * *"));
        runUntil("2026-01-01T02:00:00Z", prune, NIGHTLY);
        storage.with(StorageFault.fail(StorageCall.BEGIN).always().throwing(ErrorCode.STORAGE_FULL));

        runUntil("2026-01-01T03:10:00Z", prune, NIGHTLY);

        assertThat(desk.names).containsExactly("shop/prune");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"settled\":\"+999999999-12-31T23:59:59Z\",\"line\":\"0 3 * * * in Z\"}",
                "{\"settled\":\"-999999999-01-01T00:00:00Z\",\"line\":\"0 3 * * * in Z\"}",
                "{\"settled\":\"2026-01-01T00:00:00Z\",\"line\":\"x\",\"last\":{\"outcome\":\"NONE\"}}",
                "{\"settled\":\"2026-01-01T00:00:00Z\",\"line\":\"0 3"
            })
    void aNoteThatCannotBeReadIsNone(String note) {
        storage.put(new ObjectKey("shop/state/schedule-backup"), WriteMode.CREATE, note.getBytes(UTF_8));

        runUntil("2026-01-01T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(1);
        assertThat(last(NIGHTLY).ok()).isTrue();
    }

    @Test
    void anotherSchedulerThatAsksForTheSameDueTimeAgainGetsNothing() {
        StandardScheduleService service = scheduler(NIGHTLY);
        Instant due = Instant.parse("2026-01-01T03:00:00Z");

        assertThat(service.run("shop/backup", due, new Cancellation())
                        .orElseThrow()
                        .ok())
                .isTrue();

        assertThat(service.run("shop/backup", due, new Cancellation())).isEmpty();
        assertThat(scheduler(NIGHTLY).run("shop/backup", due.minus(HOUR), new Cancellation()))
                .isEmpty();
        assertThat(desk.times).hasSize(1);
        assertThat(service.run("shop/backup", due.plus(HOUR), new Cancellation()))
                .isPresent();
    }

    @Test
    void whatIsAskedForWaitsForItsTurn() {
        ProjectLock other = store.jobs().lock("shop", time);
        try {
            scheduler(NIGHTLY).run("shop/backup", new Cancellation());
        } finally {
            other.close();
        }

        assertThat(desk.times).singleElement().satisfies(at -> assertThat(at)
                .isEqualTo(Instant.parse("2026-01-01T00:01:00Z")));
    }

    @Test
    void whatSomebodyAskedForInTheMorningWasWhatIsDueAtNight() {
        runUntil("2026-01-01T02:00:00Z", NIGHTLY);
        time.now = Instant.parse("2026-01-01T08:00:00Z");

        JobRun run = scheduler(NIGHTLY).run("shop/backup", new Cancellation());
        assertThat(run.due()).isEqualTo(time.now);
        runUntil("2026-01-01T12:00:00Z", NIGHTLY);

        assertThat(desk.times).hasSize(1);
    }

    @Test
    void aJobThatThereIsNotIsSaid() {
        assertThatThrownBy(() -> scheduler(NIGHTLY).run("shop/drill", new Cancellation()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shop/drill")
                .hasMessageContaining("[shop/backup]");
    }
}
