package io.codeb.cli;

import io.codeb.Backup;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.PreflightReport;
import io.codeb.QueryRequest;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.config.ConfiguredProject;
import io.codeb.error.ErrorCode;
import io.codeb.error.Finding;
import io.codeb.error.StorageException;
import io.codeb.json.BackedUp;
import io.codeb.json.BackupView;
import io.codeb.json.Checked;
import io.codeb.json.ColumnView;
import io.codeb.json.DatabaseView;
import io.codeb.json.FindingView;
import io.codeb.json.NoticeView;
import io.codeb.json.Queried;
import io.codeb.json.Restored;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.ContainerCommand;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.QueryResult;
import io.codeb.model.Reach;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RestoreMode;
import io.codeb.model.ServerDatabase;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "db",
        description = "Works with the databases of projects.",
        subcommands = {
            DbCommands.BackUp.class,
            DbCommands.Restore.class,
            DbCommands.Databases.class,
            DbCommands.Query.class,
            DbCommands.Check.class
        })
final class DbCommands extends Group {
    @Command(name = "backup", description = "Backs up the database of a project.")
    static final class BackUp extends Task {
        @Parameters(paramLabel = "PROJECT", description = "The project, as the configuration names it.")
        String project = "";

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Option(names = "--schema-only", description = "Takes the definitions only.")
        boolean schemaOnly;

        @Option(names = "--data-only", description = "Takes the rows only.")
        boolean dataOnly;

        @Option(
                names = "--table",
                paramLabel = "PATTERN",
                description = "Takes only tables that match, as in shop.order*. Can be repeated.")
        List<String> tables = new ArrayList<>();

        @Option(names = "--exclude-table", paramLabel = "PATTERN", description = "Leaves out tables that match.")
        List<String> excluded = new ArrayList<>();

        @Option(names = "--globals", description = "Takes the server's roles too, without password hashes.")
        boolean globals;

        @Option(names = "--parallel", description = "Reads large tables in pieces, over several connections at once.")
        boolean parallel;

        @Option(names = "--sql", description = "Reads the database as one stream.")
        boolean sql;

        @Option(names = "--label", paramLabel = "NAME=TEXT", description = "Notes something on the backup.")
        Map<String, String> labels = new LinkedHashMap<>();

        @Override
        Answer run(Session session) {
            ConfiguredProject configured = session.project(project);
            BackupResult result = session.codeb().backups().run(request(configured), session.cancellation());
            BackupView backup = BackupView.of(Backup.of(result.ref(), result.manifest()));
            List<Notice> told = new ArrayList<>(result.notices());
            told.addAll(Metadata.made(configured, result.manifest()));
            List<NoticeView> notices = NoticeView.of(told);
            Answer answer = Answer.of(
                            new BackedUp(backup, notices, result.duration().toMillis()))
                    .line(session.words()
                            .say(
                                    "db.backup.done",
                                    backup.ref(),
                                    Words.count(backup.tables()),
                                    Words.count(backup.records()),
                                    Words.size(backup.storedSize()),
                                    Words.took(result.duration())));
            return Backups.notices(answer, notices, session.words());
        }

        private BackupRequest request(ConfiguredProject configured) {
            if (schemaOnly && dataOnly) {
                throw misuse("--schema-only and --data-only leave nothing");
            }
            if (parallel && sql) {
                throw misuse("--parallel and --sql are two ways to read a database");
            }
            BackupRequest request = configured.backupRequest();
            request = repository.name == null ? request : request.to(repository.name);
            request = schemaOnly ? request.schemaOnly() : dataOnly ? request.dataOnly() : request;
            request = tables.isEmpty() ? request : request.tables(tables.toArray(String[]::new));
            request = excluded.isEmpty() ? request : request.withoutTables(excluded.toArray(String[]::new));
            request = globals ? request.withGlobals() : request;
            request = parallel ? request.parallel() : sql ? request.sql() : request;
            for (Map.Entry<String, String> label : labels.entrySet()) {
                request = request.label(label.getKey(), label.getValue());
            }
            return request;
        }
    }

    @Command(name = "restore", description = "Restores a backup or a dump to the server of a project.")
    static final class Restore extends Task {
        @Parameters(index = "0", paramLabel = "PROJECT", description = "The project whose server it goes to.")
        String project = "";

        @Parameters(
                index = "1",
                paramLabel = "BACKUP|FILE",
                description = "A backup's id, REPOSITORY/PROJECT/ID, 'latest', the path of a dump, or - for one that is"
                        + " piped in.")
        String source = "";

        @Mixin
        RepositoryOption repository = new RepositoryOption();

        @Option(names = "--of", paramLabel = "PROJECT", description = "Whose backup 'latest' is; its own without it.")
        @Nullable
        String of;

        @Option(names = "--into", paramLabel = "NAME", description = "Into which database; the project's without it.")
        @Nullable
        String into;

        @Option(names = "--replace", description = "Takes the place of the database that is there, which is kept.")
        boolean replace;

        @Option(names = "--keep", paramLabel = "TIME", description = "How long what was replaced is kept: 1d, 12h.")
        @Nullable
        Duration keep;

        @Option(names = "--existing", description = "Into a database that exists and is empty.")
        boolean existing;

        @Option(
                names = "--empty",
                description = "Empties the database that is there and restores into it, in one transaction. A backup of"
                        + " it is made before.")
        boolean empty;

        @Option(
                names = "--table",
                paramLabel = "TABLE",
                description = "Replaces the rows of this table of the database that is there, and nothing else. A"
                        + " backup of it is made before. Can be repeated.")
        List<String> tables = new ArrayList<>();

        @Option(names = "--safety-backup", description = "Backs up what is replaced, before it is.")
        boolean safetyBackup;

        @Option(
                names = "--safety-within",
                paramLabel = "TIME",
                description = "As --safety-backup, where the last backup is older than this: 1h.")
        @Nullable
        Duration safetyWithin;

        @Option(names = "--no-owners", description = "Leaves out who owns what.")
        boolean noOwners;

        @Option(names = "--no-privileges", description = "Leaves out who may do what.")
        boolean noPrivileges;

        @Option(names = "--no-tablespaces", description = "Leaves out tablespaces.")
        boolean noTablespaces;

        @Option(names = "--from-database", paramLabel = "NAME", description = "Which one of a dump of several.")
        @Nullable
        String fromDatabase;

        @Option(
                names = "--allow",
                paramLabel = "REACH",
                description = "Lets a dump reach beyond its database: ${COMPLETION-CANDIDATES}.")
        List<Reach> allowed = new ArrayList<>();

        @Mixin
        LoadOptions load = new LoadOptions();

        @Option(
                names = "--after-load-run",
                paramLabel = "COMMAND",
                description = "Lets a shell run a command before anybody sees what was restored. PGDATABASE and the"
                        + " like say where that is.")
        @Nullable
        String afterLoadRun;

        @Option(
                names = "--after-load-in",
                paramLabel = "CONTAINER",
                description = "Where --after-load-run runs; without it, where the database is.")
        @Nullable
        String afterLoadIn;

        @Option(
                names = "--after-load-server",
                paramLabel = "HOST:PORT",
                description = "Where the server is, as --after-load-in sees it.")
        @Nullable
        String afterLoadServer;

        @Mixin
        Caution caution = new Caution();

        @Override
        Answer run(Session session) throws IOException {
            ConfiguredProject target = session.project(project);
            Optional<BackupRef> backup = backup(session);
            RestoreRequest request = request(backup, session);
            String database = into == null ? target.project().database() : into;
            if (caution.dryRun) {
                return plan(session, backup, request, database);
            }
            if (request.mode() == RestoreMode.REPLACING && exists(session, database)) {
                caution.confirm(session, session.words().say("db.restore.confirm", database, project));
            } else if (!request.tables().isEmpty()) {
                caution.confirm(
                        session,
                        session.words().say("db.restore.confirm.tables", String.join(", ", tables), database, project));
            } else if (request.isEmptying()) {
                caution.confirm(session, session.words().say("db.restore.confirm.empty", database, project));
            }
            RestoreResult result = session.codeb().restores().run(request, session.cancellation());
            return done(session, result);
        }

        private Optional<BackupRef> backup(Session session) {
            if (source.equals("latest")) {
                return Optional.of(session.backup(of == null ? project : of, repository.name));
            }
            if (BackupId.isValid(source)) {
                return Optional.of(session.catalog(repository.name).resolve(new BackupId(source)));
            }
            try {
                return Optional.of(BackupRef.parse(source));
            } catch (IllegalArgumentException notABackup) {
                return Optional.empty();
            }
        }

        private RestoreRequest request(Optional<BackupRef> backup, Session session) throws IOException {
            if (Stream.of(replace, existing, empty, !tables.isEmpty())
                            .filter(said -> said)
                            .count()
                    > 1) {
                throw misuse("--replace, --existing, --empty and --table are different things");
            }
            if (safetyBackup && safetyWithin != null) {
                throw misuse("--safety-backup and --safety-within are two different things");
            }
            if ((safetyBackup || safetyWithin != null) && !replace && !empty && tables.isEmpty()) {
                throw misuse("a safety backup is of what --replace, --empty or --table takes away");
            }
            if (keep != null && !replace) {
                throw misuse("--keep needs --replace");
            }
            RestoreRequest request = backup.map(RestoreRequest::of).orElseGet(() -> foreign(session));
            request = request.onProject(project);
            request = into == null ? request : request.into(into);
            request = replace ? (keep == null ? request.replacing() : request.replacing(keep)) : request;
            request = existing ? request.intoExisting() : request;
            request = empty ? request.emptying() : request;
            request = tables.isEmpty() ? request : request.replacingTables(tables.toArray(String[]::new));
            request = safetyBackup ? request.withSafetyBackup() : request;
            request = safetyWithin == null ? request : request.safetyBackupWithin(safetyWithin);
            request = noOwners ? request.withoutOwners() : request;
            request = noPrivileges ? request.withoutPrivileges() : request;
            request = noTablespaces ? request.withoutTablespaces() : request;
            request = fromDatabase == null ? request : request.fromDatabase(fromDatabase);
            request = allowed.isEmpty() ? request : request.allowing(allowed.toArray(Reach[]::new));
            request = load.read().apply(request);
            if (afterLoadRun == null) {
                if (afterLoadIn != null || afterLoadServer != null) {
                    throw misuse("--after-load-in and --after-load-server need --after-load-run");
                }
                return request;
            }
            return request.afterLoad(command(afterLoadRun));
        }

        private ContainerCommand command(String script) {
            ContainerCommand command = ContainerCommand.of("sh", "-c", script);
            command = afterLoadIn == null ? command : command.in(afterLoadIn);
            if (afterLoadServer == null) {
                return command;
            }
            int colon = afterLoadServer.lastIndexOf(':');
            try {
                return command.reaching(
                        afterLoadServer.substring(0, Math.max(0, colon)),
                        Integer.parseInt(afterLoadServer.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw misuse("--after-load-server is HOST:PORT, not " + afterLoadServer);
            }
        }

        private RestoreRequest foreign(Session session) {
            if (source.equals("-")) {
                return RestoreRequest.ofStream(
                        "standard input", () -> unclosed(session.terminal().in()));
            }
            Path file = Path.of(source);
            if (Files.notExists(file)) {
                throw new StorageException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "'" + source + "' is neither a backup's name nor a file that is there",
                        "'codeb backups list " + project + "' lists backups; 'latest' is the last one");
            }
            return RestoreRequest.ofFile(file);
        }

        /** The process's own input is not its reader's to close. */
        private static InputStream unclosed(InputStream in) {
            return new FilterInputStream(in) {
                @Override
                public void close() {}
            };
        }

        private boolean exists(Session session, String database) {
            return session.codeb().databases().list(project, session.cancellation()).stream()
                    .map(ServerDatabase::name)
                    .anyMatch(database::equals);
        }

        private Answer plan(Session session, Optional<BackupRef> backup, RestoreRequest request, String database) {
            Optional<BackupView> view = backup.map(ref -> {
                Manifest manifest = session.codeb().catalog().read(ref);
                return BackupView.of(Backup.of(ref, manifest));
            });
            boolean there = exists(session, database);
            PreflightReport report = session.codeb().check(request, session.cancellation());
            Answer answer = Answer.of(new Views.RestorePlan(
                            true,
                            source,
                            view.orElse(null),
                            project,
                            database,
                            there,
                            request.mode().name(),
                            report.ok(),
                            report.findings().stream().map(FindingView::of).toList()))
                    .status(report.ok() ? 0 : ErrorCode.CHECK_FAILED.exitStatus())
                    .line(session.words()
                            .say("db.restore.plan", view.map(BackupView::ref).orElse(source), project, database));
            answer.line(session.words()
                    .say(
                            there
                                    ? (replace
                                            ? "db.restore.plan.replaces"
                                            : empty ? "db.restore.plan.empties" : "db.restore.plan.there")
                                    : "db.restore.plan.new"));
            report.findings().forEach(finding -> told(answer, finding));
            return answer;
        }

        private Answer done(Session session, RestoreResult result) {
            List<NoticeView> notices = NoticeView.of(result.notices());
            Answer answer = Answer.of(Restored.of(result))
                    .line(session.words()
                            .say(
                                    "db.restore.done",
                                    result.database(),
                                    result.project(),
                                    Words.count(result.tables().size()),
                                    Words.count(result.totalRows()),
                                    Words.took(result.duration())));
            result.safetyBackup()
                    .ifPresent(safety -> answer.line(session.words().say("db.restore.safety", safety)));
            result.replaced()
                    .map(ReplacedDatabase::keptUntil)
                    .ifPresent(until -> answer.line(session.words()
                            .say("db.restore.kept", session.words().time(until), project)));
            return Backups.notices(answer, notices, session.words());
        }
    }

    @Command(name = "list", description = "Lists the databases of a project's server.")
    static final class Databases extends Task {
        @Parameters(paramLabel = "PROJECT", description = "The project.")
        String project = "";

        @Override
        Answer run(Session session) {
            session.project(project);
            List<DatabaseView> databases = session.codeb().databases().list(project, session.cancellation()).stream()
                    .map(DatabaseView::of)
                    .toList();
            Words words = session.words();
            return Answer.of(new Views.Databases(project, databases))
                    .table(
                            "lllrr",
                            List.of(
                                    words.say("head.database"),
                                    words.say("head.owner"),
                                    words.say("head.kind"),
                                    words.say("head.size"),
                                    words.say("head.sessions")),
                            databases.stream()
                                    .map(database -> List.of(
                                            database.name(),
                                            database.owner(),
                                            database.kind(),
                                            database.sizeBytes() < 0 ? "" : Words.size(database.sizeBytes()),
                                            Integer.toString(database.sessions())))
                                    .toList());
        }
    }

    @Command(name = "query", description = "Runs one statement on a project's database, which may only read.")
    static final class Query extends Task {
        @Parameters(index = "0", paramLabel = "PROJECT", description = "The project.")
        String project = "";

        @Parameters(index = "1", paramLabel = "SQL", description = "The statement; parameters are $$1, $$2 …")
        String sql = "";

        @Parameters(index = "2..*", arity = "0..*", paramLabel = "VALUE", description = "What the parameters are.")
        List<String> values = new ArrayList<>();

        @Option(names = "--database", paramLabel = "NAME", description = "Another database of that server.")
        @Nullable
        String database;

        @Option(names = "--limit", paramLabel = "ROWS", description = "How many rows at the most; 1000 without it.")
        int limit = 1_000;

        @Option(names = "--timeout", paramLabel = "TIME", description = "How long at the most; 30s without it.")
        Duration timeout = Duration.ofSeconds(30);

        @Option(names = "--write", description = "Lets the statement write.")
        boolean write;

        @Override
        Answer run(Session session) {
            session.project(project);
            QueryRequest request = QueryRequest.of(project, sql)
                    .parameters(values.toArray())
                    .limit(limit)
                    .timeout(timeout);
            request = write ? request.writing() : request;
            request = database == null ? request : request.database(database);
            QueryResult result = session.codeb().databases().query(request, session.cancellation());
            Queried queried = Queried.of(result);
            List<ColumnView> columns = queried.columns();
            Answer answer = Answer.of(queried);
            if (!columns.isEmpty()) {
                answer.table(
                        "l".repeat(columns.size()),
                        columns.stream().map(ColumnView::name).toList(),
                        queried.rows().stream().map(Query::forPeople).toList());
            }
            return result.truncated() ? answer.line(session.words().say("db.query.more", limit)) : answer;
        }

        private static List<String> forPeople(List<@Nullable Object> row) {
            List<String> texts = new ArrayList<>();
            row.forEach(value -> texts.add(value == null ? "" : value.toString()));
            return texts;
        }
    }

    @Command(name = "check", description = "Makes the checks that a backup begins with, and no backup.")
    static final class Check extends Task {
        @Parameters(arity = "0..*", paramLabel = "PROJECT", description = "The projects; all of them without it.")
        List<String> projects = new ArrayList<>();

        @Override
        Answer run(Session session) {
            List<ConfiguredProject> chosen = projects.isEmpty()
                    ? session.configuration().projects()
                    : projects.stream().map(session::project).toList();
            List<PreflightReport> reports = chosen.stream()
                    .map(project -> session.codeb().check(project.backupRequest(), session.cancellation()))
                    .toList();
            Checked checked = Checked.of(reports);
            Answer answer = Answer.of(checked).status(checked.ok() ? 0 : ErrorCode.CHECK_FAILED.exitStatus());
            for (PreflightReport report : reports) {
                answer.line(session.words().say(report.ok() ? "check.ok" : "check.failed", report.subject()));
                report.findings().forEach(finding -> told(answer, finding));
            }
            return answer;
        }
    }

    /** What a check has found, and what to do. */
    static void told(Answer answer, Finding finding) {
        answer.line("  " + finding.severity() + " " + finding.id() + ": " + finding.message());
        if (!finding.whatToDo().isEmpty()) {
            answer.line("    " + finding.whatToDo());
        }
    }
}
