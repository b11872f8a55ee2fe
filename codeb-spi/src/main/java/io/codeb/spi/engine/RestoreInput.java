package io.codeb.spi.engine;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.spi.io.ByteSource;
import java.util.List;

/**
 * Where a dump comes from. Thread-safe: several threads may each read an entry at the same time. All of them have ended
 * when {@link DatabaseEngine#restore} returns or throws.
 */
public interface RestoreInput {
    /**
     * Lists what there is to restore.
     *
     * @return at least one entry; a dump that CodeB did not write is one of kind {@link EntryKind#DUMP}
     */
    List<EntryFacts> entries();

    /**
     * Opens an entry. The source answers its end only when every digest on record holds.
     *
     * @param entry one of {@link #entries()}
     * @return the plain bytes, to be closed
     */
    ByteSource open(EntryFacts entry);

    /**
     * The same for one of several readers, of which the first that fails cancels the others.
     *
     * @param entry one of {@link #entries()}
     * @param cancellation ends what a read waits for; cancelled by whoever has cancelled the restore, too
     * @return the plain bytes, to be closed
     */
    default ByteSource open(EntryFacts entry, Cancellation cancellation) {
        return open(entry);
    }

    /**
     * Whether an entry may be opened again once its source is closed: then the dump can be looked through before
     * anything of it is run.
     *
     * @return false unless the implementation says otherwise
     */
    default boolean opensAgain() {
        return false;
    }

    /**
     * Takes what the engine has found, in the look that it takes at the server anyway. An engine that can look says it
     * before it changes anything.
     *
     * @param check what {@link DatabaseEngine#checkRestore} would answer now
     * @throws io.codeb.error.CheckFailedException when nothing shall be restored, which the engine lets pass
     */
    default void checked(RestoreCheck check) {}

    /**
     * Tells how many rows of an entry are loaded so far. Cheap; call it as often as is handy.
     *
     * @param entry one of {@link #entries()}
     * @param rows the count so far
     */
    void progress(EntryFacts entry, long rows);

    /**
     * Hears what the engine does from here on, when that is no more reading: for people, who would otherwise see all
     * bytes read and nothing end. Said by the thread that restores.
     *
     * @param name a word or two, such as {@code build} or {@code compare}
     */
    default void stage(String name) {
        // Nobody looks.
    }

    /**
     * Hears of the one step after which the restore is done, right before it is taken; again where it is tried again.
     * Whoever finds the restore dead asks {@link DatabaseEngine#outcome} with what was said last.
     *
     * @param step names the step so that the server can tell what became of it; at most 200 characters, no secret
     * @throws io.codeb.error.CodeBException when that could not be noted; then the step is not to be taken
     */
    default void deciding(String step) {
        // Nobody will ask.
    }

    /**
     * Finds the only entry of a kind, for an engine whose dumps have one.
     *
     * @param kind which
     * @return the entry
     * @throws EngineException {@code DUMP_UNRECOGNIZED} when there are none or several
     */
    default EntryFacts only(EntryKind kind) {
        List<EntryFacts> found =
                entries().stream().filter(entry -> entry.kind() == kind).toList();
        if (found.size() != 1) {
            throw new EngineException(
                    ErrorCode.DUMP_UNRECOGNIZED,
                    "there are " + found.size() + " entries of the kind " + kind + ", and 1 is expected",
                    "the backup was made in another way than this version of the engine knows: use a newer version");
        }
        return found.get(0);
    }
}
