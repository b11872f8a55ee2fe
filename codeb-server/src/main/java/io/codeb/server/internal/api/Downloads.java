package io.codeb.server.internal.api;

import io.codeb.server.internal.http.Answer;
import io.codeb.server.internal.http.Download;
import java.util.function.LongSupplier;

/**
 * Dumps that are taken: few at once, as each has a thread and a connection to a database or a storage for as long as
 * somebody's network likes.
 *
 * @param turnstile lets few pass
 * @param nanos tells how long somebody is waited for
 */
record Downloads(Turnstile turnstile, LongSupplier nanos) {
    /** One that is sent when it is written. */
    Answer of(String type, String file, Download.Body content) {
        return new Download(type, file, out -> turnstile.pass(() -> content.write(out)), nanos);
    }
}
