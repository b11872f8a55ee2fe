package io.codeb.cli;

import io.codeb.CatalogService;
import io.codeb.CheckReport;
import io.codeb.SweepReport;
import io.codeb.error.ErrorCode;
import io.codeb.json.Checked;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "storage",
        description = "Works with the places where backups rest.",
        subcommands = {StorageCommands.Check.class, StorageCommands.Sweep.class})
final class StorageCommands extends Group {
    @Command(
            name = "check",
            description = "Writes something small to each repository through its codecs, reads and deletes it.")
    static final class Check extends Task {
        @Override
        Answer run(Session session) {
            CheckReport report = session.repositories().check(session.cancellation());
            Answer answer = Answer.of(Checked.of(report)).status(report.ok() ? 0 : ErrorCode.CHECK_FAILED.exitStatus());
            for (CheckReport.Subject subject : report.subjects()) {
                boolean ok = subject.failure().isEmpty();
                answer.line(session.words().say(ok ? "check.ok" : "check.failed", subject.name()));
                subject.proven().forEach(proven -> answer.line("  " + proven));
                subject.failure()
                        .ifPresent(failure -> answer.line("  " + failure.getMessage() + " [" + failure.code() + "]"));
            }
            return answer;
        }
    }

    @Command(
            name = "sweep",
            description = "Removes what killed runs have left; --dry-run tells all of it, however young.")
    static final class Sweep extends Task {
        /** Older than anything is: what no backup needs is told, and stays. */
        private static final Duration NEVER = Duration.ofDays(365_000);

        @Option(
                names = {"-r", "--repository"},
                paramLabel = "NAME",
                description = "The repository; the first one without it.")
        @Nullable
        String repository;

        @Option(names = "--older-than", paramLabel = "TIME", description = "How old it must be; 1d without it.")
        Duration olderThan = Duration.ofDays(1);

        @Mixin
        Caution caution = new Caution();

        @Override
        Answer run(Session session) throws IOException {
            CatalogService catalog = session.repositories().catalog();
            catalog = repository == null ? catalog : catalog.in(repository);
            Words words = session.words();
            if (!caution.dryRun) {
                caution.confirm(
                        session,
                        words.say(
                                "storage.sweep.confirm", catalog.repositories().get(0)));
            }
            SweepReport report = catalog.sweep(caution.dryRun ? NEVER : olderThan);
            Answer answer = Answer.of(new Views.Swept(caution.dryRun, report.removed(), report.kept()));
            report.removed().forEach(key -> answer.line(words.say("storage.sweep.removed", key)));
            report.kept().forEach(key -> answer.line(words.say("storage.sweep.kept", key)));
            return report.removed().isEmpty() && report.kept().isEmpty()
                    ? answer.line(words.say("storage.sweep.nothing"))
                    : answer;
        }
    }
}
