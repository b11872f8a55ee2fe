package io.codeb.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** People who ask an application all the while, and note what it answers and since when it does not. */
final class Visitors implements AutoCloseable {
    private static final int PEOPLE = 2;
    private static final int MORE = 20;
    private static final long READING = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpRequest request;
    private final Pattern good;
    private final Set<String> answers = new TreeSet<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private long firstFailure;
    private Duration failing = Duration.ZERO;
    private int asked;
    private boolean over;

    /**
     * Does nothing yet.
     *
     * @param good what an answer must be, without the line's end
     */
    Visitors(URI uri, String good) {
        this.request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        this.good = Pattern.compile(good);
    }

    void begin() {
        for (int i = 0; i < PEOPLE; i++) {
            Thread thread = new Thread(this::ask, "visitor-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void ask() {
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        while (!isOver()) {
            try {
                HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                note(response.statusCode(), response.body().strip());
            } catch (IOException e) {
                note(0, e.toString());
            } catch (InterruptedException e) {
                return;
            }
            if (!reads()) {
                return;
            }
        }
    }

    /** Nobody asks without a break: whoever does has all of a small machine. */
    private static boolean reads() {
        try {
            TimeUnit.MILLISECONDS.sleep(READING);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    private synchronized void note(int status, String body) {
        if (status == 200 && good.matcher(body).matches()) {
            answers.add(body);
            firstFailure = 0;
        } else {
            failures.add(status + " " + body);
            firstFailure = firstFailure == 0 ? System.nanoTime() : firstFailure;
            Duration now = Duration.ofNanos(System.nanoTime() - firstFailure);
            failing = now.compareTo(failing) > 0 ? now : failing;
        }
        asked++;
        notifyAll();
    }

    private synchronized void await(String what, BooleanSupplier enough) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!enough.getAsBoolean()) {
                if (System.nanoTime() >= deadline) {
                    throw new AssertionError(what + "; they got " + answers + " and " + failures);
                }
                wait(100);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until somebody gets this. */
    void await(String answer) {
        await("nobody gets " + answer, () -> answers.contains(answer));
    }

    /** Waits for some more answers. */
    synchronized void awaitMore() {
        int enough = asked + MORE;
        await("nobody gets more", () -> asked >= enough);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** The longest time in which nobody got a good answer. */
    synchronized Duration failing() {
        return failing;
    }

    synchronized Set<String> answers() {
        return new TreeSet<>(answers);
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
        }
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
