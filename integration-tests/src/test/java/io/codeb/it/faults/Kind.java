package io.codeb.it.faults;

import io.codeb.it.faults.Blow.Side;
import java.util.EnumSet;
import java.util.Set;

/** What goes wrong. */
enum Kind {
    KILL_PROCESS("`kill -9` of the JVM", Side.ANY),
    KILL_PROGRAM("`kill -9` of `psql`, `pg_dump` or `pg_restore`", Side.COMMANDS),
    KILL_BACKEND("`kill -9` of the server's process for it", Side.COMMANDS),
    KILL_SERVER("`kill -9` of the server", Side.ANY),
    KILL_CONTAINER("`kill -9` of the container", Side.ANY),
    KILL_SERVICE("`kill -9` of the runtime's service", Side.ANY),
    CUT_COMMANDS("a stream to or from a program is cut", Side.COMMANDS),
    LOSE_COMMANDS("no program can be reached for a while", Side.COMMANDS),
    CUT_STORAGE("a call of the storage fails", Side.STORAGE),
    LOSE_STORAGE("the storage is gone", Side.STORAGE),
    FILL_DISK("the server's disk is full", Side.COMMANDS),
    LOCK("somebody holds a lock", Side.COMMANDS),
    CHANGE_PASSWORD("the password is another one", Side.COMMANDS),
    TAKE_RIGHT("the right to make databases is lost", Side.COMMANDS);

    private final String words;
    private final Side side;

    Kind(String words, Side side) {
        this.words = words;
        this.side = side;
    }

    /** Of which calls one is chosen. */
    Side side() {
        return side;
    }

    /** Whether the operation does it to itself. */
    boolean isCut() {
        return switch (this) {
            case CUT_COMMANDS, LOSE_COMMANDS, CUT_STORAGE, LOSE_STORAGE -> true;
            default -> false;
        };
    }

    /** Whether it can be felt only by what comes later: a login, a wait, a page that is written. */
    boolean isFeltLater() {
        return switch (this) {
            case FILL_DISK, LOCK, CHANGE_PASSWORD, TAKE_RIGHT -> true;
            default -> false;
        };
    }

    /** Before which part of the course it has to strike, for the operation to feel it. */
    double latest() {
        return switch (this) {
            case FILL_DISK -> 0.4;
            case LOCK, CHANGE_PASSWORD, TAKE_RIGHT -> 0.6;
            default -> 1;
        };
    }

    boolean canBeAt(Place place) {
        return switch (this) {
            case KILL_CONTAINER, KILL_SERVICE -> place == Place.PODMAN;
            case FILL_DISK -> place == Place.HOST;
            default -> true;
        };
    }

    /** The operations that can meet it: a backup writes nothing into the server, and makes nothing there. */
    Set<Operation> operations() {
        return switch (this) {
            case FILL_DISK -> EnumSet.of(Operation.REPLACE, Operation.FILL, Operation.CREATE, Operation.IMPORT);
            case TAKE_RIGHT -> EnumSet.of(Operation.REPLACE, Operation.CREATE, Operation.IMPORT, Operation.ROLL_BACK);
            default -> EnumSet.allOf(Operation.class);
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
