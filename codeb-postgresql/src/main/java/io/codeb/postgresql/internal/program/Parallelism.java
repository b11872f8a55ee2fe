package io.codeb.postgresql.internal.program;

import io.codeb.error.ContainerException;
import io.codeb.spi.engine.DatabaseTarget;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How much is done at once, and of what; of a dump as of a restore.
 *
 * @param asked how many connections work at the most, where somebody has said so
 * @param bulkBytes how large a table is at the least whose rows are read in pieces: heap and out-of-line values
 * @param pieceBytes how much of a table is in a piece at the most, on the average
 */
public record Parallelism(OptionalInt asked, long bulkBytes, long pieceBytes) {
    private static final int MOST_BY_ITSELF = 4;
    private static final long NICE_PIECE_BYTES = 16L << 20;

    /** One beside the server that holds a dump's moment or takes a restore's script, the program's, and one to look. */
    private static final int CONNECTIONS_BESIDE = 3;

    /** Who has asked for nothing else. */
    public static final Parallelism USUAL = new Parallelism(OptionalInt.empty(), 64L << 20, 128L << 20);

    /**
     * The same for a database whose other users go first, where somebody has said so.
     *
     * @param target which database
     */
    public Parallelism on(DatabaseTarget target) {
        return target.server().tools().nice()
                ? new Parallelism(OptionalInt.of(1), bulkBytes, Math.min(pieceBytes, NICE_PIECE_BYTES))
                : this;
    }

    /**
     * How many connections work at once. Each keeps a processor busy here, and one there; and half of the connections
     * that are left are for others.
     *
     * @param target which database
     * @param free how many connections the server has room for
     * @return perhaps none
     */
    public int workers(DatabaseTarget target, int free) {
        return Math.max(0, Math.min(asked.orElseGet(() -> byProcessors(target)), (free - CONNECTIONS_BESIDE) / 2));
    }

    private static int byProcessors(DatabaseTarget target) {
        int here = Math.min(MOST_BY_ITSELF, Runtime.getRuntime().availableProcessors());
        return (int) Math.max(1, Math.min(here, Math.ceil(there(target))));
    }

    /** What the container may use that the programs run in. */
    private static double there(DatabaseTarget target) {
        try {
            OptionalDouble limit = target.runtime().inspect(target.container()).cpus();
            return limit.orElse(MOST_BY_ITSELF);
        } catch (ContainerException e) {
            // Whoever runs something there will say the same.
            return MOST_BY_ITSELF;
        }
    }
}
