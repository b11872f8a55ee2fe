package io.codeb;

import io.codeb.model.BackupRef;
import java.time.Duration;
import java.util.List;

/**
 * What {@link CatalogService#verify} found.
 *
 * @param backup which backup
 * @param problems what is wrong with it, one sentence each; empty when it is whole
 * @param orphans the keys, from the root of the storage on, of objects in its folder that it does not name; they do no
 *     harm
 * @param decoded whether the content was proven, too; false where the backup is encrypted and no private key is here
 *     that opens it, so that only what is stored was compared
 * @param bytesRead how much was read, in bytes as stored
 * @param duration how long it took
 */
public record VerifyReport(
        BackupRef backup,
        List<String> problems,
        List<String> orphans,
        boolean decoded,
        long bytesRead,
        Duration duration) {
    /** Copies the lists. */
    public VerifyReport {
        problems = List.copyOf(problems);
        orphans = List.copyOf(orphans);
    }

    /**
     * Whether the backup is whole, as far as that can be told here: {@link #decoded()}.
     *
     * @return true when nothing is wrong
     */
    public boolean ok() {
        return problems.isEmpty();
    }
}
