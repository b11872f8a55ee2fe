package io.codeb.benchmarks;

import java.util.function.LongSupplier;

/**
 * One of the ways to do the same.
 *
 * @param name what tables and charts call it
 * @param rival whether it is what CodeB is compared with
 * @param preparation makes room for it; not timed
 * @param work what is timed; answers how many KiB its JVMs have had resident at the most, 0 where nobody knows
 * @param look checks what the work has made, and answers how many bytes that is, 0 where it does not matter; not timed
 */
record Entrant(String name, boolean rival, Runnable preparation, LongSupplier work, LongSupplier look) {
    /** A way of CodeB's. */
    static Entrant ours(String name, LongSupplier work) {
        return new Entrant(name, false, () -> {}, work, () -> 0);
    }

    /** What CodeB is compared with. */
    static Entrant rival(String name, LongSupplier work) {
        return new Entrant(name, true, () -> {}, work, () -> 0);
    }

    /** The same with what is done before each round. */
    Entrant preparedBy(Runnable preparationBefore) {
        return new Entrant(name, rival, preparationBefore, work, look);
    }

    /** The same with a look at what each round has made. */
    Entrant lookedAtBy(LongSupplier lookAfter) {
        return new Entrant(name, rival, preparation, work, lookAfter);
    }
}
