package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to restore. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param mode what to expect of the target, and what may be done to it
 * @param dump what the engine said of the dump when it made it, or null for a dump that CodeB did not write
 * @param options what of the dump is restored, and as whose
 * @param keep for how long a database that is replaced is kept, to be put back; zero drops it at once. An engine that
 *     has no {@link Replacements} drops it in any case
 * @param afterLoad statements that change what was restored before anybody sees it, once it is proven. An engine that
 *     cannot run them refuses the restore before anything is touched
 * @param checksums whether what a dump's entry of the kind {@link EntryKind#CHECKSUMS} says is compared, before what
 *     was restored counts
 * @param emptying whether all that users have made in an existing database goes first, in the transaction that loads.
 *     An engine that cannot do both or neither refuses the restore, as it does for any database that is not empty
 */
@CheckReturnValue
public record RestoreSpec(
        RestoreMode mode,
        @Nullable DumpFacts dump,
        RestoreOptions options,
        Duration keep,
        List<String> afterLoad,
        boolean checksums,
        boolean emptying) {
    /** Copies the list. Takes no negative time. */
    public RestoreSpec {
        afterLoad = List.copyOf(afterLoad);
        if (keep.isNegative()) {
            throw new IllegalArgumentException("a database is not kept for a negative time: " + keep);
        }
    }

    /**
     * Everything, as the dump has it, compared with all that the dump says; what is replaced is dropped.
     *
     * @param mode what to expect of the target, and what may be done to it
     * @param dump what the engine said of the dump when it made it, or null for a dump that CodeB did not write
     * @return to be changed
     */
    public static RestoreSpec of(RestoreMode mode, @Nullable DumpFacts dump) {
        return new RestoreSpec(mode, dump, RestoreOptions.AS_DUMPED, Duration.ZERO, List.of(), true, false);
    }

    /**
     * Says what of the dump is restored, and as whose.
     *
     * @param chosen the options
     * @return a changed copy
     */
    public RestoreSpec withOptions(RestoreOptions chosen) {
        return new RestoreSpec(mode, dump, chosen, keep, afterLoad, checksums, emptying);
    }

    /**
     * Says for how long a database that is replaced is kept.
     *
     * @param time zero drops it at once
     * @return a changed copy
     */
    public RestoreSpec withKeep(Duration time) {
        return new RestoreSpec(mode, dump, options, time, afterLoad, checksums, emptying);
    }

    /**
     * Says what changes what was restored before anybody sees it.
     *
     * @param statements in their order
     * @return a changed copy
     */
    public RestoreSpec withAfterLoad(List<String> statements) {
        return new RestoreSpec(mode, dump, options, keep, statements, checksums, emptying);
    }

    /**
     * Says that contents are not compared.
     *
     * @return a changed copy
     */
    public RestoreSpec withoutChecksums() {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, false, emptying);
    }

    /**
     * Says that what is in the database goes first.
     *
     * @return a changed copy
     */
    public RestoreSpec withEmptying() {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, checksums, true);
    }
}
