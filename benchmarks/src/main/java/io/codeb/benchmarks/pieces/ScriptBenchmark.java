package io.codeb.benchmarks.pieces;

import io.codeb.postgresql.internal.script.ScriptHeads;
import io.codeb.postgresql.internal.script.ScriptRules;
import io.codeb.postgresql.internal.script.ScriptScanner;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What counts the rows of a dump, and what judges the statements of a script before psql gets it. */
@State(Scope.Thread)
public class ScriptBenchmark {
    private static final int SERVER_MAJOR = 17;

    /** What the scanner is there for. */
    public enum Use {
        /** Counts rows as pg_dump writes them. */
        BACKUP,
        /** Judges statements. */
        LOOK_THROUGH,
        /** Judges statements, and keeps how each begins, to name the one that fails. */
        RESTORE;

        private ScriptScanner scanner() {
            ScriptRules rules = ScriptRules.guarded("shop", SERVER_MAJOR);
            return switch (this) {
                case BACKUP -> new ScriptScanner();
                case LOOK_THROUGH -> new ScriptScanner(rules);
                case RESTORE -> new ScriptScanner(rules, new ScriptHeads());
            };
        }
    }

    /** What the script holds. */
    @Param
    public Rows rows = Rows.COPY;

    /** What for. */
    @Param
    public Use use = Use.BACKUP;

    private byte[] begin = {};
    private byte[] block = {};
    private byte[] end = {};

    /** Makes the script. */
    @Setup
    public void make() {
        begin = rows.begin();
        block = rows.block();
        end = rows.end();
    }

    /**
     * One script.
     *
     * @param passed counts
     * @return so that nothing is left out
     */
    @Benchmark
    public long scan(Passed passed) {
        ScriptScanner scanner = use.scanner();
        long[] judged = new long[1];
        for (byte[] part : new byte[][] {begin, block, end}) {
            for (int from = 0; from < part.length; from += Transfer.BUFFER_BYTES) {
                int length = Math.min(Transfer.BUFFER_BYTES, part.length - from);
                scanner.scan(ByteBuffer.wrap(part, from, length), bytes -> judged[0] += bytes.remaining());
            }
        }
        scanner.finish();
        if (judged[0] != begin.length + block.length + end.length) {
            throw new IllegalStateException(judged[0] + " bytes have passed");
        }
        passed.bytes += judged[0];
        return scanner.rows();
    }
}
