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
 */
@CheckReturnValue
public record RollbackFacts(ReplacedDatabase restored, Optional<ReplacedDatabase> replaced, List<Notice> notices) {
    /** Copies the list. */
    public RollbackFacts {
        notices = List.copyOf(notices);
    }

    /**
     * What was put back where nothing was.
     *
     * @param restored what is live again, as it was kept
     * @return to be changed
     */
    public static RollbackFacts of(ReplacedDatabase restored) {
        return new RollbackFacts(restored, Optional.empty(), List.of());
    }

    /**
     * Says what was live before.
     *
     * @param kept as it is kept now
     * @return a changed copy
     */
    public RollbackFacts withReplaced(Optional<ReplacedDatabase> kept) {
        return new RollbackFacts(restored, kept, notices);
    }

    /**
     * Says what the caller should know.
     *
     * @param told in the order of its happening
     * @return a changed copy
     */
    public RollbackFacts withNotices(List<Notice> told) {
        return new RollbackFacts(restored, replaced, told);
    }
}
