package io.codeb.cli;

import io.codeb.RecoveryReport;
import io.codeb.cli.Views.LeftoverView;
import io.codeb.cli.Views.RecoveredDeploymentView;
import io.codeb.cli.Views.RecoveredRestoreView;
import io.codeb.config.ConfiguredProject;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.json.FailureView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "recover",
        description = "Finishes or undoes restores and deployments that have died, ends what dead runs have left, and"
                + " starts applications that have ended with their host.")
final class RecoverCommand extends Task {
    @Override
    Answer run(Session session) {
        RecoveryReport report = session.codeb().restores().recover(session.cancellation());
        List<RecoveredRestoreView> restores = report.restores().stream()
                .map(restore -> new RecoveredRestoreView(
                        restore.run(),
                        restore.project(),
                        restore.database(),
                        restore.outcome().name()))
                .toList();
        List<LeftoverView> leftovers = report.projects().entrySet().stream()
                .flatMap(project -> LeftoverView.of(project.getKey(), project.getValue()).stream())
                .toList();
        List<FailureView> failures = new ArrayList<>();
        report.failures()
                .forEach(failure -> failures.add(
                        new FailureView(failure.project(), failure.code().name(), failure.reason())));
        List<RecoveredDeploymentView> deployments = deployments(session, failures);
        Words words = session.words();
        boolean ok = failures.isEmpty() && report.ok();
        Answer answer = Answer.of(new Views.Recovered(ok, restores, deployments, leftovers, failures))
                .status(ok ? 0 : ErrorCode.CHECK_FAILED.exitStatus());
        deployments.forEach(each -> answer.line(words.say("recover.deployment", each.project(), each.outcome())));
        restores.forEach(restore ->
                answer.line(words.say("recover.restore", restore.project(), restore.database(), restore.outcome())));
        leftovers.forEach(left -> answer.line(
                left.ended()
                        ? words.say("recover.ended", left.project(), left.name())
                        : words.say("recover.kept", left.project(), left.name(), left.keptBecause())));
        Backups.failures(answer, failures, words);
        return restores.isEmpty() && deployments.isEmpty() && leftovers.isEmpty() && failures.isEmpty()
                ? answer.line(words.say("recover.nothing"))
                : answer;
    }

    private static List<RecoveredDeploymentView> deployments(Session session, List<FailureView> failures) {
        List<RecoveredDeploymentView> deployments = new ArrayList<>();
        for (ConfiguredProject project : session.configuration().projects()) {
            if (project.deployment().isPresent()) {
                try {
                    ApplicationCommands.service(session)
                            .recover(
                                    ConfiguredApplication.of(project).application(request -> request),
                                    session.cancellation())
                            .ifPresent(report -> deployments.add(new RecoveredDeploymentView(
                                    report.project(), report.outcome().name())));
                } catch (CodeBException e) {
                    failures.add(new FailureView(project.name(), e.code().name(), String.valueOf(e.getMessage())));
                }
            }
        }
        return deployments;
    }
}
