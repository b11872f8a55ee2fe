package io.codeb.cli;

import io.codeb.RestoreRequest;
import io.codeb.deploy.BackupSource;
import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployListener;
import io.codeb.deploy.DeployReport;
import io.codeb.deploy.DeployService;
import io.codeb.deploy.DeployStep;
import io.codeb.deploy.GitSource;
import io.codeb.deploy.GuardRequest;
import io.codeb.deploy.LocalProxy;
import io.codeb.deploy.RehearsalRequest;
import io.codeb.error.ConfigException;
import io.codeb.json.Deployed;
import io.codeb.json.RehearsalView;
import io.codeb.json.RehearsedMigrationView;
import io.codeb.json.RehearsedTableView;
import io.codeb.json.RehearsedVersionView;
import io.codeb.json.ReleaseListingView;
import io.codeb.json.ReleaseView;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands for applications: what is deployed, and what has been. */
final class ApplicationCommands {
    private static final long MIB = 1 << 20;

    /** How people write repositories behind SSH, for Git's own programs. */
    private static final Pattern SCP = Pattern.compile("[\\w.-]+@[\\w.-]+:.*");

    private ApplicationCommands() {}

    /** Tells the steps of a deployment, and what its build says, to who waits for it. */
    static DeployService service(Session session) {
        return DeployService.of(session.codeb()).listener(new DeployListener() {
            @Override
            public void step(DeployStep step) {
                session.tell(session.words().say("deploy.step." + step.name().toLowerCase(Locale.ROOT)));
            }

            @Override
            public void build(String line) {
                session.tell("  " + line);
            }
        });
    }

    /** What a deployment has done. */
    static Answer deployed(Session session, DeployReport report) {
        Words words = session.words();
        Deployed deployed = Deployed.of(report);
        Answer answer = Answer.of(deployed);
        RehearsalView rehearsal = deployed.rehearsal();
        if (rehearsal != null) {
            tell(answer, rehearsal, words);
        }
        return answer.line(words.say(
                "deploy.done",
                report.project(),
                Integer.toString(deployed.release().number()),
                deployed.release().commit().substring(0, 12),
                Words.took(report.duration())));
    }

    /** What would have kept somebody waiting, or has lost rows; and how long each migration took. */
    private static void tell(Answer answer, RehearsalView rehearsal, Words words) {
        answer.line(words.say("rehearsal.done", Words.took(Duration.ofMillis(rehearsal.durationMs()))));
        for (RehearsedMigrationView migration : rehearsal.migrations()) {
            answer.line("  "
                    + words.say(
                            "rehearsal.migration",
                            migration.name(),
                            Words.took(Duration.ofMillis(migration.durationMs()))));
            for (RehearsedVersionView version : migration.versions()) {
                answer.line("    "
                        + words.say(
                                "rehearsal.migration",
                                version.version(),
                                Words.took(Duration.ofMillis(version.durationMs()))));
            }
        }
        for (RehearsedTableView table : rehearsal.tables()) {
            if (table.writersBlockedMs() > 0) {
                answer.line("  "
                        + words.say(
                                "rehearsal.blocked",
                                table.table(),
                                Words.took(Duration.ofMillis(table.writersBlockedMs()))));
            }
            if (table.rowsLost() > 0) {
                answer.line("  " + words.say("rehearsal.lost", table.table(), Words.count(table.rowsLost())));
            }
        }
    }

    @Command(
            name = "deploy",
            description = "Builds a commit of an application, starts it beside the old version, guards the database,"
                    + " and sends the requests to it; or undoes all of it.")
    static final class Deploy extends Task {
        @Parameters(index = "0", paramLabel = "PROJECT", description = "The project.")
        String project = "";

        @Parameters(
                index = "1",
                paramLabel = "GIT-URL",
                description = "The Git repository: https://…, ssh://… or a directory on this host.")
        String url = "";

        @ArgGroup(exclusive = true)
        @Nullable
        Commit commit;

        @ArgGroup(exclusive = false)
        @Nullable
        DbBackup backup;

        @ArgGroup(exclusive = false)
        @Nullable
        Rehearsing rehearsing;

        @Option(
                names = "--no-backup",
                description = "Makes no backup before; migrations are refused then, unless --db-backup is restored.")
        boolean withoutBackup;

        /** Which commit; HEAD without it. */
        static final class Commit {
            @Option(names = "--branch", paramLabel = "NAME", description = "The newest commit of a branch.")
            @Nullable
            String branch;

            @Option(names = "--tag", paramLabel = "NAME", description = "The commit of a tag.")
            @Nullable
            String tag;

            @Option(names = "--commit", paramLabel = "ID", description = "A commit, by its whole id.")
            @Nullable
            String id;

            GitSource of(GitSource head) {
                if (branch != null) {
                    return head.branch(branch);
                }
                if (tag != null) {
                    return head.tag(tag);
                }
                return id == null ? head : head.commit(id);
            }
        }

        /** What is restored before the migrations. */
        static final class DbBackup {
            @Option(
                    names = "--db-backup",
                    required = true,
                    paramLabel = "BACKUP",
                    description = "Restores this in the place of the database first: a dump file, https://… or s3://…,"
                            + " or a backup by its id or repository/project/id.")
            String text = "";

            @Option(
                    names = "--db-backup-sha256",
                    paramLabel = "HEX",
                    description = "Takes only a dump with this SHA-256, of a URL.")
            @Nullable
            String sha256;

            @Option(
                    names = "--db-backup-at-most",
                    paramLabel = "MIB",
                    description = "How many MiB are fetched of a URL at the most; 65536 without it.")
            @Nullable
            Long atMost;

            @Option(
                    names = "--db-backup-env",
                    paramLabel = "NAME=VARIABLE",
                    description = "What the server of a URL asks for, by the environment variable that has it: token of"
                            + " https://; access-key and secret-key of s3://.")
            Map<String, String> secrets = Map.of();

            @Option(
                    names = "--db-backup-private-address",
                    description = "Lets the server of a URL be at a private address.")
            boolean privateAddress;

            @Option(
                    names = "--db-backup-unrelated",
                    description = "Takes a dump that has none of the tables that the database has.")
            boolean unrelated;

            /** Looks once which one it is: a deployment asks more often, and its own backup is newer then. */
            UnaryOperator<GuardRequest> found(Session session, String project) {
                boolean url = text.contains("://");
                if (!url && isAboutAUrl()) {
                    throw new IllegalArgumentException(
                            "only what is fetched from a URL has a checksum, a limit, secrets"
                                    + " or an address to say");
                }
                if (url || Files.isRegularFile(Path.of(text))) {
                    BackupSource source = source();
                    return request -> (unrelated ? request.allowingUnrelatedDump() : request).restoreFrom(source);
                }
                if (unrelated) {
                    throw new IllegalArgumentException(
                            "only a dump can be unrelated: of a backup it is known whose it is");
                }
                BackupRef ref = session.backup(text, null);
                RestoreRequest plain = RestoreRequest.of(ref).replacing();
                RestoreRequest restore = ref.project().equals(project) ? plain : plain.onProject(project);
                return request -> request.restore(restore);
            }

            private BackupSource source() {
                BackupSource source = BackupSource.parse(text);
                source = sha256 == null ? source : source.sha256(sha256);
                source = atMost == null ? source : source.atMost(Math.multiplyExact(atMost, MIB));
                for (Map.Entry<String, String> each : secrets.entrySet()) {
                    source = source.secret(each.getKey(), Secret.env(each.getValue()));
                }
                return privateAddress ? source.allowingPrivateAddresses() : source;
            }

            private boolean isAboutAUrl() {
                return sha256 != null || atMost != null || !secrets.isEmpty() || privateAddress;
            }
        }

        /** What must not come of the migrations on a copy. */
        static final class Rehearsing {
            @Option(
                    names = "--rehearse",
                    required = true,
                    description = "Tries the migrations on a copy of the database first, in a container that is thrown"
                            + " away.")
            boolean rehearse;

            @Option(
                    names = "--losing-at-most",
                    paramLabel = "ROWS",
                    description = "How many rows may be lost on the copy; any number without it.")
            @Nullable
            Long rows;

            @Option(
                    names = "--blocking-at-most",
                    paramLabel = "TIME",
                    description =
                            "How long who writes to a table may be kept waiting on the copy; any time without it.")
            @Nullable
            Duration blocking;

            RehearsalRequest of(String project) {
                RehearsalRequest request = RehearsalRequest.of(project);
                request = rows == null ? request : request.losingAtMost(rows);
                return blocking == null ? request : request.blockingAtMost(blocking);
            }
        }

        @Override
        Answer run(Session session) {
            ConfiguredApplication configured = ConfiguredApplication.of(session.project(project));
            GitSource source = source();
            UnaryOperator<GuardRequest> words = words(session);
            DeployReport report = service(session)
                    .deploy(configured.application(words), configured.image(source), session.cancellation());
            return deployed(session, report);
        }

        private GitSource source() {
            try {
                if (SCP.matcher(url).matches()) {
                    throw new IllegalArgumentException("say ssh://user@host/path for a repository behind SSH");
                }
                GitSource head = url.contains("://") ? GitSource.at(url) : GitSource.at(Path.of(url));
                return commit == null ? head : commit.of(head);
            } catch (IllegalArgumentException e) {
                throw misuse(String.valueOf(e.getMessage()));
            }
        }

        /** What is said of the database, judged before anything is done. */
        private UnaryOperator<GuardRequest> words(Session session) {
            try {
                UnaryOperator<GuardRequest> restoring =
                        backup == null ? UnaryOperator.identity() : backup.found(session, project);
                Optional<RehearsalRequest> rehearsal =
                        Optional.ofNullable(rehearsing).map(words -> words.of(project));
                return request -> {
                    GuardRequest whole = restoring.apply(withoutBackup ? request.withoutBackup() : request);
                    return rehearsal.map(whole::rehearsing).orElse(whole);
                };
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw misuse(String.valueOf(e.getMessage()));
            }
        }
    }

    @Command(
            name = "releases",
            description =
                    "Lists the versions of an application that have served, the newest last, and says which cannot"
                            + " be read.")
    static final class Releases extends Task {
        @Parameters(paramLabel = "PROJECT", description = "The project.")
        String project = "";

        @Override
        Answer run(Session session) {
            ReleaseListingView found =
                    ReleaseListingView.of(DeployService.of(session.codeb()).releases(project));
            List<ReleaseView> releases = found.releases();
            Words words = session.words();
            Answer answer = Answer.of(new Views.ReleaseList(project, releases, found.unreadable()));
            if (releases.isEmpty() && found.unreadable().isEmpty()) {
                return answer.line(words.say("releases.none", project));
            }
            found.unreadable()
                    .forEach(each ->
                            answer.line(words.say("releases.unreadable", each.journal(), each.reason(), each.code())));
            if (releases.isEmpty()) {
                return answer;
            }
            return answer.table(
                    "rllll",
                    List.of(
                            words.say("head.release"),
                            words.say("head.time"),
                            words.say("head.commit"),
                            words.say("head.migrations"),
                            words.say("head.backup")),
                    releases.stream()
                            .map(each -> List.of(
                                    Integer.toString(each.number()),
                                    words.time(each.at()),
                                    each.commit().substring(0, 12),
                                    Answer.or(
                                            each.migrations() == null ? null : String.join(", ", each.migrations()),
                                            ""),
                                    Answer.or(each.backup(), "")))
                            .toList());
        }
    }

    @Command(
            name = "proxy",
            description = "Passes the requests of an application on to the version that serves, until it is ended.")
    static final class Proxy extends Task {
        private static final Duration GRACE = Duration.ofSeconds(10);

        @Parameters(paramLabel = "PROJECT", description = "The project.")
        String project = "";

        @Option(
                names = "--listen",
                required = true,
                paramLabel = "ADDRESS:PORT",
                description = "Where it listens, such as 0.0.0.0:8080 or [::1]:8080.")
        String listen = "";

        @Override
        Answer run(Session session) {
            Path route = ConfiguredApplication.of(session.project(project)).route();
            InetSocketAddress address = address();
            CountDownLatch ended = new CountDownLatch(1);
            Cancellation.Registration registration = session.cancellation().onCancel(ended::countDown);
            try (LocalProxy proxy = start(address, route)) {
                session.tell(
                        session.words().say("proxy.listens", proxy.address().toString(), route));
                ended.await();
                proxy.close(GRACE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                registration.close();
            }
            return Answer.of(new Views.Proxied(project)).line(session.words().say("proxy.ended"));
        }

        private static LocalProxy start(InetSocketAddress address, Path route) {
            try {
                return LocalProxy.start(address, route);
            } catch (IOException e) {
                throw new ConfigException(
                        "nobody can listen at " + address + ": " + e.getMessage(), "see who listens there already");
            }
        }

        private InetSocketAddress address() {
            int colon = listen.lastIndexOf(':');
            String host = colon < 0 ? "" : listen.substring(0, colon).replaceAll("^\\[|]$", "");
            try {
                InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(listen.substring(colon + 1)));
                if (!host.isEmpty() && !address.isUnresolved()) {
                    return address;
                }
            } catch (IllegalArgumentException e) {
                throw misuse("'" + listen + "' is no address and port");
            }
            throw misuse("'" + listen + "' is no address and port");
        }
    }
}
