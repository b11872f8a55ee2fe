package io.codeb.deploy;

import io.codeb.model.BackupRef;
import io.codeb.model.RowDifference;
import java.time.Instant;
import java.util.List;

/** Something that happened in a guard. */
public sealed interface GuardEvent {
    /**
     * Which guard.
     *
     * @return {@link GuardReport#id()}
     */
    String id();

    /**
     * A step begins.
     *
     * @param id which guard
     * @param kind what is done
     * @param detail on what, for people
     * @param at when
     */
    record StepBegan(String id, GuardStep.Kind kind, String detail, Instant at) implements GuardEvent {}

    /**
     * A step has ended.
     *
     * @param id which guard
     * @param step how
     */
    record StepEnded(String id, GuardStep step) implements GuardEvent {}

    /**
     * There is a backup to roll back to.
     *
     * @param id which guard
     * @param ref made, or found and proven
     */
    record BackedUp(String id, BackupRef ref) implements GuardEvent {}

    /**
     * The database will be rolled back now.
     *
     * @param id which guard
     * @param differences as {@link GuardReport#differences()}: what was written since, and will not be live any more
     * @param counted whether it could be counted
     */
    record RollingBack(String id, List<RowDifference> differences, boolean counted) implements GuardEvent {
        /** Copies the list. */
        public RollingBack {
            differences = List.copyOf(differences);
        }
    }
}
