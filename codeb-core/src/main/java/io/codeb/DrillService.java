package io.codeb;

import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import java.util.Objects;

/**
 * Proves that backups can be restored, by restoring them: each into a server in a container of its own, which has no
 * network and is thrown away. Thread-safe.
 */
public interface DrillService {
    /**
     * Restores a backup into a container that is thrown away, and compares what is there with what is on record. What
     * was found is noted beside the backup, whether it passed or not: {@link Backup#drills()}. When this returns or
     * throws, the container is gone, with all that was in it; where its process is killed, it goes with the next run of
     * the project, or {@link DatabaseService#cleanUp(String)}.
     *
     * @param request which backup, and what the container may take
     * @param cancellation ends it early, which is not noted
     * @return the proof
     * @throws io.codeb.error.ContainerException {@code IMAGE_NOT_FOUND} when the image is not where the container is to
     *     be: nothing is pulled; {@code CONTAINER_EXHAUSTED} when it had too little memory; {@code EXEC_TIMEOUT} when
     *     the time was over
     * @throws io.codeb.error.EngineException {@code TARGET_LACKS} when the image lacks an extension, {@code
     *     TARGET_FULL} when its disk was full, {@code VERSION_MISMATCH} when it is older than the backup's server
     * @throws io.codeb.error.IntegrityException when the backup is damaged, or not signed as its repository asks
     * @throws io.codeb.error.ConfigException when the backup's project is not configured, it is not said where drills
     *     are made, or its engine makes none; {@code KEY_MISSING} when it is encrypted and there is no private key here
     * @throws io.codeb.error.CodeBException also when it failed in another way
     */
    default DrillResult run(DrillRequest request, Cancellation cancellation) {
        return run(request, DrillWork.NONE, cancellation);
    }

    /**
     * Makes a drill, as {@link #run(DrillRequest, Cancellation)} does, and lets something be done with its server
     * before that is gone: a migration tried, or tests run. The time of the request is for both.
     *
     * @param request which backup, and what the container may take
     * @param work what is done, on a thread of CodeB's own; what it throws is thrown by this
     * @param cancellation ends it early
     * @return the proof
     */
    DrillResult run(DrillRequest request, DrillWork work, Cancellation cancellation);

    /**
     * Makes a drill, as {@link #run(DrillRequest, Cancellation)} does, and cannot be cancelled.
     *
     * @param request which backup, and what the container may take
     * @return the proof
     */
    default DrillResult run(DrillRequest request) {
        return run(request, new Cancellation());
    }

    /**
     * Makes a drill with a backup as {@link DrillRequest} has it, and cannot be cancelled.
     *
     * @param backup which
     * @return the proof
     */
    default DrillResult run(BackupRef backup) {
        return run(DrillRequest.of(Objects.requireNonNull(backup, "backup")));
    }

    /**
     * Makes a drill with the only backup that has an id, and cannot be cancelled.
     *
     * @param backup which
     * @return the proof
     */
    default DrillResult run(BackupId backup) {
        return run(DrillRequest.of(Objects.requireNonNull(backup, "backup")));
    }
}
