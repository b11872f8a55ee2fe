package io.codeb.internal.repository;

import io.codeb.DrillHistory;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What drills have found of the backups of one repository: a small object for each, {@code <project>/drills/<backup
 * id>}, written anew by each drill. Thread-safe.
 */
public final class DrillNotes {
    private static final Logger LOG = LoggerFactory.getLogger(DrillNotes.class);

    private final StorageBackend storage;
    private final NotesFolder folder;

    DrillNotes(BackupStore store) {
        this.storage = store.storage();
        this.folder = new NotesFolder(store, "drills");
    }

    /**
     * Lists the backups that were in a drill.
     *
     * @param project whose
     * @return their ids, of which some may be deleted
     */
    public List<BackupId> ids(String project) {
        return folder.ids(project);
    }

    /**
     * Reads what is known of a backup.
     *
     * @param project whose
     * @param id which
     * @return nothing where no drill was made, or its note cannot be read, which is logged
     */
    public DrillHistory find(String project, BackupId id) {
        ObjectKey key = Layout.drill(project, id);
        try {
            return SmallJson.find(storage, key, Content.class)
                    .map(Content::toHistory)
                    .orElse(DrillHistory.NONE);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is no note of a drill that can be read", key);
            return DrillHistory.NONE;
        }
    }

    /**
     * Notes that a backup was proven. A failure before stays on record.
     *
     * @param project whose
     * @param id which
     * @param pass how
     */
    public void passed(String project, BackupId id, DrillHistory.Pass pass) {
        write(project, id, new DrillHistory(Optional.of(pass), find(project, id).failed()));
    }

    /**
     * Notes that a drill has failed. A proof before stays on record.
     *
     * @param project whose
     * @param id which
     * @param failure how
     */
    public void failed(String project, BackupId id, DrillHistory.Failure failure) {
        write(project, id, new DrillHistory(find(project, id).passed(), Optional.of(failure)));
    }

    private void write(String project, BackupId id, DrillHistory history) {
        folder.write(project, id, Content.of(history));
    }

    NotesFolder folder() {
        return folder;
    }

    /** What a note holds. */
    record Content(@Nullable Pass passed, @Nullable Failure failed) {
        static Content of(DrillHistory history) {
            return new Content(
                    history.passed().map(Pass::of).orElse(null),
                    history.failed().map(Failure::of).orElse(null));
        }

        DrillHistory toHistory() {
            return new DrillHistory(
                    Optional.ofNullable(passed).map(Pass::toPass),
                    Optional.ofNullable(failed).map(Failure::toFailure));
        }
    }

    /** A drill that passed. */
    record Pass(
            Instant at,
            long millis,
            String image,
            String imageId,
            String server,
            int tables,
            @Nullable Integer checksums,
            long rows) {
        Pass {
            Objects.requireNonNull(at);
            Objects.requireNonNull(image);
            Objects.requireNonNull(imageId);
            Objects.requireNonNull(server);
        }

        static Pass of(DrillHistory.Pass pass) {
            return new Pass(
                    pass.at(),
                    pass.duration().toMillis(),
                    pass.image(),
                    pass.imageId(),
                    pass.server(),
                    pass.tables(),
                    pass.checksums(),
                    pass.rows());
        }

        DrillHistory.Pass toPass() {
            int compared = checksums == null ? 0 : checksums;
            return new DrillHistory.Pass(at, Duration.ofMillis(millis), image, imageId, server, tables, compared, rows);
        }
    }

    /** A drill that failed. */
    record Failure(Instant at, String stage, String code) {
        Failure {
            Objects.requireNonNull(at);
            Objects.requireNonNull(stage);
            Objects.requireNonNull(code);
        }

        static Failure of(DrillHistory.Failure failure) {
            return new Failure(failure.at(), failure.stage(), failure.code().name());
        }

        DrillHistory.Failure toFailure() {
            return new DrillHistory.Failure(at, stage, ErrorCode.valueOf(code));
        }
    }
}
