package io.codeb.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Somebody who asks an application all the while, and notes what it answers. */
final class Requests implements AutoCloseable {
    private static final int PEOPLE = 2;
    private static final int MORE = 20;

    private final URI uri;
    private final Set<String> answers = new ConcurrentSkipListSet<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean over;
    private int answered;

    Requests(URI uri) {
        this.uri = uri;
    }

    /** Begins, and returns when there was an answer. */
    void begin() {
        for (int i = 0; i < PEOPLE; i++) {
            Thread thread = new Thread(this::ask, "requests-" + i);
            threads.add(thread);
            thread.start();
        }
        awaitMore();
    }

    private void ask() {
        while (!over) {
            try {
                HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
                connection.setConnectTimeout(30_000);
                connection.setReadTimeout(30_000);
                connection.setRequestProperty("Connection", "close");
                int status = connection.getResponseCode();
                try (InputStream body = connection.getInputStream()) {
                    answers.add(new String(body.readAllBytes(), StandardCharsets.UTF_8).strip());
                }
                if (status != 200) {
                    failures.add("status " + status);
                }
            } catch (IOException e) {
                failures.add(e.toString());
            }
            count();
        }
    }

    private synchronized void count() {
        answered++;
        notifyAll();
    }

    private synchronized void await(BooleanSupplier enough) {
        try {
            while (!enough.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for some more answers. */
    synchronized void awaitMore() {
        int enough = answered + MORE;
        await(() -> answered >= enough);
    }

    /** Waits until this is answered. */
    void await(String answer) {
        await(() -> answers.contains(answer));
    }

    Set<String> answers() {
        return new TreeSet<>(answers);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
