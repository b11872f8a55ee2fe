package io.codeb.postgresql.internal.restore;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a script has set in its session, so that others can be made like it. May be read by many threads. */
final class ScriptSettings {
    /** No dump sets more. */
    private static final int MOST = 200;

    private final Map<String, byte[]> byName = new LinkedHashMap<>();
    private volatile List<byte[]> all = List.of();

    /**
     * Takes a setting in the place of what was set before under its name.
     *
     * @param name what is set
     * @param statement that sets it
     */
    void set(String name, byte[] statement) {
        byName.remove(name);
        if (byName.size() < MOST) {
            byName.put(name, statement);
        }
        all = List.copyOf(byName.values());
    }

    /** The statements, in the order of the script. The list is another one when anything has changed. */
    List<byte[]> all() {
        return all;
    }

    /** Whether there are more than are kept. */
    boolean areTooMany() {
        return byName.size() == MOST;
    }
}
