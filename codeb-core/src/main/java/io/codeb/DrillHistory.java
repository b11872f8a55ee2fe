package io.codeb;

import io.codeb.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What drills have found of a backup: the last one that passed, and the last one that did not.
 *
 * @param passed empty where none has passed
 * @param failed empty where none has failed
 */
public record DrillHistory(Optional<Pass> passed, Optional<Failure> failed) {
    /** Of a backup that was never in a drill. */
    public static final DrillHistory NONE = new DrillHistory(Optional.empty(), Optional.empty());

    /** What says that a backup cannot be restored, and not that a drill could not be made. */
    private static final Set<ErrorCode> AGAINST_THE_BACKUP = Set.of(
            ErrorCode.OBJECT_NOT_FOUND,
            ErrorCode.TRUNCATED,
            ErrorCode.DIGEST_MISMATCH,
            ErrorCode.CORRUPT,
            ErrorCode.MANIFEST_INVALID,
            ErrorCode.RESTORE_DIFFERS,
            ErrorCode.KEY_WRONG,
            ErrorCode.SIGNATURE_MISSING,
            ErrorCode.SIGNATURE_UNKNOWN,
            ErrorCode.SIGNATURE_WRONG,
            ErrorCode.SIGNATURE_FOREIGN,
            ErrorCode.SQL_FAILED,
            ErrorCode.COMMAND_FAILED,
            ErrorCode.DUMP_UNRECOGNIZED,
            ErrorCode.DUMP_UNSAFE);

    /** Takes no null. */
    public DrillHistory {
        Objects.requireNonNull(passed, "passed");
        Objects.requireNonNull(failed, "failed");
    }

    /**
     * A drill in which the backup was restored and proven.
     *
     * @param at when it ended
     * @param duration how long it took
     * @param image the image of the server
     * @param imageId the image's id, which names exactly this content
     * @param server the server's version
     * @param tables how many tables were compared
     * @param checksums of how many of them the contents were compared, too
     * @param rows how many rows they held
     */
    public record Pass(
            Instant at,
            Duration duration,
            String image,
            String imageId,
            String server,
            int tables,
            int checksums,
            long rows) {}

    /**
     * A drill in which it was not.
     *
     * @param at when it ended
     * @param stage what it was doing, as the event {@code Failed} has it
     * @param code what went wrong
     */
    public record Failure(Instant at, String stage, ErrorCode code) {
        /**
         * Whether it is the backup that has failed. What was in the way of the drill itself (no image, no memory, no
         * time, no key at hand) says nothing of the backup.
         *
         * @return true when the backup could not be restored
         */
        public boolean againstTheBackup() {
            return AGAINST_THE_BACKUP.contains(code);
        }
    }

    /**
     * When the backup was proven last.
     *
     * @return empty where it never was, and where it has failed since
     */
    public Optional<Instant> provenAt() {
        return passed.map(Pass::at).filter(at -> failed.filter(
                        failure -> failure.againstTheBackup() && !failure.at().isBefore(at))
                .isEmpty());
    }
}
