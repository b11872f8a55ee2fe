package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.EntryKind;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.BulkTable;
import io.codeb.postgresql.internal.catalog.BulkTables;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.Piece;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.program.Together;
import io.codeb.postgresql.internal.script.ArchiveReader;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SnapshotReader.Moment;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The dump in mode {@code parallel}: pg_dump beside the server makes an archive of all but the rows of large tables,
 * which connections of this process read in pieces, all of them in one moment of the database.
 */
final class ParallelDump {
    static final String MODE = "parallel";

    private static final String ARCHIVE = "archive.dump";

    /** Since then the server finds the rows of a range of pages without reading all others. */
    private static final int FINDS_RANGES = 14;

    private final DumpJob job;
    private final Parallelism parallelism;
    private boolean begun;

    ParallelDump(DumpJob job, Parallelism parallelism) {
        this.job = job;
        this.parallelism = parallelism;
    }

    /**
     * Makes the dump.
     *
     * @throws NotInPieces when that cannot be, or not be now; entries may have been opened that are aborted
     */
    Dumped run() throws NotInPieces {
        int workers = parallelism.workers(job.target(), job.look().connections());
        if (workers == 0 && job.isAutomatic()) {
            throw new NotInPieces(new EngineException(
                    ErrorCode.SERVER_UNREACHABLE,
                    "the server has room for " + Math.max(0, job.look().connections()) + " more connections",
                    "allow more connections"));
        }
        try (PieceReaders readers = new PieceReaders(job.target(), Math.max(1, workers));
                Together together = new Together(job.cancellation())) {
            try (SnapshotHolder holder = job.hold(together.cancellation())) {
                return run(readers, holder, together);
            } catch (CodeBException e) {
                CodeBException reason = together.reason(e);
                if (!begun
                        && reason instanceof EngineException failure
                        && reason.code() == ErrorCode.SERVER_UNREACHABLE) {
                    // The last connection that was left may be one of those that would read pieces.
                    throw new NotInPieces(failure);
                }
                throw reason;
            }
        }
    }

    private Dumped run(PieceReaders readers, SnapshotHolder holder, Together together) throws NotInPieces {
        readers.findMoment(holder.mark());
        List<Piece> pieces = pieces(holder);
        if (pieces.isEmpty() && job.isAutomatic()) {
            throw new NotInPieces();
        }
        Set<TableName> bulk =
                pieces.stream().map(piece -> piece.table().name()).collect(Collectors.toCollection(TreeSet::new));
        readers.begin(job, pieces, moment(holder), together);
        DumpWitness witness = job.checksums() ? new DumpWitness(holder, job.encoding(), together) : null;
        ArchiveReader archive;
        try {
            archive = archive(holder, bulk, together);
        } catch (EngineException e) {
            // A witness asks the holder by itself, and who was ended since others have failed says nothing of it.
            throw witness != null || together.cancellation().isCancelled() ? e : holder.reason(e);
        }
        together.await();
        holder.release();
        List<TableRows> tables = new ArrayList<>(archive.tables());
        readers.rows().forEach((table, rows) -> tables.add(new TableRows(table.schema(), table.name(), rows)));
        ChecksumList checksums =
                witness == null ? new ChecksumList(job.encoding(), List.of()) : witness.testify(tables);
        return new Dumped(MODE, archive.madeBy(), tables, checksums, readers.notices());
    }

    private List<Piece> pieces(SnapshotHolder holder) {
        List<BulkTable> tables =
                BulkTables.of(holder.session(), holder.tables(), parallelism.bulkBytes(), job.encoding());
        boolean unlogged = !job.options().contains("--no-unlogged-table-data");
        return Piece.of(
                tables.stream().filter(table -> unlogged || !table.unlogged()).toList(),
                holder.server().major() >= FINDS_RANGES,
                parallelism.pieceBytes());
    }

    private Moment moment(SnapshotHolder holder) {
        return new Moment(
                holder.snapshot(),
                holder.mark(),
                job.encoding(),
                job.limits().lockWait(),
                holder.server().major());
    }

    private ArchiveReader archive(SnapshotHolder holder, Set<TableName> bulk, Together together) {
        List<String> arguments = new ArrayList<>(List.of("--format=custom", "--compress=0"));
        arguments.addAll(job.arguments());
        arguments.add("--snapshot=" + holder.snapshot());
        bulk.forEach(table -> arguments.add("--exclude-table-data=" + SqlText.identifier(table)));
        EntrySpec entry = job.sorted(EntrySpec.of(ARCHIVE, EntryKind.ARCHIVE));
        try (EntrySink sink = job.output().open(entry, together.cancellation())) {
            ArchiveReader archive = new ServerProgram(job.target(), "pg_dump", arguments)
                    .run(together.cancellation(), output -> {
                        // What comes here is written: pg_dump is connected, and has its locks.
                        ArchiveReader reader = new ArchiveReader(output, bulk, bytes -> {
                            begun = true;
                            sink.write(bytes);
                        });
                        return reader.read();
                    });
            sink.rows(archive.rowsSoFar());
            sink.finish();
            return archive;
        }
    }
}
