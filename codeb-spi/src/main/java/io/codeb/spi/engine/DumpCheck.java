package io.codeb.spi.engine;

import io.codeb.error.Finding;
import io.codeb.model.CheckReturnValue;
import java.util.List;

/**
 * What an engine sees before it dumps. Begin with {@link #of}, so that a component that joins later changes nothing for
 * you.
 *
 * @param findings what stands in the way, and what the caller should know
 * @param databaseBytes how large the database is, as {@link io.codeb.model.Manifest.DatabaseSummary} has it; 0 where
 *     nobody knows
 * @param emptyBytes about how large a database is in which there is nothing yet: what does not come into a dump
 * @param expectedBytes about how large the dump will be, before any codec; -1 where nobody knows
 */
@CheckReturnValue
public record DumpCheck(List<Finding> findings, long databaseBytes, long emptyBytes, long expectedBytes) {
    /** Copies the list. */
    public DumpCheck {
        findings = List.copyOf(findings);
    }

    /**
     * A look at a database of which nobody knows how large it is.
     *
     * @param findings what stands in the way, and what the caller should know
     * @return to be changed
     */
    public static DumpCheck of(List<Finding> findings) {
        return new DumpCheck(findings, 0, 0, -1);
    }

    /**
     * Adds what is known of sizes.
     *
     * @param database how large the database is; 0 where nobody knows
     * @param empty about how large one is in which there is nothing yet
     * @param expected about how large the dump will be, before any codec; -1 where nobody knows
     * @return a changed copy
     */
    public DumpCheck withSizes(long database, long empty, long expected) {
        return new DumpCheck(findings, database, empty, expected);
    }
}
