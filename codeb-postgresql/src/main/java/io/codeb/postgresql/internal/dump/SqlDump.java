package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Manifest;
import io.codeb.model.Notice;
import io.codeb.model.Selection;
import io.codeb.postgresql.internal.catalog.ChosenTables;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseInspector;
import io.codeb.postgresql.internal.catalog.ForeignKeyOrder;
import io.codeb.postgresql.internal.catalog.Inspection;
import io.codeb.postgresql.internal.catalog.NeedsCatalog;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.postgresql.internal.catalog.RowSecurity;
import io.codeb.postgresql.internal.catalog.SearchPathReliance;
import io.codeb.postgresql.internal.catalog.TableSelection;
import io.codeb.postgresql.internal.program.Diagnosis;
import io.codeb.postgresql.internal.program.LibpqEnvironment;
import io.codeb.postgresql.internal.program.PostgresVersion;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.postgresql.internal.script.SqlText;
import io.codeb.postgresql.internal.sql.SqlClient;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.tool.ToolVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One dump in mode {@code sql}: pg_dump beside the server, its plain script followed as it passes. */
public final class SqlDump {
    private static final String MODE = "sql";
    private static final String DUMP = "dump.sql";
    private static final String GLOBALS = "globals.sql";

    /** A dump says in far fewer bytes that it is one. */
    private static final int HEAD_BYTES = 64 * 1024;

    private final String engine;
    private final DatabaseTarget target;
    private final DumpSpec spec;
    private final DumpOutput output;
    private final Cancellation cancellation;

    public SqlDump(String engine, DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        this.engine = engine;
        this.target = target;
        this.spec = spec;
        this.output = output;
        this.cancellation = cancellation;
    }

    public DumpFacts run() {
        List<String> options = DumpOptions.check(spec.selection().options());
        Inspection info;
        ChosenTables tables;
        NeedsCatalog needs;
        ForeignKeyOrder foreignKeys = null;
        List<Notice> notices = new ArrayList<>();
        try (SqlClient client = SqlClient.openForCatalog(target)) {
            info = DatabaseInspector.inspectByStatistics(client, cancellation);
            tables = chosenTables(client, info);
            RowSecurity.requireAllRows(client, target, spec.selection(), tables, cancellation);
            needs = NeedsCatalog.of(client, spec.selection(), tables, cancellation);
            if (tables.scope() != ChosenTables.Scope.ONLY) {
                notices.addAll(SearchPathReliance.notices(client, cancellation));
            }
            if (spec.selection().content() == Content.DATA_ONLY && !options.contains("--disable-triggers")) {
                foreignKeys = ForeignKeyOrder.of(client, cancellation);
            }
        }
        DatabaseFacts database = info.database()
                .withProperties(DumpOptions.keptOf(info.database().properties(), options));
        requireThatFactsCanBeKept(database, needs);
        List<String> arguments = new ArrayList<>(List.of("--format=plain", "--no-password"));
        arguments.add("--encoding=" + encoding(info));
        arguments.addAll(contentArguments(spec.selection().content()));
        arguments.addAll(tables.arguments());
        arguments.addAll(options);
        EntrySpec entry = EntrySpec.of(DUMP, EntryKind.DUMP)
                .withExpectedSize(spec.selection().content() == Content.SCHEMA_ONLY ? -1 : tables.estimatedSize(info));
        ScriptScanner script = stream("pg_dump", arguments, entry);
        ToolVersion tool = PostgresVersion.ofDump(script.dumpedBy());
        Facts facts = new PostgresFacts(database, needs.of(tool)).toFacts();
        if (foreignKeys != null) {
            foreignKeys.notice(script.tablesInScript()).ifPresent(notices::add);
        }
        if (spec.globals()) {
            dumpGlobals();
        }
        return DumpFacts.of(
                        new Manifest.EngineFacts(engine, MODE, info.server(), tool.text(), facts),
                        spec.selection(),
                        info.database().summary())
                .withTables(script.tables())
                .withNotices(notices);
    }

    /** Before the dump, which says only in its head who makes it: no facts must be refused behind a night's work. */
    private static void requireThatFactsCanBeKept(DatabaseFacts database, NeedsCatalog needs) {
        new PostgresFacts(database, needs.atMost()).toFacts();
    }

    private ChosenTables chosenTables(SqlClient client, Inspection info) {
        Selection selection = spec.selection();
        if (selection.include().isEmpty() && selection.exclude().isEmpty()) {
            return ChosenTables.ALL;
        }
        return TableSelection.of(info.tables(), client, cancellation).choose(selection);
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
        stream("pg_dumpall", arguments, EntrySpec.of(GLOBALS, EntryKind.GLOBALS));
    }

    private ScriptScanner stream(String program, List<String> arguments, EntrySpec entry) {
        ScriptScanner scanner = new ScriptScanner();
        try (EntrySink sink = output.open(entry)) {
            try (ExecSession session = target.runtime()
                            .exec(
                                    target.container(),
                                    LibpqEnvironment.command(target, program, arguments)
                                            .withIdleLimit(
                                                    target.server().tools().idleLimit()),
                                    cancellation);
                    ByteSource script = session.stdout()) {
                ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES);
                long bytes = 0;
                while (script.read(buffer.clear()) != ByteSource.END) {
                    cancellation.throwIfCancelled();
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
