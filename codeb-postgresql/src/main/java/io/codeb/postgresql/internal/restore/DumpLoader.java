package io.codeb.postgresql.internal.restore;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.EntryKind;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.Subscriptions;
import io.codeb.postgresql.internal.catalog.Subscriptions.Subscription;
import io.codeb.postgresql.internal.program.OwnSession;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptFacts;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.ScriptSink;
import io.codeb.postgresql.internal.script.ScriptSurvey;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.ServerMark;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.PeekedSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is loaded: opens a dump as a script, whatever its form, and sends it to a psql, judged and counted. */
final class DumpLoader {
    /** How many rows make it worth to build a table's indexes in a session beside. */
    private static final long MANY_ROWS = 100_000;

    private final RestoreJob job;
    private final RestoreInput input;

    /** The entry that has the definitions: all of the dump, or all but its pieces. */
    private final EntryFacts dump;

    private final List<EntryFacts> pieces;

    /** The entry that is read, and how many rows had come before it. */
    private EntryFacts reading;

    private long rowsBefore;
    private long rowsSoFar;

    /** The session that the script goes into, and who loads the pieces beside it, if anybody does. */
    private @Nullable PsqlLoad session;

    private String loadingInto = "";
    private @Nullable PieceLoad pieceLoad;
    private boolean building;
    private final int workers;

    /** The server's roles, where a foreign script may make others. */
    private final Set<String> roles;

    /**
     * Makes the loader.
     *
     * @param roles the server's, where a foreign script may make others
     * @param workers over how many sessions pieces are loaded at the most
     */
    DumpLoader(RestoreJob job, RestoreInput input, Set<String> roles, int workers) {
        this.job = job;
        this.input = input;
        boolean inPieces = input.entries().stream().anyMatch(entry -> entry.kind() == EntryKind.ARCHIVE);
        this.dump = input.only(inPieces ? EntryKind.ARCHIVE : EntryKind.DUMP);
        this.pieces = inPieces ? PieceList.of(input) : List.of();
        this.reading = dump;
        this.roles = roles;
        this.workers = workers;
    }

    /** Whether the dump is a foreign one that can be opened again. */
    boolean canSurvey() {
        return !job.ofOwnBackup() && input.opensAgain();
    }

    /** Looks through a foreign dump that can be opened again, before anything of it is run. */
    Optional<ScriptFacts> survey() {
        return canSurvey()
                ? Optional.of(withScript(
                        script -> ScriptSurvey.of(script, rules(job.target().database()), job.cancellation())))
                : Optional.empty();
    }

    /** Opens the dump, as a script whatever its form. */
    <T> T withScript(Function<ByteSource, T> work) {
        if (dump.kind() == EntryKind.ARCHIVE) {
            boolean beside = hasSessionsBeside();
            try (ByteSource script = new PiecedScript(
                    job, input, beside ? List.of() : pieces, this::begun, beside ? this::awaitPieces : () -> {})) {
                return work.apply(script);
            }
        }
        try (PeekedSource source = new PeekedSource(input.open(dump), DumpFormat.HEAD_BYTES)) {
            DumpFormat.of(source.head(), dump.name());
            ArchiveHead archive = ArchiveHead.of(source.head());
            try (ByteSource script = archive == null
                    ? source
                    : new ArchiveScript(job.target(), source, archive, dump.name(), List.of(), job.cancellation())) {
                return work.apply(script);
            }
        }
    }

    /** What has to be in one transaction has to be in one session. */
    private boolean hasSessionsBeside() {
        return buildsBeside() && pieces.size() > 1;
    }

    /** Of a foreign dump nobody knows which tables are large before they are loaded. */
    private boolean buildsBeside() {
        return job.isAside() && workers > 1 && job.ofOwnBackup();
    }

    /** When all tables are there, and nothing yet that slows their loading down. */
    private PieceLoad beginPieces(PsqlLoad psql) {
        // The tables have been made when it has come so far as to answer.
        ServerMark mark = ServerMark.on(psql);
        DatabaseTarget database = job.target().withDatabase(loadingInto);
        PieceLoad load = new PieceLoad(job, input, database, () -> rules(loadingInto), pieces);
        pieceLoad = load;
        load.begin(workers, mark);
        return load;
    }

    /** When nothing follows but what slows their loading down. */
    private void awaitPieces() {
        PieceLoad load = pieceLoad;
        if (load == null) {
            load = beginPieces(Objects.requireNonNull(session, "the script is read by nobody who loads it"));
        }
        load.await();
    }

    /** What comes now are indexes and keys, of which nobody reads anything any more. */
    private void restIsBuilt() {
        if (!building) {
            building = true;
            input.stage("build");
        }
    }

    /** Before the first rows: all tables are there then. */
    private void rowsBegin(PsqlLoad psql) {
        if (pieceLoad == null && hasSessionsBeside()) {
            beginPieces(psql);
        }
    }

    private ScriptSink beside(PsqlLoad psql, BuildersBeside others, ScriptSettings settings) {
        Map<TableName, Long> rows = new HashMap<>();
        DumpFacts made = job.spec().dump();
        if (made != null) {
            made.tables().forEach(table -> rows.put(table.table(), table.rows()));
        }
        Set<TableName> inPieces = pieces.stream().map(PieceList::table).collect(Collectors.toSet());
        return new ScriptBeside(
                psql,
                others,
                settings,
                table -> {
                    long there = rows.getOrDefault(table, 0L);
                    return there >= MANY_ROWS || inPieces.contains(table) ? Math.max(1, there) : 0;
                },
                () -> rowsBegin(psql),
                this::restIsBuilt);
    }

    private void begun(EntryFacts entry) {
        reading = entry;
        rowsBefore = rowsSoFar;
    }

    private ScriptRules rules(String database) {
        return ScriptRules.guarded(database, job.serverMajor())
                .inOneTransaction(!job.isAside())
                .ofOwnBackup(job.ofOwnBackup())
                .onServerWithRoles(roles)
                .with(job.spec().options());
    }

    /**
     * Sends all of a script.
     *
     * @param psql takes it
     * @param database what it is loaded into
     * @param script as {@link #withScript} opens it
     * @return what it says that it loads
     */
    Proof.Loaded load(PsqlLoad psql, String database, ByteSource script) {
        session = psql;
        loadingInto = database;
        if (!buildsBeside()) {
            return loadAll(psql, psql, database, script, () -> {});
        }
        ScriptSettings settings = new ScriptSettings();
        BuildersBeside builders = new BuildersBeside(job, psql, job.target().withDatabase(database), workers, settings);
        try {
            return loadAll(psql, beside(psql, builders, settings), database, script, builders::finish);
        } catch (CodeBException e) {
            CodeBException reason = builders.reason(e);
            throw pieceLoad == null ? reason : pieceLoad.reason(reason);
        } finally {
            builders.close();
            if (pieceLoad != null) {
                pieceLoad.close();
            }
        }
    }

    private Proof.Loaded loadAll(PsqlLoad psql, ScriptSink sink, String database, ByteSource script, Runnable allRead) {
        ScriptScanner scanner = psql.scanner(rules(database));
        ByteBuffer piece = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
        while (script.read(piece.clear()) != ByteSource.END) {
            job.cancellation().throwIfCancelled();
            if (pieceLoad != null) {
                pieceLoad.requireNoFailure();
            }
            scanner.scan(piece.flip(), sink);
            rowsSoFar = scanner.rows();
            input.progress(reading, rowsSoFar - rowsBefore);
        }
        scanner.finish();
        restIsBuilt();
        allRead.run();
        // The script's last line may lack its end, and its limits are not for what we ask.
        psql.statement("");
        psql.statement(OwnSession.unlimited(job.serverMajor()));
        psql.ask(List.of());
        input.stage("compare");
        job.notices().addAll(psql.notices());
        ScriptFacts seen = scanner.facts();
        boolean compared =
                job.ofOwnBackup() || (scanner.hasDumpHeader() && scanner.hasDumpTrailer() && seen.countable());
        if (!compared) {
            job.notice(
                    "not-compared",
                    "not only pg_dump's COPY makes rows in this script: they were counted in the database, and compared"
                            + " with nothing");
        }
        return new Proof.Loaded(
                withPieces(scanner.tables()),
                takenWithPieces(psql.taken()),
                compared,
                seen.rowsOnly() ? seen.filled() : null,
                seen.promises());
    }

    private List<TableRows> withPieces(List<TableRows> tables) {
        if (pieceLoad == null) {
            return tables;
        }
        List<TableRows> all = new ArrayList<>(tables);
        pieceLoad.rows().forEach((table, rows) -> all.add(new TableRows(table.schema(), table.name(), rows)));
        all.sort(Comparator.comparing(TableRows::table));
        return all;
    }

    private Map<TableName, Long> takenWithPieces(Map<TableName, Long> taken) {
        if (pieceLoad == null) {
            return taken;
        }
        Map<TableName, Long> all = new HashMap<>(taken);
        pieceLoad.taken().forEach((table, rows) -> all.merge(table, rows, Long::sum));
        return all;
    }

    /** What a dump of some tables does not bring along. */
    void createSchemas(PsqlLoad psql) {
        DumpFacts made = job.spec().dump();
        if (made != null && !made.selection().include().isEmpty()) {
            made.tables().stream()
                    .map(TableRows::schema)
                    .distinct()
                    .forEach(schema ->
                            psql.statement("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(schema) + ";"));
        }
    }

    /** What was loaded must not pull: the original does, through the same slots. */
    void detach(PsqlLoad psql, List<Subscription> known) {
        for (Subscription subscription : Subscriptions.of(psql)) {
            if (!known.contains(subscription)) {
                Subscriptions.detach(psql, subscription);
                job.notice(
                        "subscription-disabled",
                        "subscription " + subscription.name() + " is disabled, and has no slot"
                                + (subscription.slot().isEmpty() ? "" : ": it had " + subscription.slot())
                                + "; when the original does not pull any more, give it one with ALTER"
                                + " SUBSCRIPTION … SET"
                                + " (slot_name = …), and ENABLE it");
            }
        }
    }

    EngineException nothingInIt() {
        return new EngineException(
                ErrorCode.DUMP_UNRECOGNIZED,
                dump.name() + " makes nothing in a database: there are comments, settings, or roles in it at the most",
                "check that it is the dump of a database; globals alone are none");
    }
}
