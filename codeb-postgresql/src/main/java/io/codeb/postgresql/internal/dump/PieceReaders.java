package io.codeb.postgresql.internal.dump;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.EntryKind;
import io.codeb.model.Notice;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.Piece;
import io.codeb.postgresql.internal.program.Together;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.DirectConnection;
import io.codeb.postgresql.internal.sql.ServerMark;
import io.codeb.postgresql.internal.sql.SnapshotReader;
import io.codeb.postgresql.internal.sql.SnapshotReader.Lost;
import io.codeb.postgresql.internal.sql.SnapshotReader.Moment;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that read pieces, each into an entry of its own. One is opened before anything else is, so that it is
 * known whether there are any. A piece whose connection is lost is begun again over a new one, in the same moment.
 */
final class PieceReaders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PieceReaders.class);
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** A session of any settings reads the piece as it was written. */
    private static final String HEAD = """
            --
            -- Rows of a PostgreSQL table, written by CodeB
            --

            SET statement_timeout = 0;
            SET lock_timeout = 0;
            SET idle_in_transaction_session_timeout = 0;
            SET client_encoding = '%s';
            SET standard_conforming_strings = on;
            SELECT pg_catalog.set_config('search_path', '', false);
            SET xmloption = content;
            SET client_min_messages = warning;
            SET row_security = off;

            COPY %s (%s) FROM stdin;
            """;

    private static final String END = "\\.\n";

    private final Duration idleLimit;
    private final int most;
    private final Iterator<DirectConnection> ways;
    private final List<SnapshotReader> connected = new ArrayList<>();
    private final Map<DirectConnection, EngineException> refusals = new LinkedHashMap<>();
    private final Map<TableName, Long> rows = new ConcurrentHashMap<>();
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>();

    /**
     * Connects, on the first way that lets this process in.
     *
     * @param target which database
     * @param most how many connections there shall be at the most
     * @throws NotInPieces when there is no such way
     */
    PieceReaders(DatabaseTarget target, int most) throws NotInPieces {
        this.idleLimit = target.server().tools().idleLimit();
        this.most = most;
        this.ways = DirectConnection.ways(target).iterator();
        connect();
    }

    private void connect() throws NotInPieces {
        while (ways.hasNext()) {
            DirectConnection way = ways.next();
            try {
                connected.add(SnapshotReader.connect(way, idleLimit));
                return;
            } catch (Lost e) {
                refusals.put(way, e.failure());
            } catch (EngineException e) {
                refusals.put(way, e);
            }
        }
        throw new NotInPieces(refusal());
    }

    private EngineException refusal() {
        if (refusals.isEmpty()) {
            return new EngineException(
                    ErrorCode.SERVER_UNREACHABLE,
                    "nothing is known of where the server can be reached from here",
                    "publish its port, or set host and port to where it is");
        }
        EngineException telling = refusals.values().stream()
                .filter(refusal -> refusal.code() != ErrorCode.SERVER_UNREACHABLE)
                .findFirst()
                .orElseGet(() -> refusals.values().iterator().next());
        StringJoiner tried = new StringJoiner("; ");
        refusals.forEach((way, refusal) -> tried.add(way + ": " + refusal.getMessage()));
        return new EngineException(telling.code(), tried.toString(), telling.hint(), telling);
    }

    /**
     * Finds the way that leads to the very server that the moment is with, and connects there as often as wanted.
     *
     * @param holder what the session that holds the moment is known by
     * @throws NotInPieces when there is no such way
     */
    void findMoment(ServerMark holder) throws NotInPieces {
        while (!sees(holder)) {
            close();
            connect();
        }
        SnapshotReader first = connected.get(0);
        try {
            while (connected.size() < most) {
                connected.add(first.another());
            }
        } catch (Lost e) {
            shortage(e.failure());
        } catch (EngineException e) {
            shortage(e);
        }
    }

    private boolean sees(ServerMark holder) {
        SnapshotReader first = connected.get(0);
        try {
            if (first.sees(holder)) {
                return true;
            }
            refusals.put(
                    first.way(),
                    new EngineException(
                            ErrorCode.SERVER_UNREACHABLE,
                            "what answers is another server than where the programs are, or another database",
                            "publish the server's port, or set host and port to where it is"));
        } catch (Lost e) {
            refusals.put(first.way(), e.failure());
        } catch (EngineException e) {
            refusals.put(first.way(), e);
        }
        return false;
    }

    /** Some are better than none. */
    private void shortage(EngineException why) {
        notices.add(new Notice(
                "fewer-workers",
                "large tables were read over " + connected.size() + " connections instead of " + most + ": "
                        + why.getMessage()));
    }

    /** A piece, and the name of its entry. */
    private record Task(Piece piece, String name) {}

    /**
     * Begins to read, the largest piece first. The entries are named in the order of the tables and their pages.
     *
     * @param job what they are a part of
     * @param pieces what is read
     * @param moment where it is read
     * @param together what the threads are a part of
     */
    void begin(DumpJob job, List<Piece> pieces, Moment moment, Together together) {
        List<Piece> ordered = pieces.stream()
                .sorted(Comparator.comparing((Piece piece) -> piece.table().name())
                        .thenComparing(Piece::firstPage))
                .toList();
        List<Task> tasks = new ArrayList<>();
        for (Piece piece : ordered) {
            rows.putIfAbsent(piece.table().name(), 0L);
            tasks.add(new Task(piece, "data/%05d.sql".formatted(tasks.size() + 1)));
        }
        tasks.sort(Comparator.comparingLong((Task task) -> task.piece().estimatedBytes())
                .reversed());
        Queue<Task> queue = new ConcurrentLinkedQueue<>(tasks);
        for (int i = 0; i < connected.size(); i++) {
            SnapshotReader first = connected.get(i);
            together.begin("pieces-" + (i + 1), () -> read(job, queue, moment, together, first));
        }
        connected.clear();
    }

    /** Rows by table, when all is read. */
    Map<TableName, Long> rows() {
        return Map.copyOf(rows);
    }

    /** What whoever asked for the dump should know. */
    List<Notice> notices() {
        return List.copyOf(notices);
    }

    private void read(DumpJob job, Queue<Task> queue, Moment moment, Together together, SnapshotReader first) {
        SnapshotReader reader = first;
        boolean entered = false;
        List<EngineException> lost = new ArrayList<>();
        try {
            Task task = queue.poll();
            while (task != null) {
                try {
                    if (reader == null) {
                        reader = first.another();
                    }
                    if (!entered) {
                        enter(reader, moment, lost);
                        entered = true;
                    }
                    long count = read(job, task, moment.encoding(), together, reader);
                    rows.merge(task.piece().table().name(), count, Long::sum);
                    task = queue.poll();
                    lost.clear();
                } catch (Lost e) {
                    if (reader != null) {
                        reader.close();
                        reader = null;
                    }
                    entered = false;
                    lost.add(e.failure());
                    if (lost.size() == ATTEMPTS) {
                        throw e.failure();
                    }
                    LOG.warn("{} is begun again: {}", task.name(), e.failure().getMessage());
                    notices.add(new Notice(
                            "piece-read-again",
                            task.name() + " was begun again: " + e.failure().getMessage()));
                    together.cancellation().pause(PAUSE.multipliedBy(lost.size()));
                }
            }
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
    }

    /** When the moment is over that others lost their connection in, the loss says why. */
    private static void enter(SnapshotReader reader, Moment moment, List<EngineException> lost) throws Lost {
        try {
            reader.enter(moment);
        } catch (EngineException e) {
            if (lost.isEmpty()) {
                throw e;
            }
            throw new EngineException(
                    e.code(), lost.get(0).getMessage() + "; and then " + e.getMessage(), e.hint(), lost.get(0));
        }
    }

    private static long read(DumpJob job, Task task, String encoding, Together together, SnapshotReader reader)
            throws Lost {
        Piece piece = task.piece();
        try (EntrySink sink = job.output().open(entry(task), together.cancellation())) {
            write(
                    sink,
                    HEAD.formatted(encoding, SqlText.identifier(piece.table().name()), piece.columns()));
            long count = reader.copy(piece.copy(), sink, sink::rows, together.cancellation());
            write(sink, END);
            sink.finish();
            return count;
        }
    }

    private static EntrySpec entry(Task task) {
        Piece piece = task.piece();
        EntrySpec entry = EntrySpec.of(task.name(), EntryKind.PIECE)
                .withExpectedSize(piece.estimatedBytes())
                .with(Piece.SCHEMA, piece.table().name().schema())
                .with(Piece.TABLE, piece.table().name().name())
                .with(Piece.FIRST_PAGE, Long.toString(piece.firstPage()));
        return piece.endPage() == Piece.OPEN ? entry : entry.with(Piece.END_PAGE, Long.toString(piece.endPage()));
    }

    private static void write(EntrySink sink, String text) {
        sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        connected.forEach(SnapshotReader::close);
        connected.clear();
    }
}
