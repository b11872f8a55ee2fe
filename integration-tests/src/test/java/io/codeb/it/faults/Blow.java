package io.codeb.it.faults;

import java.util.List;

/**
 * When an operation is struck, and what it does of that itself.
 *
 * @param side of which calls one is chosen
 * @param number which of them, 1 for the first; 0 for none
 * @param manner what happens there
 * @param times how many calls break, from that one on, where any does
 */
record Blow(Side side, int number, Manner manner, int times) {
    /** What an operation calls. */
    enum Side {
        /** Commands, and each piece of what they are fed and say. */
        COMMANDS,
        /** The storage, and each piece of what is written there. */
        STORAGE,
        /** Either. */
        ANY;

        boolean has(Side called) {
            return this == ANY || this == called;
        }
    }

    /** What happens at the call. */
    enum Manner {
        /** It says so and waits: somebody else strikes meanwhile. */
        WAITS,
        /** It says so and goes on: somebody else strikes then. */
        GOES_ON,
        /** It breaks, and its stream with it. */
        BREAKS
    }

    static Blow none() {
        return new Blow(Side.ANY, 0, Manner.GOES_ON, 0);
    }

    List<String> words() {
        return List.of(side.name(), Integer.toString(number), manner.name(), Integer.toString(times));
    }

    static Blow parse(List<String> words) {
        return new Blow(
                Side.valueOf(words.get(0)),
                Integer.parseInt(words.get(1)),
                Manner.valueOf(words.get(2)),
                Integer.parseInt(words.get(3)));
    }
}
