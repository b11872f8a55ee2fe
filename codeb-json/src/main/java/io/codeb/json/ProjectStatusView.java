package io.codeb.json;

import io.codeb.status.FailedRun;
import io.codeb.status.KnownBackup;
import io.codeb.status.ProjectStatus;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the backups of a project are.
 *
 * @param project its name
 * @param repository in which repository
 * @param state {@code OK}, {@code WARNING} or another, as docs/operations.md has them
 * @param late whether one should have been made that was not
 * @param lastBackup the id of the newest
 * @param startedAt when that began
 * @param durationMillis how long that took
 * @param storedSize bytes of that in the storage
 * @param records rows of that
 * @param lastProvenAt when a drill has restored that
 * @param provenAt when a drill has last restored any
 * @param backups how many there are
 * @param unreadable how many cannot be read
 * @param totalStoredSize bytes of all in the storage
 * @param growthBytes by how much they grow; null where nobody knows
 * @param runningSince since when one is made; null where none is
 * @param failure how the last one failed since; null where none has
 * @param failedAt when that was
 * @param nextRun when the next one is due; null where none is
 * @param problem why nothing else is known; null where it is
 */
public record ProjectStatusView(
        String project,
        String repository,
        String state,
        boolean late,
        @Nullable String lastBackup,
        @Nullable Instant startedAt,
        @Nullable Long durationMillis,
        @Nullable Long storedSize,
        @Nullable Long records,
        @Nullable Instant lastProvenAt,
        @Nullable Instant provenAt,
        int backups,
        int unreadable,
        long totalStoredSize,
        @Nullable Long growthBytes,
        @Nullable Instant runningSince,
        @Nullable FailureView failure,
        @Nullable Instant failedAt,
        @Nullable Instant nextRun,
        @Nullable String problem) {
    /**
     * Makes it of what the library answers.
     *
     * @param status as the library has it
     * @return the same as JSON has it
     */
    public static ProjectStatusView of(ProjectStatus status) {
        Optional<KnownBackup> last = status.last();
        return new ProjectStatusView(
                status.project(),
                status.repository(),
                status.state().name(),
                status.late(),
                last.map(backup -> backup.id().value()).orElse(null),
                last.map(KnownBackup::startedAt).orElse(null),
                last.map(backup -> backup.duration().toMillis()).orElse(null),
                last.map(KnownBackup::storedBytes).orElse(null),
                last.map(KnownBackup::rows).orElse(null),
                last.flatMap(KnownBackup::provenAt).orElse(null),
                status.provenAt().orElse(null),
                status.backups(),
                status.unreadable(),
                status.storedBytes(),
                status.growth().map(ProjectStatus.Growth::bytes).orElse(null),
                status.runningSince().orElse(null),
                status.failure()
                        .map(failed ->
                                new FailureView(failed.stage(), failed.code().name(), failed.message()))
                        .orElse(null),
                status.failure().map(FailedRun::failedAt).orElse(null),
                status.nextRun().orElse(null),
                status.problem().orElse(null));
    }
}
