package io.codeb.cli;

import io.codeb.RollbackPreview;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.cli.Views.DifferenceView;
import io.codeb.cli.Views.KeptView;
import io.codeb.cli.Views.NoticeView;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.ReplacedDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rollback", description = "Puts a database back that a restore has replaced, in seconds.")
final class RollbackCommand extends Task {
    @Parameters(paramLabel = "PROJECT", description = "The project.")
    String project = "";

    @Option(names = "--database", paramLabel = "NAME", description = "Another database than the project's own.")
    @Nullable
    String database;

    @Option(names = "--to", paramLabel = "NAME", description = "Which of those that are kept, by its name there.")
    @Nullable
    String to;

    @Option(names = "--keep", paramLabel = "TIME", description = "How long what is live now is kept; 1d without it.")
    @Nullable
    Duration keep;

    @Mixin
    Caution caution = new Caution();

    @Override
    Answer run(Session session) throws IOException {
        String name = database == null ? session.project(project).project().database() : database;
        Words words = session.words();
        ReplacedDatabase kept = kept(session, name);
        String since = words.time(kept.replacedAt());
        RollbackRequest request = RollbackRequest.of(project).database(name).to(kept.keptAs());
        if (caution.dryRun) {
            return plan(session, name, session.codeb().restores().preview(request, session.cancellation()));
        }
        caution.confirm(session, words.say("rollback.confirm", name, project, since));
        request = keep == null ? request : request.keeping(keep);
        RollbackResult result = session.codeb().restores().rollback(request, session.cancellation());
        Answer answer = Answer.of(new Views.RolledBack(
                        false,
                        project,
                        name,
                        KeptView.of(result.restored()),
                        result.replaced().map(KeptView::of).orElse(null),
                        List.of(),
                        NoticeView.of(result.notices())))
                .line(words.say("rollback.done", name, since));
        result.replaced()
                .ifPresent(replaced ->
                        answer.line(words.say("db.restore.kept", words.time(replaced.keptUntil()), project)));
        return Backups.notices(answer, NoticeView.of(result.notices()), words);
    }

    private Answer plan(Session session, String name, RollbackPreview preview) {
        Words words = session.words();
        ReplacedDatabase kept = preview.restored();
        Answer answer = Answer.of(new Views.RolledBack(
                        true,
                        project,
                        name,
                        KeptView.of(kept),
                        null,
                        preview.differences().stream().map(DifferenceView::of).toList(),
                        List.of()))
                .line(words.say("rollback.would", name, kept.keptAs(), words.time(kept.replacedAt())));
        preview.differences()
                .forEach(each -> answer.line(words.say(
                        "rollback.difference",
                        each.schema() + "." + each.name(),
                        Words.count(Math.max(0, each.live())),
                        Words.count(Math.max(0, each.kept())))));
        return answer.line(words.say("rollback.missing", Words.count(preview.missingRows())));
    }

    private ReplacedDatabase kept(Session session, String name) {
        return session.codeb().restores().replaced(project, session.cancellation()).stream()
                .filter(each -> each.database().equals(name)
                        && (to == null || each.keptAs().equals(to)))
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        ErrorCode.DATABASE_NOT_FOUND,
                        "nothing is kept of the database " + name + " of " + project,
                        "restore a backup: 'codeb db restore " + project + " latest --replace'"));
    }
}
