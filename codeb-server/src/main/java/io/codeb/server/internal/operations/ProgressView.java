package io.codeb.server.internal.operations;

import io.codeb.event.Event;

/**
 * How far an operation is.
 *
 * @param entry which stream of the backup
 * @param bytes plain bytes of it so far
 * @param storedBytes how many went to the storage for them; -1 when none go there
 * @param totalBytes about how many plain ones there will be; -1 when nobody knows
 * @param rows rows of it so far
 * @param doneBytes plain bytes of all entries of this stage so far: what a bar shows
 * @param allBytes about how many that will be; -1 when nobody knows
 */
public record ProgressView(
        String entry, long bytes, long storedBytes, long totalBytes, long rows, long doneBytes, long allBytes) {
    static ProgressView of(Event.Progress progress) {
        return new ProgressView(
                progress.entry(),
                progress.bytes(),
                progress.storedBytes(),
                progress.totalBytes(),
                progress.rows(),
                progress.doneBytes(),
                progress.allBytes());
    }
}
