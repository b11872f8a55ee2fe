package io.codeb.cli;

import io.codeb.PreflightReport;
import io.codeb.cli.Views.StagingStepView;
import io.codeb.config.ConfiguredProject;
import io.codeb.config.ConfiguredStaging;
import io.codeb.deploy.GuardEvent;
import io.codeb.deploy.GuardStep;
import io.codeb.deploy.Probe;
import io.codeb.deploy.Staging;
import io.codeb.deploy.StagingPlan;
import io.codeb.deploy.StagingReport;
import io.codeb.deploy.StagingRequest;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.json.FindingView;
import io.codeb.json.KeptView;
import io.codeb.json.NoticeView;
import io.codeb.model.BackupRef;
import io.codeb.model.ReplacedDatabase;
import io.codeb.spi.runtime.RuntimeConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "staging",
        description = "Gives a staging system the data of production, without what is private, and tests it; where that"
                + " fails, staging has its own database again.")
final class StagingCommand extends Task {
    @Parameters(index = "0", paramLabel = "PRODUCTION", description = "The project whose database is backed up.")
    String production = "";

    @Parameters(index = "1", paramLabel = "STAGING", description = "The project whose database is replaced.")
    String staging = "";

    @Option(
            names = {"-r", "--repository"},
            paramLabel = "NAME",
            description = "Where the backup goes; production's own repository without it.")
    @Nullable
    String repository;

    @Option(
            names = "--backup-within",
            paramLabel = "TIME",
            description = "Makes no backup where there is one that is younger than this and, read whole, is proven.")
    @Nullable
    Duration backupWithin;

    @Mixin
    LoadOptions load = new LoadOptions();

    @Option(names = "--keep", paramLabel = "TIME", description = "How long what was replaced is kept: 1d, 12h.")
    @Nullable
    Duration keep;

    @Option(
            names = "--test-sql",
            paramLabel = "SQL",
            description = "Tests staging by a statement whose first value must be true. Can be repeated.")
    List<String> queries = new ArrayList<>();

    @Option(
            names = "--test",
            paramLabel = "COMMAND",
            description = "Tests staging by a command, after those statements, that a shell runs and that must end with"
                    + " status 0. Can be repeated.")
    List<String> commands = new ArrayList<>();

    @Option(
            names = "--test-in",
            paramLabel = "CONTAINER",
            description = "Where the commands of --test run; on this host without it.")
    @Nullable
    String container;

    @Option(
            names = "--test-runtime",
            paramLabel = "NAME",
            description = "What runs that container, podman or docker; without it what staging is deployed on, or its"
                    + " database.")
    @Nullable
    String runtime;

    @Option(names = "--test-limit", paramLabel = "TIME", description = "How long each test may take; 10m without it.")
    @Nullable
    Duration testLimit;

    @Mixin
    Caution caution = new Caution();

    @Override
    Answer run(Session session) throws IOException {
        ConfiguredProject from = session.project(production);
        ConfiguredProject to = session.project(staging);
        StagingRequest request = request(from, to);
        if (caution.dryRun) {
            return plan(session, request);
        }
        caution.confirm(
                session, session.words().say("staging.confirm", to.project().database(), staging, production));
        session.tell(session.words()
                .say(request.backupAge().isZero() ? "staging.step.backup" : "staging.step.find", production));
        StagingReport report = Staging.of(session.codeb())
                .listener(event -> tell(session, event))
                .run(request, session.cancellation());
        return done(session, report);
    }

    // What is asked for

    private StagingRequest request(ConfiguredProject from, ConfiguredProject to) throws IOException {
        if (container == null && runtime != null) {
            throw misuse("--test-runtime needs --test-in");
        }
        if (commands.isEmpty() && container != null) {
            throw misuse("--test-in needs --test");
        }
        try {
            StagingRequest request = StagingRequest.of(
                            from, to, rules(to.staging().orElse(ConfiguredStaging.NOTHING)))
                    .restoring(load.read());
            return repository == null ? request : request.in(repository);
        } catch (IllegalArgumentException e) {
            throw misuse(String.valueOf(e.getMessage()));
        }
    }

    /** The configuration's, and what this command adds to them: it takes no statement and no test away. */
    private ConfiguredStaging rules(ConfiguredStaging configured) {
        List<ConfiguredStaging.Test> tests = new ArrayList<>(configured.tests());
        queries.forEach(query -> tests.add(new ConfiguredStaging.Test.Sql(query)));
        commands.forEach(command -> tests.add(new ConfiguredStaging.Test.Command(
                command,
                Optional.ofNullable(container),
                Optional.ofNullable(runtime).map(RuntimeConfig::of))));
        if (tests.isEmpty() && testLimit != null) {
            throw misuse("--test-limit needs --test or --test-sql");
        }
        return new ConfiguredStaging(
                configured.masking(),
                configured.roles(),
                Optional.ofNullable(backupWithin).or(configured::backupWithin),
                Optional.ofNullable(keep).or(configured::keep),
                tests,
                Optional.ofNullable(testLimit).or(configured::testLimit));
    }

    // What is said

    private static void tell(Session session, GuardEvent event) {
        Words words = session.words();
        if (event instanceof GuardEvent.StepBegan began) {
            switch (began.kind()) {
                case RESTORE, PROBE, ROLL_BACK ->
                    session.tell(
                            words.say("staging.step." + began.kind().name().toLowerCase(Locale.ROOT), began.detail()));
                default -> {}
            }
        }
    }

    private Answer done(Session session, StagingReport report) {
        Words words = session.words();
        Optional<ReplacedDatabase> kept = report.guard().kept();
        List<GuardStep> steps = report.guard().steps();
        long tests = steps.stream()
                .filter(each -> each.kind() == GuardStep.Kind.PROBE)
                .count();
        List<NoticeView> notices = NoticeView.of(Metadata.changed(session, production));
        Answer answer = Answer.of(new Views.Staged(
                        production,
                        staging,
                        report.backup().toString(),
                        steps.stream().map(StagingStepView::of).toList(),
                        kept.map(KeptView::of).orElse(null),
                        notices,
                        report.duration().toMillis()))
                .line(words.say(
                        "staging.done", staging, report.backup(), Long.toString(tests), Words.took(report.duration())));
        kept.ifPresent(each -> answer.line(words.say("db.restore.kept", words.time(each.keptUntil()), staging)));
        return Backups.notices(answer, notices, words);
    }

    /** With the last backup that there is: how a new one would be is not known before it is made. */
    private Answer plan(Session session, StagingRequest request) {
        Words words = session.words();
        StagingPlan plan = Staging.of(session.codeb()).plan(request, session.cancellation());
        List<Finding> findings = plan.checks().map(PreflightReport::findings).orElse(List.of());
        Answer answer = Answer.of(new Views.StagingPlan(
                        true,
                        production,
                        staging,
                        plan.backup().map(BackupRef::toString).orElse(null),
                        request.tests().stream().map(Probe::name).toList(),
                        plan.ok(),
                        findings.stream().map(FindingView::of).toList()))
                .status(plan.ok() ? 0 : ErrorCode.CHECK_FAILED.exitStatus())
                .line(words.say("staging.plan", production, staging));
        answer.line(
                plan.backup().isPresent()
                        ? words.say("staging.plan.checked", plan.backup().get())
                        : words.say("staging.plan.unchecked", production));
        request.tests().forEach(each -> answer.line(words.say("staging.plan.test", each.name())));
        findings.forEach(each -> DbCommands.told(answer, each));
        return answer;
    }
}
