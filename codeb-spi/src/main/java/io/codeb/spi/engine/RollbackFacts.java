package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import java.util.List;
import java.util.Optional;

/**
 * What was put back. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param restored what is live again, as it was kept
 * @param replaced what was live before, and is kept now; empty where nothing was
 * @param notices what did not stop it and the caller should know, in the order of its happening
 * @param clean whether the run has left nothing; else it is looked for once more
 */
@CheckReturnValue
public record RollbackFacts(
        ReplacedDatabase restored, Optional<ReplacedDatabase> replaced, List<Notice> notices, boolean clean) {
    /** Copies the list. */
    public RollbackFacts {
        notices = List.copyOf(notices);
    }

    /**
     * What was put back where nothing was, by a run that has left nothing.
     *
     * @param restored what is live again, as it was kept
     * @return to be changed
     */
    public static RollbackFacts of(ReplacedDatabase restored) {
        return new RollbackFacts(restored, Optional.empty(), List.of(), true);
    }

    /**
     * Says what was live before.
     *
     * @param kept as it is kept now
     * @return a changed copy
     */
    public RollbackFacts withReplaced(Optional<ReplacedDatabase> kept) {
        return new RollbackFacts(restored, kept, notices, clean);
    }

    /**
     * Says what the caller should know.
     *
     * @param told in the order of its happening
     * @return a changed copy
     */
    public RollbackFacts withNotices(List<Notice> told) {
        return new RollbackFacts(restored, replaced, told, clean);
    }

    /**
     * Says that the run may have left something on the server: a program or a session that was lost.
     *
     * @return a changed copy
     */
    public RollbackFacts withLeftovers() {
        return new RollbackFacts(restored, replaced, notices, false);
    }
}
