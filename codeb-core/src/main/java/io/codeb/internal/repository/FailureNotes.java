package io.codeb.internal.repository;

import io.codeb.error.ErrorCode;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.WriteMode;
import io.codeb.status.FailedRun;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That the last backup of a project has failed, where there is no manifest to tell it: one small object for each
 * project, {@code <project>/state/backup-failed}, written anew by each failure and gone with the next backup.
 * Thread-safe.
 */
public final class FailureNotes {
    private static final Logger LOG = LoggerFactory.getLogger(FailureNotes.class);
    private static final int MAX_TEXT = 300;

    private final StorageBackend storage;

    FailureNotes(StorageBackend storage) {
        this.storage = storage;
    }

    private static ObjectKey key(String project) {
        return Layout.beside(project, "state").child("backup-failed");
    }

    /**
     * Reads it.
     *
     * @param project whose
     * @return empty where none has failed since the last backup, or the note cannot be read, which is logged
     */
    public Optional<FailedRun> find(String project) {
        try {
            return SmallJson.find(storage, key(project), Content.class).map(Content::toFailure);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is no note of a failure that can be read", key(project));
            return Optional.empty();
        }
    }

    /**
     * Notes a failure.
     *
     * @param project whose
     * @param failure which; how many in a row is counted here
     */
    public void put(String project, FailedRun failure) {
        int before = find(project).map(FailedRun::inARow).orElse(0);
        Content content = new Content(
                failure.startedAt(),
                failure.failedAt(),
                cut(failure.stage()),
                failure.code().name(),
                cut(failure.message()),
                Math.max(before, before + 1));
        storage.put(key(project), WriteMode.REPLACE, SmallJson.write(content));
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "…" : line;
    }

    /**
     * Forgets it, as there is a backup.
     *
     * @param project whose
     */
    public void clear(String project) {
        storage.delete(key(project));
    }

    /** What a note holds. */
    record Content(Instant startedAt, Instant failedAt, String stage, String code, String message, int inARow) {
        Content {
            Objects.requireNonNull(startedAt);
            Objects.requireNonNull(failedAt);
            Objects.requireNonNull(stage);
            Objects.requireNonNull(code);
            Objects.requireNonNull(message);
        }

        FailedRun toFailure() {
            return new FailedRun(startedAt, failedAt, stage, ErrorCode.valueOf(code), message, inARow);
        }
    }
}
