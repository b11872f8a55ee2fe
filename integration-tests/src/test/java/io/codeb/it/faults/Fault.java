package io.codeb.it.faults;

import io.codeb.it.faults.Blow.Manner;
import io.codeb.it.faults.Blow.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One fault, all of which follows from its seed.
 *
 * @param seed tells it from all others
 * @param place where the database is
 * @param operation what is going on
 * @param kind what goes wrong
 * @param point at which part of the operation's course, from 0 to below 1
 * @param waiting whether the operation stands still while it is struck; else it goes on
 * @param afterMillis how long after that point it is struck, where the operation goes on
 * @param lookingFirst whether the database is looked at before anybody brings order
 * @param variant which of several ways, from 0 to below 1
 */
record Fault(
        long seed,
        Place place,
        Operation operation,
        Kind kind,
        double point,
        boolean waiting,
        int afterMillis,
        boolean lookingFirst,
        double variant) {
    private static final int LONGEST_DELAY_MILLIS = 60;

    /** A container costs twice as much time as the host; this many of a hundred faults are there. */
    private static final int OF_HUNDRED_IN_CONTAINERS = 35;

    /** The calls that fail one after another: each of them is tried again after a second. */
    private static final int A_WHILE = 5;

    private static final int FOR_GOOD = 1_000_000;

    static Fault of(long seed, Set<Place> places) {
        SplittableRandom dice = new SplittableRandom(seed);
        boolean inContainer = dice.nextInt(100) < OF_HUNDRED_IN_CONTAINERS;
        Place place = inContainer && places.contains(Place.PODMAN) ? Place.PODMAN : Place.HOST;
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        kinds.removeIf(kind -> !kind.canBeAt(place));
        Kind kind = kinds.get(dice.nextInt(kinds.size()));
        List<Operation> operations = List.copyOf(kind.operations());
        Operation operation = operations.get(dice.nextInt(operations.size()));
        double point = dice.nextDouble() * kind.latest();
        return new Fault(
                seed,
                place,
                operation,
                kind,
                point,
                dice.nextBoolean(),
                dice.nextInt(LONGEST_DELAY_MILLIS),
                dice.nextBoolean(),
                dice.nextDouble());
    }

    /** When the operation is struck, whose whole course has so many calls. */
    Blow blow(Map<Side, Integer> calls) {
        int number = 1 + (int) (point * calls.get(kind.side()));
        return switch (kind) {
            case CUT_COMMANDS, CUT_STORAGE -> new Blow(kind.side(), number, Manner.BREAKS, 1);
            case LOSE_COMMANDS -> new Blow(kind.side(), number, Manner.BREAKS, 2 + (int) (variant * A_WHILE));
            case LOSE_STORAGE -> new Blow(kind.side(), number, Manner.BREAKS, FOR_GOOD);
            default -> new Blow(kind.side(), number, waiting ? Manner.WAITS : Manner.GOES_ON, 0);
        };
    }

    @Override
    public String toString() {
        return "%d: %s, %s (%s), at %.0f %%%s"
                .formatted(
                        seed,
                        operation,
                        kind,
                        place,
                        100 * point,
                        kind.isCut() || waiting ? "" : " and " + afterMillis + " ms");
    }
}
