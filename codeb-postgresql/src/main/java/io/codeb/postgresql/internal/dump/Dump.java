package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DumpMode;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.catalog.Inspection;
import io.codeb.postgresql.internal.catalog.NeedsCatalog;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.program.Parallelism;
import io.codeb.postgresql.internal.program.PostgresVersion;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.tool.ToolVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One dump of a database, in whichever mode: from the look before it to the facts behind it. */
public final class Dump {
    private static final Logger LOG = LoggerFactory.getLogger(Dump.class);
    private static final String GLOBALS = "globals.sql";
    private static final String CHECKSUMS = "checksums.jsonl";

    private final String engine;
    private final DatabaseTarget target;
    private final DumpSpec spec;
    private final DumpLimits limits;
    private final Parallelism parallelism;
    private final DumpOutput output;
    private final Cancellation cancellation;

    public Dump(
            String engine,
            DatabaseTarget target,
            DumpSpec spec,
            DumpLimits limits,
            Parallelism parallelism,
            DumpOutput output,
            Cancellation cancellation) {
        this.engine = engine;
        this.target = target;
        this.spec = spec;
        this.limits = limits;
        this.parallelism = parallelism;
        this.output = output;
        this.cancellation = cancellation;
    }

    /**
     * Looks for what stands in a dump's way, and makes none.
     *
     * @param target where the database is
     * @param spec what would be dumped
     * @param limits from when on what others do is worth a word
     * @param parallelism how much would be done at once
     * @param cancellation ends it early
     * @return what was found
     */
    public static DumpCheck check(
            DatabaseTarget target,
            DumpSpec spec,
            DumpLimits limits,
            Parallelism parallelism,
            Cancellation cancellation) {
        requireThatItCanBe(spec);
        List<String> unused = DumpOptions.check(spec.selection().options(), limits.lockWait());
        return DumpLook.alone(target, spec, limits, parallelism, cancellation);
    }

    /** Dumps; a dump that had to give way to others is made anew, with a new look at the database. */
    public DumpFacts run() {
        List<Notice> gaveWay = new ArrayList<>();
        while (true) {
            try {
                DumpFacts facts = attempt();
                List<Notice> notices = new ArrayList<>(gaveWay);
                notices.addAll(facts.notices());
                return facts.withNotices(notices);
            } catch (GaveWay e) {
                if (gaveWay.size() == limits.retries()) {
                    throw e.failure();
                }
                LOG.warn("{}; it is begun again in {}", e.failure().getMessage(), limits.blocking());
                gaveWay.add(new Notice("dump-gave-way", e.failure().getMessage() + "; it was begun again"));
                output.startOver();
                cancellation.pause(limits.blocking());
            }
        }
    }

    /** Rows alone are loaded in an order that foreign keys set, and definitions have none. */
    private static void requireThatItCanBe(DumpSpec spec) {
        if (spec.mode() == DumpMode.PARALLEL && spec.selection().content() != Content.FULL) {
            throw new ConfigException(
                    "definitions alone and rows alone are one script, and cannot be read in parallel",
                    "leave parallel() out, or back up both");
        }
    }

    private DumpFacts attempt() throws GaveWay {
        requireThatItCanBe(spec);
        List<String> options = DumpOptions.check(spec.selection().options(), limits.lockWait());
        DumpLook look = DumpLook.at(target, spec, limits, parallelism, cancellation);
        Inspection info = look.info();
        NeedsCatalog needs = look.needs();
        DatabaseFacts database = info.database()
                .withProperties(DumpOptions.keptOf(info.database().properties(), options));
        requireThatFactsCanBeKept(database, needs);
        output.checked(look.check(spec));
        Dumped dumped = dumpDatabase(look, options);
        ToolVersion tool = PostgresVersion.ofDump(dumped.madeBy());
        Facts facts = new PostgresFacts(database, needs.of(tool)).toFacts();
        List<Notice> notices = new ArrayList<>(look.notices());
        notices.addAll(dumped.notices());
        if (look.foreignKeys() != null) {
            look.foreignKeys().notice(dumped.tables()).ifPresent(notices::add);
        }
        if (spec.globals()) {
            dumpGlobals();
        }
        if (spec.checksums()) {
            keep(dumped.checksums());
        }
        return DumpFacts.of(
                        new Manifest.EngineFacts(engine, dumped.mode(), info.server(), tool.text(), facts),
                        spec.selection(),
                        info.database().summary())
                .withTables(dumped.tables().stream()
                        .sorted(Comparator.comparing(TableRows::table))
                        .toList())
                .withNotices(notices);
    }

    /** Before the dump, which says only in its head who makes it: no facts must be refused behind a night's work. */
    private static void requireThatFactsCanBeKept(DatabaseFacts database, NeedsCatalog needs) {
        new PostgresFacts(database, needs.atMost()).toFacts();
    }

    private void dumpGlobals() {
        List<String> arguments = new ArrayList<>(List.of("--globals-only", "--no-password"));
        arguments.add("--database=dbname=" + SqlText.conninfoValue(target.database()));
        if (!spec.passwordHashes()) {
            arguments.add("--no-role-passwords");
        }
        try (EntrySink sink = output.open(EntrySpec.of(GLOBALS, EntryKind.GLOBALS))) {
            ScriptScanner unused = new ServerProgram(target, "pg_dumpall", arguments).script(cancellation, sink);
            sink.finish();
        }
    }

    /** The dump itself, which gives way to those who wait for it; roles and the like keep nobody waiting. */
    private Dumped dumpDatabase(DumpLook look, List<String> options) throws GaveWay {
        try (BlockedWatch watch = new BlockedWatch(target, limits.blocking(), cancellation)) {
            DumpJob job = new DumpJob(target, spec, limits, options, look, output, watch.dump());
            try {
                return inPieces(job) ? asMuchInPiecesAsCanBe(job) : new ScriptDump(job).run();
            } catch (CodeBException e) {
                if (watch.waiting().isEmpty() || cancellation.isCancelled()) {
                    throw e;
                }
                throw new GaveWay(new EngineException(
                        ErrorCode.LOCK_TIMEOUT,
                        "the dump made " + watch.waiting() + " wait for " + TimedCancellation.text(limits.blocking())
                                + ", and was given up",
                        "back up when no tables are changed, or allow more with option(\"blocking\", …)",
                        e));
            }
        }
    }

    private boolean inPieces(DumpJob job) {
        return spec.mode() == DumpMode.PARALLEL
                || (job.isAutomatic() && job.look().large());
    }

    private Dumped asMuchInPiecesAsCanBe(DumpJob job) {
        try {
            return new ParallelDump(job, parallelism).run();
        } catch (NotInPieces e) {
            if (!job.isAutomatic()) {
                throw e.failure();
            }
            output.startOver();
            Dumped dumped = new ScriptDump(job).run();
            return e.notice().map(dumped::with).orElse(dumped);
        }
    }

    private void keep(ChecksumList checksums) {
        byte[] bytes = checksums.toBytes();
        if (bytes.length > ChecksumList.MAX_BYTES) {
            throw new ConfigException(
                    "the checksums of " + checksums.tables().size() + " tables take " + bytes.length + " bytes, and "
                            + ChecksumList.MAX_BYTES + " at the most are read",
                    "back up without withChecksums()");
        }
        EntrySpec entry = EntrySpec.of(CHECKSUMS, EntryKind.CHECKSUMS).withExpectedSize(bytes.length);
        try (EntrySink sink = output.open(entry)) {
            sink.write(ByteBuffer.wrap(bytes));
            sink.finish();
        }
    }

    /** A dump was given up for others, and nothing of it is left. */
    private static final class GaveWay extends Exception {
        private static final long serialVersionUID = 1L;

        private final EngineException failure;

        GaveWay(EngineException failure) {
            super(failure);
            this.failure = failure;
        }

        EngineException failure() {
            return failure;
        }
    }
}
