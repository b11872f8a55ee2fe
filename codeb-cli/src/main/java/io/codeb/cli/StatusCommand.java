package io.codeb.cli;

import io.codeb.StatusService;
import io.codeb.json.ProjectStatusView;
import io.codeb.status.ProjectStatus;
import io.codeb.status.StatusTable;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Shows how the backups of each project are.")
final class StatusCommand extends Task {
    @Parameters(
            arity = "0..*",
            paramLabel = "PROJECT",
            description = "The projects; all that are configured without it.")
    List<String> projects = new ArrayList<>();

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Override
    Answer run(Session session) {
        StatusService service = session.codeb().status();
        List<ProjectStatus> statuses = new ArrayList<>();
        for (String project : projects.isEmpty() ? session.projectNames() : projects) {
            String place = repository.name == null ? session.project(project).repository() : repository.name;
            statuses.add(service.of(project, place, session.cancellation()));
        }
        Words words = session.words();
        Answer answer = Answer.of(
                new Views.Status(statuses.stream().map(ProjectStatusView::of).toList()));
        StatusTable.of(statuses, words.zone(), words.locale()).lines().forEach(answer::line);
        for (ProjectStatus status : statuses) {
            status.failure()
                    .ifPresent(failed -> answer.line(words.say(
                            "status.failed",
                            status.project(),
                            words.time(failed.failedAt()),
                            failed.message(),
                            failed.code())));
            status.problem().ifPresent(problem -> answer.line(words.say("status.unknown", status.project(), problem)));
            if (status.unreadable() > 0) {
                answer.line(words.say("status.unreadable", status.project(), Words.count(status.unreadable())));
            }
        }
        return answer;
    }
}
