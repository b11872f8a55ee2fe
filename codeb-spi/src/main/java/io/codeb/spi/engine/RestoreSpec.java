package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.ContainerCommand;
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
 * @param commands what changes it then, after those statements: each in a container of the target's runtime, told where
 *     the database is in the way that the engine's own programs are. An engine that cannot run them refuses the restore
 *     before anything is touched
 * @param checksums whether what a dump's entry of the kind {@link EntryKind#CHECKSUMS} says is compared, before what
 *     was restored counts
 * @param emptying whether all that users have made in an existing database goes first, in the transaction that loads.
 *     An engine that cannot do both or neither refuses the restore, as it does for any database that is not empty
 * @param tables patterns of the tables of an existing database that alone get the rows of the dump, instead of theirs
 *     and in one transaction; none for all that the dump has. An engine that cannot refuses the restore before anything
 *     is touched
 */
@CheckReturnValue
public record RestoreSpec(
        RestoreMode mode,
        @Nullable DumpFacts dump,
        RestoreOptions options,
        Duration keep,
        List<String> afterLoad,
        List<ContainerCommand> commands,
        boolean checksums,
        boolean emptying,
        List<String> tables) {
    /** Copies the lists. Takes no negative time. */
    public RestoreSpec {
        afterLoad = List.copyOf(afterLoad);
        commands = List.copyOf(commands);
        tables = List.copyOf(tables);
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
        return new RestoreSpec(
                mode, dump, RestoreOptions.AS_DUMPED, Duration.ZERO, List.of(), List.of(), true, false, List.of());
    }

    /**
     * Says what of the dump is restored, and as whose.
     *
     * @param chosen the options
     * @return a changed copy
     */
    public RestoreSpec withOptions(RestoreOptions chosen) {
        return new RestoreSpec(mode, dump, chosen, keep, afterLoad, commands, checksums, emptying, tables);
    }

    /**
     * Says for how long a database that is replaced is kept.
     *
     * @param time zero drops it at once
     * @return a changed copy
     */
    public RestoreSpec withKeep(Duration time) {
        return new RestoreSpec(mode, dump, options, time, afterLoad, commands, checksums, emptying, tables);
    }

    /**
     * Says what changes what was restored before anybody sees it.
     *
     * @param statements in their order
     * @return a changed copy
     */
    public RestoreSpec withAfterLoad(List<String> statements) {
        return new RestoreSpec(mode, dump, options, keep, statements, commands, checksums, emptying, tables);
    }

    /**
     * Says which commands change what was restored before anybody sees it.
     *
     * @param inContainers in their order
     * @return a changed copy
     */
    public RestoreSpec withCommands(List<ContainerCommand> inContainers) {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, inContainers, checksums, emptying, tables);
    }

    /**
     * Says that contents are not compared.
     *
     * @return a changed copy
     */
    public RestoreSpec withoutChecksums() {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, commands, false, emptying, tables);
    }

    /**
     * Says that what is in the database goes first.
     *
     * @return a changed copy
     */
    public RestoreSpec withEmptying() {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, commands, checksums, true, tables);
    }

    /**
     * Says which tables alone get the rows of the dump.
     *
     * @param patterns at least one, as a backup of some tables has them
     * @return a changed copy
     */
    public RestoreSpec withTables(List<String> patterns) {
        return new RestoreSpec(mode, dump, options, keep, afterLoad, commands, checksums, emptying, patterns);
    }
}
