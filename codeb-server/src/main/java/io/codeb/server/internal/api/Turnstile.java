package io.codeb.server.internal.api;

import io.codeb.server.internal.http.Refusal;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/** Lets few at once do what takes a thread for as long as somebody's network likes. Thread-safe. */
final class Turnstile {
    private static final int AT_ONCE = 4;

    private final String what;
    private final Semaphore free = new Semaphore(AT_ONCE);

    Turnstile(String what) {
        this.what = what;
    }

    <T> T pass(Callable<T> work) throws Exception {
        if (!free.tryAcquire()) {
            throw Refusal.TOO_MANY_REQUESTS.because(what, AT_ONCE);
        }
        try {
            return work.call();
        } finally {
            free.release();
        }
    }
}
