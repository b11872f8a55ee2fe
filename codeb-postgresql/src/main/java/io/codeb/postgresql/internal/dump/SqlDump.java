package io.codeb.postgresql.internal.dump;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.CollationVersion;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.postgresql.internal.catalog.Inspection;
import io.codeb.postgresql.internal.catalog.NeedsCatalog;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
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
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.TimedCancellation;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.tool.ToolVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One dump in mode {@code sql}: pg_dump beside the server, its plain script followed as it passes. */
public final class SqlDump {
    private static final Logger LOG = LoggerFactory.getLogger(SqlDump.class);
    private static final String MODE = "sql";
    private static final String DUMP = "dump.sql";
    private static final String GLOBALS = "globals.sql";
    private static final String CHECKSUMS = "checksums.jsonl";

    /** A dump says in far fewer bytes that it is one. */
    private static final int HEAD_BYTES = 64 * 1024;

    private final String engine;
    private final DatabaseTarget target;
    private final DumpSpec spec;
    private final DumpLimits limits;
    private final DumpOutput output;
    private final Cancellation cancellation;

    public SqlDump(
            String engine,
            DatabaseTarget target,
            DumpSpec spec,
            DumpLimits limits,
            DumpOutput output,
            Cancellation cancellation) {
        this.engine = engine;
        this.target = target;
        this.spec = spec;
        this.limits = limits;
        this.output = output;
        this.cancellation = cancellation;
    }

    /**
     * Looks for what stands in a dump's way, and makes none.
     *
     * @param target where the database is
     * @param spec what would be dumped
     * @param limits from when on what others do is worth a word
     * @param cancellation ends it early
     * @return what was found
     */
    public static DumpCheck check(DatabaseTarget target, DumpSpec spec, DumpLimits limits, Cancellation cancellation) {
        List<String> unused = DumpOptions.check(spec.selection().options(), limits.lockWait());
        return DumpLook.alone(target, spec, limits, cancellation);
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
                pause();
            }
        }
    }

    private DumpFacts attempt() throws GaveWay {
        List<String> options = DumpOptions.check(spec.selection().options(), limits.lockWait());
        DumpLook look = DumpLook.at(target, spec, limits, cancellation);
        Inspection info = look.info();
        NeedsCatalog needs = look.needs();
        DatabaseFacts database = info.database()
                .withProperties(DumpOptions.keptOf(info.database().properties(), options));
        requireThatFactsCanBeKept(database, needs);
        output.checked(look.check(spec));
        List<String> arguments = new ArrayList<>(List.of("--format=plain", "--no-password"));
        arguments.add("--encoding=" + encoding(info));
        arguments.addAll(contentArguments(spec.selection().content()));
        arguments.addAll(look.tables().arguments());
        arguments.addAll(options);
        EntrySpec entry = entry(look);
        Dumped dumped = dumpDatabase(arguments, entry, look);
        ScriptScanner script = dumped.script();
        ToolVersion tool = PostgresVersion.ofDump(script.dumpedBy());
        Facts facts = new PostgresFacts(database, needs.of(tool)).toFacts();
        List<Notice> notices = new ArrayList<>(look.notices());
        if (look.foreignKeys() != null) {
            look.foreignKeys().notice(script.tablesInScript()).ifPresent(notices::add);
        }
        if (spec.globals()) {
            dumpGlobals();
        }
        if (spec.checksums()) {
            keep(dumped.checksums());
        }
        return DumpFacts.of(
                        new Manifest.EngineFacts(engine, MODE, info.server(), tool.text(), facts),
                        spec.selection(),
                        info.database().summary())
                .withTables(script.tables())
                .withNotices(notices);
    }

    private EntrySpec entry(DumpLook look) {
        EntrySpec entry = EntrySpec.of(DUMP, EntryKind.DUMP).withExpectedSize(look.expectedBytes(spec));
        return look.collationVersion().isEmpty()
                ? entry
                : entry.with(CollationVersion.ATTRIBUTE, look.collationVersion());
    }

    /** Before the dump, which says only in its head who makes it: no facts must be refused behind a night's work. */
    private static void requireThatFactsCanBeKept(DatabaseFacts database, NeedsCatalog needs) {
        new PostgresFacts(database, needs.atMost()).toFacts();
    }

    /** Names in UTF-8 whatever the database's encoding; without an encoding nothing can be converted. */
    private static String encoding(Inspection info) {
        return info.database().encoding().equals("SQL_ASCII") ? "SQL_ASCII" : "UTF8";
    }

    private static List<String> contentArguments(Content content) {
        return switch (content) {
            case FULL -> List.of();
            case SCHEMA_ONLY -> List.of("--schema-only");
            case DATA_ONLY -> List.of("--data-only");
        };
    }

    private void dumpGlobals() {
        List<String> arguments = new ArrayList<>(List.of("--globals-only", "--no-password"));
        arguments.add("--database=dbname=" + SqlText.conninfoValue(target.database()));
        if (!spec.passwordHashes()) {
            arguments.add("--no-role-passwords");
        }
        stream("pg_dumpall", arguments, EntrySpec.of(GLOBALS, EntryKind.GLOBALS), cancellation, script -> {});
    }

    /** The dump itself, which gives way to those who wait for it; roles and the like keep nobody waiting. */
    private Dumped dumpDatabase(List<String> arguments, EntrySpec entry, DumpLook look) throws GaveWay {
        try (BlockedWatch watch = new BlockedWatch(target, limits.blocking(), cancellation)) {
            try {
                return spec.checksums() && spec.selection().content() != Content.SCHEMA_ONLY
                        ? witnessed(arguments, entry, look, watch.dump())
                        : new Dumped(
                                stream("pg_dump", arguments, entry, watch.dump(), script -> {}),
                                new ChecksumList(encoding(look.info()), List.of()));
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

    /**
     * A dump, and what its tables add up to.
     *
     * @param script as it has passed
     * @param checksums none where none are wanted
     */
    private record Dumped(ScriptScanner script, ChecksumList checksums) {}

    /** The dump counts only when what its tables add up to is known: then nothing is left to go wrong. */
    private Dumped witnessed(List<String> arguments, EntrySpec entry, DumpLook look, Cancellation cancelled) {
        try (DumpWitness witness = new DumpWitness(
                target,
                look.tables(),
                encoding(look.info()),
                spec.selection().options().contains(DumpOptions.DEFERRABLE),
                limits.lockWait(),
                cancelled)) {
            List<String> all = new ArrayList<>(arguments);
            all.add("--snapshot=" + witness.snapshot());
            try {
                ScriptScanner script =
                        stream("pg_dump", all, entry, witness.dump(), proven -> witness.testify(proven.tables()));
                return new Dumped(script, witness.checksums());
            } catch (CodeBException e) {
                throw witness.reason(e);
            }
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

    /** Lets those go first for whom a dump was given up. */
    private void pause() {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        try {
            if (cancelled.await(limits.blocking().toMillis(), TimeUnit.MILLISECONDS)) {
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the thread was interrupted");
        } finally {
            registration.close();
        }
    }

    /**
     * Runs a program, and takes what it writes as an entry.
     *
     * @param proven hears of the whole script before the entry is finished, and may refuse it
     */
    private ScriptScanner stream(
            String program,
            List<String> arguments,
            EntrySpec entry,
            Cancellation cancelled,
            Consumer<ScriptScanner> proven) {
        ScriptScanner scanner = new ScriptScanner();
        try (EntrySink sink = output.open(entry)) {
            try (ExecSession session = target.runtime()
                            .exec(
                                    target.container(),
                                    LibpqEnvironment.command(target, program, arguments)
                                            .withIdleLimit(
                                                    target.server().tools().idleLimit()),
                                    cancelled);
                    ByteSource script = session.stdout()) {
                ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
                long bytes = 0;
                while (script.read(buffer.clear()) != ByteSource.END) {
                    cancelled.throwIfCancelled();
                    bytes += buffer.flip().remaining();
                    scanner.scan(buffer, sink::write);
                    if (bytes > HEAD_BYTES && !scanner.hasDumpHeader()) {
                        throw notThatProgram(program);
                    }
                    sink.rows(scanner.rows());
                }
            } catch (CodeBException e) {
                throw Diagnosis.of(program, e);
            }
            scanner.finish();
            if (!scanner.hasDumpHeader() || !scanner.hasDumpTrailer()) {
                throw new IntegrityException(
                        ErrorCode.TRUNCATED,
                        program + " ended well and its script has no end mark",
                        "check what " + program + " is where it runs");
            }
            proven.accept(scanner);
            sink.finish();
        }
        return scanner;
    }

    private static EngineException notThatProgram(String program) {
        return new EngineException(
                ErrorCode.TOOL_MISSING,
                program + " writes no dump as the program of that name does",
                "check what " + program + " is where it runs");
    }
}
