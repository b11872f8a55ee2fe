package io.codeb.cli;

import io.codeb.RecoveryReport;
import io.codeb.cli.Views.FailureView;
import io.codeb.cli.Views.LeftoverView;
import io.codeb.cli.Views.RecoveredRestoreView;
import io.codeb.error.ErrorCode;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "recover",
        description = "Finishes or undoes restores that have died, and ends what dead runs have left.")
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
        List<FailureView> failures = report.failures().stream()
                .map(failure ->
                        new FailureView(failure.project(), failure.code().name(), failure.reason()))
                .toList();
        Words words = session.words();
        Answer answer = Answer.of(new Views.Recovered(report.ok(), restores, leftovers, failures))
                .status(report.ok() ? 0 : ErrorCode.CHECK_FAILED.exitStatus());
        restores.forEach(restore ->
                answer.line(words.say("recover.restore", restore.project(), restore.database(), restore.outcome())));
        leftovers.forEach(left -> answer.line(
                left.ended()
                        ? words.say("recover.ended", left.project(), left.name())
                        : words.say("recover.kept", left.project(), left.name(), left.keptBecause())));
        Backups.failures(answer, failures, words);
        return restores.isEmpty() && leftovers.isEmpty() && failures.isEmpty()
                ? answer.line(words.say("recover.nothing"))
                : answer;
    }
}
