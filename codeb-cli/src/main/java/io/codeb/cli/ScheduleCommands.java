package io.codeb.cli;

import io.codeb.CodeB;
import io.codeb.JobRun;
import io.codeb.JobStatus;
import io.codeb.ScheduleService;
import io.codeb.ScheduledJob;
import io.codeb.cli.Views.RanJobView;
import io.codeb.cli.Views.UpcomingView;
import io.codeb.config.ConfiguredProject;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.json.JobRunView;
import io.codeb.json.JobView;
import io.codeb.model.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "schedule",
        description = "Does what the configuration schedules, and tells when it is due.",
        subcommands = {ScheduleCommands.Show.class, ScheduleCommands.Next.class, ScheduleCommands.Work.class})
final class ScheduleCommands extends Group {
    private static List<ScheduledJob> jobs(Session session) {
        List<ScheduledJob> jobs = session.configuration().projects().stream()
                .map(ConfiguredProject::jobs)
                .flatMap(List::stream)
                .toList();
        if (jobs.isEmpty()) {
            throw new ConfigException(
                    "nothing in the configuration is scheduled",
                    "say it by backupSchedule, drillSchedule or pruneSchedule of a project");
        }
        return jobs;
    }

    private static String outcome(JobRun run) {
        String outcome = run.outcome().name().toLowerCase(Locale.ROOT);
        return run.code().map(code -> outcome + " [" + code + "]").orElse(outcome);
    }

    @Command(name = "list", description = "Lists the jobs: when each is due next, and what came of it the last time.")
    static final class Show extends Task {
        @Override
        Answer run(Session session) {
            jobs(session);
            Words words = session.words();
            List<JobStatus> statuses = session.codeb().schedules().jobs(session.cancellation());
            Answer answer = Answer.of(
                    new Views.Schedule(statuses.stream().map(JobView::of).toList()));
            answer.table(
                    "lllll",
                    List.of(
                            words.say("head.job"),
                            words.say("head.schedule"),
                            words.say("head.next"),
                            words.say("head.last"),
                            words.say("head.outcome")),
                    statuses.stream().map(status -> row(status, words)).toList());
            for (JobStatus status : statuses) {
                status.problem()
                        .ifPresent(problem -> answer.line(
                                words.say("status.unknown", status.job().name(), problem)));
            }
            return answer;
        }

        private static List<String> row(JobStatus status, Words words) {
            return List.of(
                    status.job().name(),
                    status.job().line().toString(),
                    words.time(status.next()),
                    status.last().map(run -> words.time(run.due())).orElse("-"),
                    status.runningSince()
                            .map(since -> words.say("schedule.running", words.time(since)))
                            .or(() -> status.last().map(ScheduleCommands::outcome))
                            .orElse("-"));
        }
    }

    @Command(name = "next", description = "Tells which jobs begin next, and when.")
    static final class Next extends Task {
        private static final int MOST = 1_000;

        @Parameters(arity = "0..1", paramLabel = "NUMBER", defaultValue = "5", description = "How many; 5 without it.")
        int number;

        @Override
        Answer run(Session session) {
            if (number < 1 || number > MOST) {
                throw misuse("NUMBER is 1 to " + MOST);
            }
            Instant now = Instant.now();
            List<UpcomingView> upcoming = jobs(session).stream()
                    .flatMap(job -> Stream.iterate(job.next(now), job::next)
                            .limit(number)
                            .map(at -> new UpcomingView(job.name(), at)))
                    .sorted(Comparator.comparing(UpcomingView::at).thenComparing(UpcomingView::job))
                    .limit(number)
                    .toList();
            Words words = session.words();
            Answer answer = Answer.of(new Views.Upcoming(upcoming));
            upcoming.forEach(each -> answer.line(words.time(each.at()) + "  " + each.job()));
            return answer;
        }
    }

    @Command(
            name = "run",
            description = "Does jobs when they are due, until a signal ends it: then it waits for what goes on.")
    static final class Work extends Task {
        private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);
        /** After which a project's last backup can be another one. */
        private static final Set<ScheduledJob.Kind> CHANGING =
                Set.of(ScheduledJob.Kind.BACKUP, ScheduledJob.Kind.PRUNE);

        @Option(names = "--once", description = "Does what is due now, and ends.")
        boolean once;

        @Mixin
        final Grace grace = new Grace();

        @Override
        Answer run(Session session) {
            jobs(session);
            Duration patience = grace.of(this);
            return once ? once(session) : untilTold(session, patience);
        }

        private static Answer once(Session session) {
            ScheduleService service = session.codeb().schedules();
            Words words = session.words();
            List<RanJobView> ran = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            int status = 0;
            for (ScheduleService.Done done : service.runDue(session.cancellation())) {
                JobRun run = done.run();
                ran.add(new RanJobView(done.job().name(), JobRunView.of(run)));
                lines.add(words.say("schedule.ran", done.job().name(), words.time(run.due()), outcome(run)));
                if (CHANGING.contains(done.job().kind())) {
                    bringUpToDate(session, done.job().project());
                }
                if (!run.ok()) {
                    status = run.code().orElse(ErrorCode.CHECK_FAILED).exitStatus();
                }
            }
            Answer answer = Answer.of(new Views.RanJobs(status == 0, ran)).status(status);
            lines.forEach(answer::line);
            return lines.isEmpty() ? answer.line(words.say("schedule.nothing")) : answer;
        }

        private static Answer untilTold(Session session, Duration patience) {
            Words words = session.words();
            BlockingQueue<Optional<String>> changed = new LinkedBlockingQueue<>();
            CodeB codeb = session.codeb(event -> {
                tell(session, event);
                if (event instanceof Event.Finished) {
                    changed.add(Optional.of(event.run().project()));
                }
            });
            ScheduleService service = codeb.schedules();
            session.app().bePatient(patience);
            service.start();
            if (!session.configuration().alerts().routes().isEmpty()) {
                codeb.alerts().watch(BETWEEN_LOOKS);
            }
            bringUpToDateUntilTold(session, changed);
            boolean ended = service.stop(patience);
            changed.forEach(project -> project.ifPresent(name -> bringUpToDate(session, name)));
            return Answer.of(new Views.ScheduleEnded(!ended))
                    .line(words.say(ended ? "schedule.ended" : "schedule.cancelled"));
        }

        /** Where output goes to a log, it says what was done, and when. */
        private static void tell(Session session, Event event) {
            Words words = session.words();
            String what =
                    event.run().project() + "/" + event.run().operation().name().toLowerCase(Locale.ROOT);
            if (event instanceof Event.Finished) {
                say(session, words.say("schedule.done", words.time(event.at()), what));
            } else if (event instanceof Event.Failed failed) {
                say(
                        session,
                        words.say("schedule.failed", words.time(event.at()), what, failed.message(), failed.code()));
            }
        }

        private static void say(Session session, String line) {
            session.terminal().err().println(Columns.printable(line));
        }

        /** Until nothing stands for a project: the end. */
        private static void bringUpToDateUntilTold(Session session, BlockingQueue<Optional<String>> changed) {
            Cancellation.Registration registration =
                    session.cancellation().onCancel(() -> changed.add(Optional.empty()));
            try {
                for (Optional<String> project = changed.take(); project.isPresent(); project = changed.take()) {
                    bringUpToDate(session, project.get());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                registration.close();
            }
        }

        /** The project's metadata file. What keeps it from that ends nothing. */
        private static void bringUpToDate(Session session, String project) {
            Words words = session.words();
            try {
                Metadata.changed(session, project)
                        .forEach(notice -> say(session, words.say("notice", notice.id(), notice.message())));
            } catch (CodeBException e) {
                say(session, words.say("failure", project, String.valueOf(e.getMessage()), e.code()));
            }
        }
    }
}
