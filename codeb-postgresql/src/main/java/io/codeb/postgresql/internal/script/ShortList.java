package io.codeb.postgresql.internal.script;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a message: the first of them, and how many more there are. */
public final class ShortList {
    private static final int TOLD = 20;

    private ShortList() {}

    public static String of(Collection<String> names) {
        int more = names.size() - TOLD;
        return names.stream().limit(TOLD).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
