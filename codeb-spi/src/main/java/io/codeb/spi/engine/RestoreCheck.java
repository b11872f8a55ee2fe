package io.codeb.spi.engine;

import io.codeb.error.Finding;
import io.codeb.model.CheckReturnValue;
import java.util.List;

/**
 * What an engine sees before it restores. Begin with {@link #of}, so that a component that joins later changes nothing
 * for you.
 *
 * @param findings what stands in the way, and what the caller should know
 */
@CheckReturnValue
public record RestoreCheck(List<Finding> findings) {
    /** Copies the list. */
    public RestoreCheck {
        findings = List.copyOf(findings);
    }

    /**
     * A look at a server.
     *
     * @param findings what stands in the way, and what the caller should know
     * @return to be changed
     */
    public static RestoreCheck of(List<Finding> findings) {
        return new RestoreCheck(findings);
    }
}
