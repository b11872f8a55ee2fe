package io.codeb.it.faults;

import io.codeb.it.faults.Blow.Manner;
import io.codeb.it.faults.Blow.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * The course of an operation: all its calls that leave the process, in their order. The same operation takes the same
 * course, so the number of a call is a point in it that can be found again. Thread-safe.
 */
final class Course {
    private final Blow blow;
    private final Map<Side, Integer> calls = new EnumMap<>(Side.class);

    Course(Blow blow) {
        this.blow = blow;
    }

    /**
     * Passes a call. Where that is the one to wait at, all the others wait behind it.
     *
     * @return whether this call breaks
     */
    synchronized boolean pass(Side side) {
        calls.merge(side, 1, Integer::sum);
        calls.merge(Side.ANY, 1, Integer::sum);
        if (!blow.side().has(side)) {
            return false;
        }
        int late = calls.get(blow.side()) - blow.number();
        if (late == 0) {
            Operator.say(Operator.REACHED);
            if (blow.manner() == Manner.WAITS) {
                await();
            }
        }
        return blow.manner() == Manner.BREAKS && late >= 0 && late < blow.times();
    }

    private static void await() {
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many calls there were. */
    synchronized Map<Side, Integer> calls() {
        return new EnumMap<>(calls);
    }
}
