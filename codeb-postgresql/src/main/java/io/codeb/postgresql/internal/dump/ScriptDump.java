package io.codeb.postgresql.internal.dump;

import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.program.Together;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The dump in mode {@code sql}: pg_dump beside the server, its plain script followed as it passes. */
final class ScriptDump {
    private static final String MODE = "sql";
    private static final String DUMP = "dump.sql";

    private final DumpJob job;

    ScriptDump(DumpJob job) {
        this.job = job;
    }

    Dumped run() {
        List<String> arguments = new ArrayList<>(List.of("--format=plain"));
        arguments.addAll(job.arguments());
        return job.checksums()
                ? witnessed(arguments)
                : dump(arguments, job.cancellation(), script -> new ChecksumList(job.encoding(), List.of()));
    }

    /** The dump counts only when what its tables add up to is known: then nothing is left to go wrong. */
    private Dumped witnessed(List<String> arguments) {
        try (Together together = new Together(job.cancellation());
                SnapshotHolder holder = job.hold(together.cancellation())) {
            DumpWitness witness = new DumpWitness(holder, job.encoding(), together);
            arguments.add("--snapshot=" + holder.snapshot());
            try {
                return dump(arguments, together.cancellation(), script -> {
                    together.await();
                    holder.release();
                    return witness.testify(script.tables());
                });
            } catch (CodeBException e) {
                throw together.reason(e);
            }
        }
    }

    /**
     * Dumps.
     *
     * @param proven hears of the whole script before the entry is finished, and may refuse it
     */
    private Dumped dump(List<String> arguments, Cancellation cancelled, Function<ScriptScanner, ChecksumList> proven) {
        EntrySpec entry = job.sorted(
                EntrySpec.of(DUMP, EntryKind.DUMP).withExpectedSize(job.look().expectedBytes(job.spec())));
        try (EntrySink sink = job.output().open(entry, cancelled)) {
            ScriptScanner script = new ServerProgram(job.target(), "pg_dump", arguments).script(cancelled, sink);
            ChecksumList checksums = proven.apply(script);
            sink.finish();
            return new Dumped(MODE, script.dumpedBy(), script.tablesInScript(), checksums, List.of());
        }
    }
}
