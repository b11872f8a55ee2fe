package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.program.LoadSession;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.program.Together;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.sql.DirectLoad;
import io.codeb.postgresql.internal.sql.ServerMark;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Loads the pieces of a backup into tables that are there, over several sessions at once: connections of this process
 * where the server can be reached from here, else psql beside it. Each commits as it goes: this is for a database that
 * nobody uses, and that is dropped when anything of it fails. Any piece that fails ends all sessions.
 */
final class PieceLoad implements AutoCloseable {
    /** Of a database whose text is in no encoding that anybody knows. */
    private static final String SQL_ASCII = "SQL_ASCII";

    private final RestoreJob job;
    private final RestoreInput input;
    private final DatabaseTarget database;
    private final Supplier<ScriptRules> rules;
    private final Queue<EntryFacts> pieces;
    private final Map<TableName, Long> rows = new ConcurrentHashMap<>();
    private final Map<TableName, Long> taken = new ConcurrentHashMap<>();
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();
    private final Together together;

    /** As a dump is of every database that has an encoding. */
    private final boolean utf8;

    /**
     * Makes the load.
     *
     * @param database what it goes into
     * @param rules what may be in a piece, anew for each session
     * @param pieces what is loaded
     */
    PieceLoad(
            RestoreJob job,
            RestoreInput input,
            DatabaseTarget database,
            Supplier<ScriptRules> rules,
            List<EntryFacts> pieces) {
        this.job = job;
        this.input = input;
        this.database = database;
        this.rules = rules;
        this.pieces = new ConcurrentLinkedQueue<>(inOrder(pieces));
        this.together = new Together(job.cancellation());
        PostgresFacts facts = job.facts();
        this.utf8 = facts != null && !facts.database().encoding().equals(SQL_ASCII);
    }

    /**
     * The largest table first, so that no session is left alone with one in the end; and the pieces of a table in their
     * order, so that its rows come to lie near those that they were near to.
     */
    private static List<EntryFacts> inOrder(List<EntryFacts> pieces) {
        Map<TableName, Long> bytes = new HashMap<>();
        pieces.forEach(piece -> bytes.merge(PieceList.table(piece), piece.size(), Long::sum));
        return pieces.stream()
                .sorted(Comparator.comparing((EntryFacts piece) -> bytes.get(PieceList.table(piece)))
                        .reversed()
                        .thenComparing(EntryFacts::name))
                .toList();
    }

    /**
     * Begins to load them.
     *
     * @param sessions how many at the most; one is enough where the server lets no more in
     * @param beside what a session with the database is known by
     */
    void begin(int sessions, ServerMark beside) {
        int wanted = Math.min(sessions, pieces.size());
        AtomicInteger hopes = new AtomicInteger(wanted);
        for (int i = 0; i < wanted; i++) {
            together.begin("load-" + (i + 1), () -> work(beside, together.cancellation(), hopes));
        }
    }

    /** Throws what has failed, if anything has. */
    void requireNoFailure() {
        if (together.cancellation().isCancelled()) {
            together.await();
        }
    }

    /** Waits until all are loaded. */
    void await() {
        together.await();
        job.notices().addAll(notices);
    }

    /** Why a restore failed whose other part has told something: perhaps because of a piece. */
    CodeBException reason(CodeBException told) {
        return together.reason(told);
    }

    /** Ends the sessions that have not come to their end. */
    @Override
    public void close() {
        together.close();
    }

    /** How many rows the pieces had, by table. */
    Map<TableName, Long> rows() {
        return Map.copyOf(rows);
    }

    /** How many of them the server says it has taken. */
    Map<TableName, Long> taken() {
        return Map.copyOf(taken);
    }

    private void work(ServerMark beside, Cancellation cancelled, AtomicInteger hopes) {
        try (LoadSession session = open(beside, cancelled)) {
            LazyCommits commits;
            try {
                session.statement(OwnSession.unlimited(job.serverMajor()));
                commits = LazyCommits.begin(session);
            } catch (EngineException e) {
                if (hopes.decrementAndGet() == 0) {
                    throw e;
                }
                notices.add(fewer(e));
                return;
            }
            ScriptScanner scanner = session.scanner(rules.get());
            boolean any = false;
            for (EntryFacts piece = pieces.poll(); piece != null; piece = pieces.poll()) {
                load(piece, scanner, session, cancelled);
                any = true;
            }
            scanner.finish();
            if (any) {
                requireRowsOnly(scanner.facts());
            }
            session.statement("");
            commits.end();
            session.finish();
            byTable(scanner.tables()).forEach((table, count) -> rows.merge(table, count, Long::sum));
            session.taken().forEach((table, count) -> taken.merge(table, count, Long::sum));
        }
    }

    private LoadSession open(ServerMark beside, Cancellation cancelled) {
        LoadSession direct = utf8 ? DirectLoad.open(database, beside, cancelled) : null;
        return direct == null ? new PsqlLoad(database, cancelled) : direct;
    }

    private static Notice fewer(CodeBException why) {
        return new Notice(
                "fewer-sessions", "one session less than was wanted has loaded large tables: " + why.getMessage());
    }

    private void load(EntryFacts piece, ScriptScanner scanner, LoadSession session, Cancellation cancelled) {
        Map<TableName, Long> before = byTable(scanner.tables());
        long rowsBefore = scanner.rows();
        ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        try (ByteSource source = input.open(piece, cancelled)) {
            while (source.read(buffer.clear()) != ByteSource.END) {
                cancelled.throwIfCancelled();
                scanner.scan(buffer.flip(), session);
                input.progress(piece, scanner.rows() - rowsBefore);
            }
        }
        requireRowsOf(PieceList.table(piece), piece, before, byTable(scanner.tables()));
    }

    private static void requireRowsOf(
            TableName table, EntryFacts piece, Map<TableName, Long> before, Map<TableName, Long> after) {
        Map<TableName, Long> changed = new TreeMap<>(after);
        changed.entrySet().removeAll(before.entrySet());
        // A piece without rows changes nothing, and has been there.
        changed.putIfAbsent(table, 0L);
        if (changed.size() != 1 || !after.containsKey(table)) {
            throw corrupt("piece " + piece.name() + " has other rows than those of table " + table);
        }
    }

    private static void requireRowsOnly(ScriptFacts facts) {
        if (!facts.rowsOnly() || !facts.countable()) {
            throw corrupt("a piece has more in it than the rows of its table");
        }
    }

    private static IntegrityException corrupt(String problem) {
        return new IntegrityException(ErrorCode.CORRUPT, problem, "restore another backup or a copy of this one");
    }

    private static Map<TableName, Long> byTable(List<TableRows> tables) {
        Map<TableName, Long> rows = new HashMap<>();
        tables.forEach(table -> rows.put(table.table(), table.rows()));
        return rows;
    }
}
