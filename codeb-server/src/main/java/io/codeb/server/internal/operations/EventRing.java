package io.codeb.server.internal.operations;

import io.codeb.server.internal.json.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The last events of an operation, numbered from 1. Who reads too slowly misses the oldest, and never the last one.
 * Thread-safe.
 */
final class EventRing {
    static final int KEPT = 256;

    private final Deque<Numbered> kept = new ArrayDeque<>();
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private long last;
    private boolean ended;

    /**
     * An event.
     *
     * @param number counts up
     * @param text as text/event-stream has it
     */
    record Numbered(long number, String text) {}

    /** Adds an event, and wakes up who follows. */
    void add(String name, Object data, boolean end) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = end;
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            last++;
            kept.addLast(new Numbered(last, text(last, name, data)));
        }
        followers.forEach(Runnable::run);
    }

    /** JSON as it is written here has no line feed. */
    private static String text(long number, String name, Object data) {
        return "id: " + number + "\nevent: " + name + "\ndata: " + Json.text(data) + "\n\n";
    }

    /** The first event that is kept behind another one. */
    synchronized Optional<Numbered> after(long number) {
        return kept.stream().filter(event -> event.number() > number).findFirst();
    }

    /** Whether there is none behind it, and will be none. */
    synchronized boolean endsAt(long number) {
        return ended && number >= last;
    }

    void follow(Runnable waking) {
        followers.add(waking);
    }

    void unfollow(Runnable waking) {
        followers.remove(waking);
    }
}
