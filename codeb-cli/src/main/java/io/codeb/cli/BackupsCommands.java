package io.codeb.cli;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.CatalogService;
import io.codeb.ExportRequest;
import io.codeb.Pin;
import io.codeb.PruneReport;
import io.codeb.RetentionRequest;
import io.codeb.VerifyReport;
import io.codeb.error.ErrorCode;
import io.codeb.json.BackupView;
import io.codeb.json.NoticeView;
import io.codeb.json.Pinned;
import io.codeb.json.PrunedProject;
import io.codeb.json.Shown;
import io.codeb.json.UnreadableView;
import io.codeb.json.VerifiedBackup;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.retention.RetentionPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backups",
        description = "Works with backups that there are.",
        subcommands = {
            BackupsCommands.Listing.class,
            BackupsCommands.Show.class,
            BackupsCommands.Verify.class,
            BackupsCommands.PinOne.class,
            BackupsCommands.Unpin.class,
            BackupsCommands.Copy.class,
            BackupsCommands.Delete.class,
            BackupsCommands.Prune.class,
            BackupsCommands.Export.class
        })
final class BackupsCommands extends Group {
    @Command(name = "list", description = "Lists backups, the oldest first, and what among them cannot be read.")
    static final class Listing extends Task {
        @Parameters(
                arity = "0..*",
                paramLabel = "PROJECT",
                description = "The projects; all that have backups without it.")
        List<String> projects = new ArrayList<>();

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Option(names = "--label", paramLabel = "NAME=TEXT", description = "Only those with this label.")
        Map<String, String> labels = new LinkedHashMap<>();

        @Override
        Answer run(Session session) {
            List<BackupView> backups = new ArrayList<>();
            List<UnreadableView> unreadable = new ArrayList<>();
            for (Place place : places(session)) {
                BackupQuery query = BackupQuery.of(place.project());
                for (Map.Entry<String, String> label : labels.entrySet()) {
                    query = query.label(label.getKey(), label.getValue());
                }
                BackupListing listing = place.catalog().list(query);
                listing.backups().forEach(backup -> backups.add(BackupView.of(backup)));
                listing.unreadable().forEach(each -> unreadable.add(UnreadableView.of(each)));
            }
            Answer answer = Answer.of(new Views.Listed(backups, unreadable));
            Backups.listed(answer, backups, session.words());
            unreadable.forEach(each ->
                    answer.line(session.words().say("backups.unreadable", each.ref(), each.reason(), each.code())));
            return answer;
        }

        private record Place(CatalogService catalog, String project) {}

        private List<Place> places(Session session) {
            if (!projects.isEmpty()) {
                return projects.stream()
                        .map(project -> new Place(session.catalogOf(project, repository.name), project))
                        .toList();
            }
            List<String> repositories = repository.name == null ? session.repositoryNames() : List.of(repository.name);
            List<Place> places = new ArrayList<>();
            for (String name : repositories) {
                CatalogService catalog = session.catalog(name);
                catalog.projects().forEach(project -> places.add(new Place(catalog, project)));
            }
            return places;
        }
    }

    @Command(name = "show", description = "Shows all that is on record of a backup.")
    static final class Show extends BackupTask {
        @Override
        Answer run(Session session) {
            BackupRef ref = ref(session);
            Manifest manifest = session.codeb().catalog().read(ref);
            Shown shown = session.codeb().catalog().in(ref.repository()).list(ref.project()).stream()
                    .filter(each -> each.ref().equals(ref))
                    .map(Shown::of)
                    .findFirst()
                    .orElseGet(() -> Shown.of(Backup.of(ref, manifest)));
            BackupView view = shown.backup();
            Words words = session.words();
            Answer answer = Answer.of(shown);
            answer.line(words.say("head.backup") + ": " + view.ref());
            answer.line(words.say("head.time") + ": " + words.time(view.startedAt()));
            answer.line(words.say("head.database") + ": " + view.database() + " (" + view.engine() + " "
                    + view.serverVersion() + ", " + view.content() + ")");
            answer.line(
                    words.say("head.size") + ": " + Words.size(view.storedSize()) + " / " + Words.size(view.rawSize()));
            answer.line(words.say("head.proven") + ": "
                    + (view.provenAt() == null ? words.say("backups.unproven") : words.time(view.provenAt())));
            if (view.pinnedBecause() != null) {
                answer.line(words.say("backups.pinned", view.pinnedBecause()));
            }
            view.labels().forEach((name, text) -> answer.line(name + " = " + text));
            return Backups.tables(answer, shown.tables(), words);
        }
    }

    @Command(name = "verify", description = "Reads backups whole and compares them with what is on record.")
    static final class Verify extends Task {
        @Parameters(arity = "1..*", paramLabel = "BACKUP", description = BackupTask.WHICH)
        List<String> backups = new ArrayList<>();

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Override
        Answer run(Session session) {
            List<VerifyReport> reports = new ArrayList<>();
            for (String backup : backups) {
                BackupRef ref = session.backup(backup, repository.name);
                reports.add(session.codeb().catalog().verify(ref, session.cancellation()));
            }
            boolean ok = reports.stream().allMatch(VerifyReport::ok);
            Answer answer = Answer.of(new Views.Verified(
                            ok, reports.stream().map(VerifiedBackup::of).toList()))
                    .status(ok ? 0 : ErrorCode.DIGEST_MISMATCH.exitStatus());
            for (VerifyReport report : reports) {
                String key = !report.ok()
                        ? "backups.verify.broken"
                        : report.decoded() ? "backups.verify.ok" : "backups.verify.stored";
                answer.line(session.words()
                        .say(key, report.backup(), Words.size(report.bytesRead()), Words.took(report.duration())));
                report.problems().forEach(problem -> answer.line("  " + problem));
            }
            return answer;
        }
    }

    @Command(name = "copy", description = "Copies a backup to another repository, as it is stored.")
    static final class Copy extends BackupTask {
        @Parameters(index = "1", paramLabel = "REPOSITORY", description = "Where to, by its name.")
        String to = "";

        @Override
        Answer run(Session session) {
            BackupRef ref = ref(session);
            BackupRef copy = session.codeb().catalog().copy(ref, to, session.cancellation());
            return Answer.of(new Views.Copied(ref.toString(), copy.toString()))
                    .line(session.words().say("backups.copy.done", ref, copy));
        }
    }

    @Command(name = "delete", description = "Deletes backups.")
    static final class Delete extends Task {
        @Parameters(arity = "1..*", paramLabel = "BACKUP", description = "Their ids, or REPOSITORY/PROJECT/ID.")
        List<String> backups = new ArrayList<>();

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Mixin
        Caution caution = new Caution();

        @Override
        Answer run(Session session) throws IOException {
            // By their ids alone: who deletes names what is lost.
            List<BackupRef> refs = backups.stream()
                    .map(session.catalog(repository.name)::resolve)
                    .toList();
            Words words = session.words();
            List<NoticeView> notices = List.of();
            if (!caution.dryRun) {
                caution.confirm(session, words.say("backups.delete.confirm", refs));
                refs.forEach(session.codeb().catalog()::delete);
                notices = NoticeView.of(Metadata.deleted(session, refs));
            }
            Answer answer = Answer.of(new Views.Deleted(
                    caution.dryRun, refs.stream().map(BackupRef::toString).toList(), notices));
            refs.forEach(ref ->
                    answer.line(words.say(caution.dryRun ? "backups.delete.would" : "backups.delete.done", ref)));
            return Backups.notices(answer, notices, words);
        }
    }

    @Command(name = "pin", description = "Keeps a backup from being deleted and pruned, until it is unpinned.")
    static final class PinOne extends BackupTask {
        @Parameters(index = "1", paramLabel = "REASON", description = "Why, for who looks later.")
        String reason = "";

        @Override
        Answer run(Session session) {
            BackupRef ref = ref(session);
            Pin pin;
            try {
                pin = session.codeb().catalog().pin(ref, reason);
            } catch (IllegalArgumentException e) {
                throw misuse(String.valueOf(e.getMessage()));
            }
            return Answer.of(Pinned.of(ref, pin)).line(session.words().say("backups.pin.done", ref));
        }
    }

    @Command(name = "unpin", description = "Lets a backup be deleted and pruned again.")
    static final class Unpin extends BackupTask {
        @Override
        Answer run(Session session) {
            BackupRef ref = ref(session);
            session.codeb().catalog().unpin(ref);
            return Answer.of(new Views.Unpinned(ref.toString()))
                    .line(session.words().say("backups.unpin.done", ref));
        }
    }

    @Command(name = "prune", description = "Deletes what retention does not keep, and says of each backup why.")
    static final class Prune extends Task {
        @Parameters(
                arity = "0..*",
                paramLabel = "PROJECT",
                description = "The projects; without it all whose configuration says what stays.")
        List<String> projects = new ArrayList<>();

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Mixin
        Caution caution = new Caution();

        @Override
        Answer run(Session session) throws IOException {
            List<String> names = projects.isEmpty() ? session.retainedProjects() : projects;
            Words words = session.words();
            List<RetentionRequest> requests =
                    names.stream().map(name -> request(session, name)).toList();
            List<RetentionPlan> plans = new ArrayList<>();
            for (RetentionRequest request : requests) {
                plans.add(session.codeb().retention().plan(request, session.cancellation()));
            }
            int going = plans.stream().mapToInt(plan -> plan.going().size()).sum();
            if (caution.dryRun || going == 0) {
                return planned(words, requests, plans);
            }
            caution.confirm(
                    session,
                    words.say(
                            "backups.prune.confirm",
                            Words.count(going),
                            Words.size(plans.stream()
                                    .mapToLong(RetentionPlan::goingBytes)
                                    .sum())));
            List<PruneReport> reports = new ArrayList<>();
            for (RetentionRequest request : requests) {
                reports.add(session.codeb().retention().prune(request, session.cancellation()));
            }
            List<BackupRef> removed = reports.stream()
                    .flatMap(report -> report.removed().stream())
                    .toList();
            return pruned(words, requests, reports, NoticeView.of(Metadata.deleted(session, removed)));
        }

        private RetentionRequest request(Session session, String project) {
            RetentionRequest request = RetentionRequest.of(project);
            String place = repository.name == null ? session.repositoryOf(project) : repository.name;
            return place == null ? request : request.in(place);
        }

        private Answer planned(Words words, List<RetentionRequest> requests, List<RetentionPlan> plans) {
            List<PrunedProject> views = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                views.add(PrunedProject.of(requests.get(i).project(), plans.get(i)));
            }
            Answer answer = Answer.of(new Views.Pruned(caution.dryRun, true, views, List.of()));
            for (int i = 0; i < plans.size(); i++) {
                String project = requests.get(i).project();
                plans.get(i)
                        .decisions()
                        .forEach(decision -> answer.line(words.say(
                                decision.stays() ? "backups.prune.stays" : "backups.prune.goes",
                                project + "/" + decision.id(),
                                decision.why())));
            }
            return plans.stream().allMatch(plan -> plan.decisions().isEmpty())
                    ? answer.line(words.say("backups.none"))
                    : answer;
        }

        private static Answer pruned(
                Words words, List<RetentionRequest> requests, List<PruneReport> reports, List<NoticeView> notices) {
            boolean ok = reports.stream().allMatch(PruneReport::ok);
            List<PrunedProject> views = new ArrayList<>();
            for (int i = 0; i < reports.size(); i++) {
                views.add(PrunedProject.of(requests.get(i).project(), reports.get(i)));
            }
            int status = reports.stream()
                    .flatMap(report -> report.failures().stream())
                    .mapToInt(failure -> failure.code().exitStatus())
                    .findFirst()
                    .orElse(0);
            Answer answer =
                    Answer.of(new Views.Pruned(false, ok, views, notices)).status(status);
            for (PruneReport report : reports) {
                report.removed().forEach(ref -> answer.line(words.say("backups.delete.done", ref)));
                report.failures()
                        .forEach(each -> answer.line(words.say("failure", each.ref(), each.reason(), each.code())));
            }
            return Backups.notices(answer, notices, words);
        }
    }

    @Command(name = "export", description = "Writes a backup's dump to a file, as SQL.")
    static final class Export extends BackupTask {
        @Parameters(
                index = "1",
                paramLabel = "FILE",
                description = "A new file that ends in .sql, .sql.gz or .sql.zst; - for standard output, as plain SQL.")
        @Nullable
        Path file;

        @Override
        Answer run(Session session) throws IOException {
            Path to = Objects.requireNonNull(file, "file");
            boolean piped = to.toString().equals("-");
            if (piped && common.json) {
                throw misuse("--json and - are two answers in one place");
            }
            BackupRef ref = ref(session);
            if (piped) {
                session.codeb()
                        .catalog()
                        .export(ref, ExportRequest.plain(session.terminal().out()), session.cancellation());
                return Answer.of("");
            }
            session.codeb().catalog().export(ref, to, session.cancellation());
            return Answer.of(new Views.Exported(ref.toString(), to.toString(), Files.size(to)))
                    .line(session.words().say("backups.export.done", ref, to, Words.size(Files.size(to))));
        }
    }
}
