package io.codeb.it.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What there is on a server, each database by a digest of what is in it and what it is.
 *
 * @param live the live one
 * @param empty the one that a restore fills
 * @param fresh the one that a restore makes
 * @param kept those that were replaced and are kept, in no order that means anything
 * @param others the names of all others
 */
record State(String live, String empty, String fresh, List<String> kept, List<String> others) {
    static final String ABSENT = "absent";
    static final String KEPT = "codeb_old_";

    static State of(Map<String, String> databases) {
        List<String> kept = new ArrayList<>();
        List<String> others = new ArrayList<>();
        databases.forEach((name, look) -> {
            switch (name) {
                case Operation.LIVE, Operation.EMPTY, Operation.NEW -> {}
                default -> {
                    if (name.startsWith(KEPT)) {
                        kept.add(look);
                    } else {
                        others.add(name);
                    }
                }
            }
        });
        kept.sort(null);
        return new State(
                databases.getOrDefault(Operation.LIVE, ABSENT),
                content(databases.getOrDefault(Operation.EMPTY, ABSENT)),
                databases.getOrDefault(Operation.NEW, ABSENT),
                kept,
                others);
    }

    /** What is filled keeps what it is besides its objects. */
    private static String content(String look) {
        return look.replaceFirst("/.*", "");
    }

    /**
     * What it is when an operation has been done.
     *
     * @param restored what the backup or the archive holds that is restored
     */
    State after(Operation operation, String restored) {
        return switch (operation) {
            case BACKUP, RECOVER -> this;
            case REPLACE -> {
                List<String> more = new ArrayList<>(kept);
                more.add(live);
                more.sort(null);
                yield new State(restored, empty, fresh, more, others);
            }
            case FILL -> new State(live, content(restored), fresh, kept, others);
            case CREATE, IMPORT -> new State(live, empty, restored, kept, others);
            case ROLL_BACK -> new State(kept.get(0), empty, fresh, List.of(live), others);
        };
    }
}
