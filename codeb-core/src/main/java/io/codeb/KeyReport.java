package io.codeb;

import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import java.time.Duration;
import java.util.List;

/**
 * What {@link CatalogService#checkKeys} and {@link CatalogService#rewrap} found.
 *
 * @param keys the backups whose key was opened, and by {@code rewrap} encrypted anew
 * @param plain the backups that have no key, because they are not encrypted to one of their own
 * @param failures the backups whose key is as it was, and why; those whose manifest cannot be read are among them
 * @param duration how long it took
 */
public record KeyReport(List<BackupRef> keys, List<BackupRef> plain, List<Failure> failures, Duration duration) {
    /** Copies the lists. */
    public KeyReport {
        keys = List.copyOf(keys);
        plain = List.copyOf(plain);
        failures = List.copyOf(failures);
    }

    /**
     * Whether each encrypted backup's key was opened.
     *
     * @return true when nothing failed
     */
    public boolean ok() {
        return failures.isEmpty();
    }

    /**
     * A backup whose key was not opened, or not encrypted anew.
     *
     * @param ref which
     * @param code {@code KEY_WRONG} when no private key here opens it
     * @param reason why, for people
     */
    public record Failure(BackupRef ref, ErrorCode code, String reason) {}
}
