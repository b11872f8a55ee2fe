package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.RowDifference;
import java.util.List;

/**
 * What would be put back. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param restored what would be live again, as it is kept
 * @param differences the tables that have other numbers of rows in both, in the order of their names
 */
@CheckReturnValue
public record RollbackCheck(ReplacedDatabase restored, List<RowDifference> differences) {
    /** Copies the list. */
    public RollbackCheck {
        differences = List.copyOf(differences);
    }

    /**
     * What would be put back, and how it differs.
     *
     * @param restored what would be live again, as it is kept
     * @param differences the tables that have other numbers of rows in both, in the order of their names
     * @return to be changed
     */
    public static RollbackCheck of(ReplacedDatabase restored, List<RowDifference> differences) {
        return new RollbackCheck(restored, differences);
    }
}
