package io.codeb.it.faults;

import io.codeb.Backup;
import io.codeb.BackupListing;
import io.codeb.BackupQuery;
import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.RecoveredRestore;
import io.codeb.RecoveredRestore.Outcome;
import io.codeb.RecoveryReport;
import io.codeb.RestoreRequest;
import io.codeb.error.CodeBException;
import io.codeb.it.faults.Blow.Manner;
import io.codeb.it.faults.Blow.Side;
import io.codeb.it.faults.OperatorProcess.End;
import io.codeb.it.faults.OperatorProcess.How;
import io.codeb.model.BackupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A live database and its backups, struck by one fault after another, and looked at after each. For one thread. */
final class Lane implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For what is known to go on for ever: the test of those who judge has to see that they look, not how long. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /** Longer than an operation that nothing happens to. */
    private static final Duration HANGING = Duration.ofSeconds(10);

    /** How many backups there are at the most when a fault begins. */
    private static final int BACKUPS = 4;

    private static final String PROOF = "proof";

    /** What dies before a recovery. */
    private static final List<Operation> DYING = List.of(Operation.REPLACE, Operation.FILL, Operation.CREATE);

    /** How much of its course it has behind it at least. */
    private static final double ALIVE = 0.3;

    /** The way that a fault goes which is none: its recovery is of a restore that leaves a database beside. */
    private static final double A_WAY = 0.2;

    private static final String DATA = """
            CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, filler text);
            CREATE TABLE sale (id serial PRIMARY KEY, item int NOT NULL REFERENCES item, amount int CHECK (amount > 0));
            CREATE INDEX sale_item ON sale (item);
            CREATE VIEW sold AS SELECT name, sum(amount) AS amount FROM sale JOIN item ON item.id = item GROUP BY name;
            CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
            INSERT INTO item SELECT n, 'item ' || n, repeat(md5(n::text), 12) FROM generate_series(1, 4000) n;
            INSERT INTO sale (item, amount) SELECT 1 + n % 4000, 1 + n % 7 FROM generate_series(1, 6000) n;
            SELECT lo_from_bytea(4711, '\\xcafe');
            COMMENT ON DATABASE app IS 'a shop''s';
            ALTER DATABASE app SET work_mem = '5MB';
            ALTER DATABASE app CONNECTION LIMIT 40;
            REVOKE TEMPORARY ON DATABASE app FROM PUBLIC""";

    private final Site site;
    private final Path directory;
    private final Path repository;
    private final Duration longest;
    private final Map<Operation, Map<Side, Integer>> courses = new EnumMap<>(Operation.class);

    /** What the database was that each backup is of. */
    private final Map<String, String> backups = new LinkedHashMap<>();

    /** What the database was that the archive is of, as it is when it is loaded. */
    private String archived = "";

    private int changes;

    /**
     * Makes the database, and runs operations once without a fault, to know their courses.
     *
     * @param site where the database lives; closed with the lane
     * @param directory for the backups and all that the operations leave
     * @param longest an operation that says nothing for so long hangs
     * @param operations those that are to be struck
     */
    Lane(Site site, Path directory, Duration longest, Set<Operation> operations) {
        this.site = site;
        this.directory = directory;
        this.repository = directory.resolve("repository");
        this.longest = longest;
        begin();
        // That of a recovery follows that of what it recovers from.
        for (Operation operation : EnumSet.copyOf(operations)) {
            Verdict verdict = unharmed(operation);
            if (!verdict.ok() || verdict.end().how() != How.DONE) {
                throw new AssertionError("without a fault: " + verdict);
            }
        }
    }

    /** Makes all of it anew. */
    private void begin() {
        heal();
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + Access.USER + "'");
        for (String name : eyes().databases().keySet()) {
            sql("DROP DATABASE \"" + name + "\" WITH (FORCE)");
        }
        delete(repository);
        backups.clear();
        if (eyes().rows("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + Access.USER + "'")
                .isEmpty()) {
            sql("CREATE ROLE " + Access.USER);
        }
        restoreRights();
        sql("CREATE DATABASE app OWNER " + Access.USER);
        asUser(DATA);
        eyes().archive(Operation.LIVE, archive());
        sql("CREATE DATABASE " + PROOF + " OWNER " + Access.USER);
        eyes().load(archive(), PROOF);
        archived = eyes().look(PROOF);
        sql("DROP DATABASE " + PROOF);
    }

    private Path archive() {
        return directory.resolve("app.dump");
    }

    private Eyes eyes() {
        return site.eyes();
    }

    private void sql(String statement) {
        eyes().rows("postgres", statement);
    }

    private void asUser(String statements) {
        try (Connection connection = eyes().connect(Operation.LIVE, Access.USER, Access.PASSWORD)) {
            for (String statement : statements.split(";\n", -1)) {
                Eyes.rows(connection, statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void restoreRights() {
        sql("ALTER ROLE " + Access.USER + " LOGIN CREATEDB PASSWORD '" + Access.PASSWORD.replace("'", "''") + "'");
    }

    private void heal() {
        site.emptyDisk();
        eyes().awaitServer();
    }

    private CodeB codeb() {
        return CodeB.builder()
                .repository(BackupRepository.at(repository))
                .project(site.access().plain())
                .build();
    }

    // --- before a fault ---------------------------------------------------------------------------------------------

    /** Changes the live database, so that no two states of it are alike, and makes ready what the operation needs. */
    private void prepare(Operation operation) {
        changes++;
        asUser("UPDATE item SET name = 'changed by " + changes + "' WHERE id % 400 = " + changes % 400
                + ";\nDELETE FROM sale WHERE id = (SELECT min(id) FROM sale)"
                + ";\nINSERT INTO sale (item, amount) VALUES (" + (1 + changes % 4000) + ", 3)");
        try (CodeB codeb = codeb()) {
            if (backups.isEmpty()) {
                backups.put(codeb.backups().run(Operation.PROJECT).id().value(), eyes().look(Operation.LIVE));
                prepare(operation);
                return;
            }
            for (Backup old : codeb.catalog().list(Operation.PROJECT)) {
                if (backups.size() > BACKUPS) {
                    codeb.catalog().delete(old.ref());
                    backups.remove(old.id().value());
                }
            }
            List<String> kept = kept();
            kept.stream().skip(1).forEach(name -> sql("DROP DATABASE \"" + name + "\""));
            if (operation == Operation.ROLL_BACK && kept.isEmpty()) {
                codeb.restores().run(RestoreRequest.of(newest()).replacing());
            }
        }
        sql("DROP DATABASE IF EXISTS " + Operation.NEW);
        sql("DROP DATABASE IF EXISTS " + Operation.EMPTY);
        sql("CREATE DATABASE " + Operation.EMPTY + " OWNER " + Access.USER);
        // A server that crashes skips the numbers of a sequence that were drawn since its last checkpoint.
        sql("CHECKPOINT");
    }

    private List<String> kept() {
        return eyes().rows(
                        "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'codeb\\_old\\_%' ORDER BY 1");
    }

    private BackupId newest() {
        return new BackupId(
                backups.keySet().stream().max(Comparator.naturalOrder()).orElseThrow());
    }

    /** The backup that a restore is told to restore. */
    private String chosen(Fault fault) {
        List<String> all = List.copyOf(backups.keySet());
        return all.get((int) (fault.variant() * all.size()));
    }

    // --- a fault ----------------------------------------------------------------------------------------------------

    private Verdict unharmed(Operation operation) {
        Fault none = new Fault(0, site.place(), operation, Kind.KILL_PROCESS, 0, false, 0, true, A_WAY);
        return strike(none, Blow.none(), Sabotage.NONE);
    }

    /** Runs an operation that does something wrong, and no fault. */
    Verdict judge(Operation operation, Sabotage sabotage) {
        Fault none = new Fault(0, site.place(), operation, Kind.KILL_PROCESS, 0, false, 0, true, A_WAY);
        return strike(none, Blow.none(), sabotage);
    }

    /** Runs an operation, strikes at it, brings order, and looks what there is. */
    Verdict strike(Fault fault) {
        return strike(fault, fault.blow(courses.get(fault.operation())), Sabotage.NONE);
    }

    private Verdict strike(Fault fault, Blow blow, Sabotage sabotage) {
        long begun = System.nanoTime();
        prepare(fault.operation());
        State before = State.of(eyes().databases());
        delete(operatorsOwn());
        State after = fault.operation() == Operation.RECOVER
                ? before.after(dying(fault), die(fault))
                : before.after(fault.operation(), restored(fault));
        Order order = new Order(site.access(), repository, fault.operation(), source(fault), blow, sabotage);
        boolean hit;
        End end;
        try (OperatorProcess operator = start(order)) {
            hit = operator.awaitReached() && new Strike(site, fault, operator).strikes();
            end = operator.awaitEnd();
            if (end.how() == How.DONE && blow.number() == 0 && sabotage == Sabotage.NONE) {
                List<Integer> calls = operator.calls();
                courses.put(
                        fault.operation(),
                        Map.of(
                                Side.COMMANDS, calls.get(0),
                                Side.STORAGE, calls.get(1),
                                Side.ANY, calls.get(0) + calls.get(1)));
            }
        }
        if (fault.kind().isFeltLater() && fault.kind() != Kind.LOCK) {
            hit = hit && end.how() != How.DONE;
        }
        Duration patience = sabotage.isForEver() ? A_MOMENT : PATIENCE;
        Judgement judgement = new Judgement(fault.operation(), order.source(), before, after, end, patience);
        try {
            heal();
            restoreRights();
            judgement.pass(fault.lookingFirst());
        } catch (CodeBException | AssertionError e) {
            judgement.violations.add("order cannot be brought: " + e);
        }
        Verdict verdict = new Verdict(
                fault,
                hit,
                end,
                judgement.changed,
                judgement.recovered,
                judgement.violations,
                Duration.ofNanos(System.nanoTime() - begun));
        if (!verdict.ok()) {
            begin();
        }
        return verdict;
    }

    private OperatorProcess start(Order order) {
        return new OperatorProcess(
                order,
                create(operatorsOwn()),
                directory.resolve("classes.jsa"),
                order.sabotage() == Sabotage.HANG ? HANGING : longest);
    }

    /** What is restored. */
    private String source(Fault fault) {
        return switch (fault.operation()) {
            case REPLACE, FILL, CREATE -> chosen(fault);
            case IMPORT -> archive().toString();
            case BACKUP, ROLL_BACK, RECOVER -> "";
        };
    }

    /** What the database was that is restored. */
    private String restored(Fault fault) {
        return fault.operation() == Operation.IMPORT ? archived : backups.getOrDefault(source(fault), "");
    }

    /** The restore that has died before a recovery. */
    private static Operation dying(Fault fault) {
        return DYING.get((int) (fault.variant() * DYING.size()));
    }

    /** Begins that restore and kills it, behind its first steps. Answers what the database was that it restores. */
    private String die(Fault fault) {
        Operation dying = dying(fault);
        double far = fault.variant() * DYING.size() % 1;
        int calls = courses.get(dying).get(Side.ANY);
        Blow blow = new Blow(Side.ANY, (int) (calls * (ALIVE + (1 - ALIVE) * far)), Manner.WAITS, 0);
        String backup = chosen(fault);
        try (OperatorProcess operator =
                start(new Order(site.access(), repository, dying, backup, blow, Sabotage.NONE))) {
            if (operator.awaitReached()) {
                operator.kill();
            }
            operator.awaitEnd();
        }
        return backups.get(backup);
    }

    private Path operatorsOwn() {
        return directory.resolve("operator");
    }

    private static Path create(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- after a fault ----------------------------------------------------------------------------------------------

    /** What must be true after a fault, whatever it was. */
    private final class Judgement {
        private final Operation operation;
        private final String source;
        private final State before;
        private final State after;
        private final End end;
        private final Duration patience;
        private final List<String> violations = new ArrayList<>();
        private List<Outcome> recovered = List.of();
        private boolean changed;

        Judgement(Operation operation, String source, State before, State after, End end, Duration patience) {
            this.source = source;
            this.operation = operation;
            this.before = before;
            this.after = after;
            this.end = end;
            this.patience = patience;
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                violations.add(otherwise);
            }
        }

        void pass(boolean lookingFirst) {
            require(
                    end.how() != How.BROKEN && end.how() != How.HANGS,
                    "the operation has not ended as it should: " + end);
            if (lookingFirst) {
                theLiveDatabaseIsThere();
            }
            try (CodeB codeb = codeb()) {
                recovers(codeb);
                databasesAreAsBeforeOrAfter();
                backupsAreWhole(codeb);
                nothingIsLeft(codeb);
            }
        }

        /** As an application finds it that comes again until it is let in. */
        private void theLiveDatabaseIsThere() {
            String live = patiently(() -> eyes().look(Operation.LIVE));
            require(
                    live.equals(before.live()) || live.equals(after.live()),
                    "before order was brought, the live database was neither as before nor as after");
        }

        private void recovers(CodeB codeb) {
            var report = codeb.restores().recover();
            recovered = new ArrayList<>(
                    report.restores().stream().map(RecoveredRestore::outcome).toList());
            require(report.ok(), "recover() has not brought order: " + report);
            if (operation == Operation.RECOVER && end.how() == How.DONE) {
                require(isIdle(report), "the recovery says that it is done, and it is not: " + report);
                Stream.of(end.words().split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .map(Outcome::valueOf)
                        .forEach(recovered::add);
            }
            var again = codeb.restores().recover();
            require(again.ok() && isIdle(again), "a second recover() found something: " + again);
        }

        /** Whether there was nothing to recover. */
        private static boolean isIdle(RecoveryReport report) {
            return report.restores().isEmpty()
                    && report.projects().values().stream()
                            .allMatch(all -> all.leftovers().isEmpty());
        }

        private void databasesAreAsBeforeOrAfter() {
            State now = State.of(eyes().databases());
            changed = now.equals(after) && !after.equals(before);
            require(
                    now.equals(before) || now.equals(after),
                    "the databases are neither as before nor as after: " + before + " and " + now + ", not " + after);
            if (!(now.equals(before) || now.equals(after))) {
                violations.add(difference(source));
                return;
            }
            if (operation == Operation.BACKUP) {
                return;
            }
            if (operation != Operation.RECOVER) {
                require(end.how() != How.DONE || changed, "the operation says that it is done, and it is not");
                require(
                        end.how() != How.FAILED || !changed || end.words().contains("it cannot be told"),
                        "the operation says that it has failed, and it is done: " + end.words());
            }
            require(!recovered.contains(Outcome.FINISHED) || changed, "what recover() calls finished is undone");
            require(!recovered.contains(Outcome.UNDONE) || !changed, "what recover() calls undone is finished");
        }

        private void backupsAreWhole(CodeB codeb) {
            BackupListing listing = codeb.catalog().list(BackupQuery.of(Operation.PROJECT));
            require(listing.unreadable().isEmpty(), "listed, and cannot be read: " + listing.unreadable());
            List<String> listed =
                    listing.backups().stream().map(each -> each.id().value()).toList();
            require(listed.containsAll(backups.keySet()), "a backup is gone: of " + backups + " there are " + listed);
            for (Backup each : listing.backups()) {
                var report = codeb.catalog().verify(each.ref());
                require(report.ok(), "listed, and not whole: " + report);
                if (!backups.containsKey(each.id().value())) {
                    require(operation == Operation.BACKUP, "a backup that nobody made: " + each);
                    backups.put(each.id().value(), before.live());
                    changed = true;
                    restores(codeb, each.id());
                }
            }
            if (operation == Operation.BACKUP) {
                require(end.how() != How.DONE || changed, "the backup says that it is done, and is not listed");
                require(
                        end.how() != How.FAILED || !changed,
                        "the backup says that it has failed, and is listed: " + end.words());
            }
        }

        private void nothingIsLeft(CodeB codeb) {
            List<String> programs = inTheEnd(site::programs, patience);
            require(programs.isEmpty(), "programs are left: " + programs);
            List<String> sessions = inTheEnd(Lane.this::sessions, patience);
            require(sessions.isEmpty(), "sessions are left: " + sessions);
            List<String> files = site.files();
            require(files.isEmpty(), "temporary files are left: " + files);
            List<String> temporary = filesBelow(OperatorProcess.temporary(operatorsOwn())).stream()
                    .map(Path::toString)
                    // What the JVM and the library of zstd leave when they are killed, for whoever uses them.
                    .filter(file -> !file.contains("hsperfdata") && !file.contains("libzstd"))
                    .toList();
            require(temporary.isEmpty(), "temporary files are left: " + temporary);
            // A record that was not written to its end is none: it is swept, as what is left of a backup is.
            List<Path> records = filesBelow(repository.resolve("_runs")).stream()
                    .filter(file -> !file.getFileName().toString().startsWith(".tmp-"))
                    .toList();
            require(records.isEmpty(), "records of runs are left: " + records);
            codeb.catalog().sweep(Duration.ZERO);
            List<Path> strays = filesBelow(repository).stream()
                    .filter(file -> !isOfABackup(file) && !file.equals(failureNote()))
                    .toList();
            require(strays.isEmpty(), "files are left in the repository: " + strays);
        }
    }

    /** Restores a backup, and compares it with the database that it is of. */
    private void restores(CodeB codeb, BackupId backup) {
        codeb.restores().run(RestoreRequest.of(backup).into(PROOF));
        String restored = eyes().look(PROOF);
        sql("DROP DATABASE " + PROOF);
        if (!restored.equals(backups.get(backup.value()))) {
            throw new AssertionError(
                    "backup " + backup + " restores to " + restored + ", not " + backups.get(backup.value()));
        }
    }

    /** In what the live database differs from the backup that was restored, by the first lines that do. */
    private String difference(String source) {
        if (!backups.containsKey(source)) {
            return "no backup was restored";
        }
        try (CodeB codeb = codeb()) {
            codeb.restores().run(RestoreRequest.of(new BackupId(source)).into(PROOF));
        }
        List<String> expected = eyes().text(PROOF);
        List<String> live = eyes().text(Operation.LIVE);
        sql("DROP DATABASE " + PROOF);
        List<String> missing = new ArrayList<>(expected);
        live.forEach(missing::remove);
        List<String> more = new ArrayList<>(live);
        expected.forEach(more::remove);
        return "of the backup, the live database lacks " + head(missing) + ", and has " + head(more) + " instead; "
                + (expected.equals(live) ? "it is the backup" : "it is not the backup");
    }

    private static String head(List<String> lines) {
        return lines.size() + " lines: " + lines.stream().limit(5).toList();
    }

    /** Takes what is known of the backups for something else; for tests of the judge. */
    void expectOfEachBackup(String look) {
        backups.replaceAll((id, old) -> look);
    }

    /** Restores each backup that there is. */
    void restoreAll() {
        try (CodeB codeb = codeb()) {
            for (Backup each : codeb.catalog().list(Operation.PROJECT)) {
                restores(codeb, each.id());
            }
        }
    }

    private List<String> sessions() {
        return eyes().rows(
                        "postgres",
                        "SELECT application_name, datname, state, query FROM pg_stat_activity WHERE usename = '"
                                + Access.USER + "' UNION ALL SELECT gid, database, 'prepared', ''"
                                + " FROM pg_prepared_xacts");
    }

    /** What tells that the last backup has failed. */
    private Path failureNote() {
        return repository.resolve(Operation.PROJECT).resolve("state/backup-failed");
    }

    /** A part of a backup that has a manifest, or what keeps one from coming that was given up. */
    private boolean isOfABackup(Path file) {
        Path manifest = file.resolveSibling("manifest.json");
        try {
            if (!Files.exists(manifest)) {
                return false;
            }
            return file.equals(manifest)
                    || Files.readString(manifest)
                            .contains('"' + file.getFileName().toString() + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> filesBelow(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What there is when there is nothing any more, or still is after a while. */
    private static List<String> inTheEnd(Supplier<List<String>> question, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> answer = question.get();
        while (!answer.isEmpty() && System.nanoTime() < deadline) {
            answer = question.get();
        }
        return answer;
    }

    private static <T> T patiently(Supplier<T> question) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return question.get();
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
