package io.codeb;

import java.util.List;

/**
 * What {@link CatalogService#sweep} did.
 *
 * @param removed what no backup needs and is gone, by its key from the root of the storage on
 * @param kept what no backup needs and is too young, or could not be removed, each with the reason
 */
public record SweepReport(List<String> removed, List<String> kept) {
    /** Copies the lists. */
    public SweepReport {
        removed = List.copyOf(removed);
        kept = List.copyOf(kept);
    }
}
