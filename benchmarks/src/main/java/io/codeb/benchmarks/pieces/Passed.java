package io.codeb.benchmarks.pieces;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many plain bytes have passed; JMH makes bytes per second of it. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Passed {
    /** So many; JMH sets it to 0 before each iteration. */
    public long bytes;
}
