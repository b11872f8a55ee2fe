package io.codeb.cli;

import io.codeb.RollbackPreview;
import io.codeb.RollbackRequest;
import io.codeb.RollbackResult;
import io.codeb.cli.Views.DifferenceView;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.DeployService.ReleaseDatabase;
import io.codeb.deploy.Release;
import io.codeb.deploy.ReleaseListing;
import io.codeb.deploy.Route;
import io.codeb.deploy.TrafficSwitch;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.json.KeptView;
import io.codeb.json.NoticeView;
import io.codeb.json.ReleaseView;
import io.codeb.model.ReplacedDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = "Puts a database back that a restore has replaced, in seconds; or brings a release back, with its"
                + " database.")
final class RollbackCommand extends Task {
    @Parameters(index = "0", paramLabel = "PROJECT", description = "The project.")
    String project = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "A release of the application, by its number, or 'previous'.")
    @Nullable
    String release;

    @Option(names = "--version-alone", description = "Leaves the database as it is when a release is brought back.")
    boolean versionAlone;

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
        if (release != null) {
            return bringBack(session, release);
        }
        if (versionAlone) {
            throw misuse("--version-alone is said of a release");
        }
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

    private Answer bringBack(Session session, String which) throws IOException {
        if (database != null || to != null || keep != null) {
            throw misuse("--database, --to and --keep are not said of a release");
        }
        Release wanted = release(session, which);
        Words words = session.words();
        String number = Integer.toString(wanted.number());
        if (caution.dryRun) {
            return Answer.of(new Views.BringingBack(true, project, ReleaseView.of(wanted)))
                    .line(words.say("rollback.release.would", number, project, wanted.commit()));
        }
        caution.confirm(
                session,
                words.say(versionAlone ? "rollback.release.alone" : "rollback.release.confirm", number, project));
        return ApplicationCommands.deployed(
                session,
                ApplicationCommands.service(session)
                        .rollback(
                                ConfiguredApplication.of(session.project(project))
                                        .application(request -> request),
                                wanted.number(),
                                versionAlone ? ReleaseDatabase.STAYS : ReleaseDatabase.TOGETHER,
                                session.cancellation()));
    }

    private Release release(Session session, String which) {
        ReleaseListing all = DeployService.of(session.codeb()).releases(project);
        int last = all.latest().map(Release::number).orElse(0);
        boolean previous = which.equals("previous");
        if (previous && !all.unreadable().isEmpty()) {
            requireServing(session, all);
        }
        return all.releases().stream()
                .filter(each -> Integer.toString(each.number()).equals(which) || (previous && each.number() < last))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new ConfigException(
                        "there is no release '" + which + "' of " + project + " that can be brought back",
                        "'codeb releases " + project + "' lists those that there are"));
    }

    /** Where the newest one may be among those that cannot be read, what serves tells which is the one before it. */
    private void requireServing(Session session, ReleaseListing all) {
        String serving = TrafficSwitch.file(
                        ConfiguredApplication.of(session.project(project)).route())
                .current()
                .map(Route::container)
                .orElse("");
        if (all.latest().filter(each -> each.container().equals(serving)).isEmpty()) {
            ReleaseListing.Unreadable one = all.unreadable().get(0);
            throw new ConfigException(
                    "nobody knows which release of " + project + " is the previous one: " + one.reason() + " ["
                            + one.code() + "]",
                    "name it by its number: 'codeb releases " + project + "' lists those that can be read");
        }
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
