package io.codeb.spi.engine;

import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import org.jspecify.annotations.Nullable;

/**
 * How to restore.
 *
 * @param mode what to expect of the target, and what may be done to it
 * @param dump what the engine said of the dump when it made it, or null for a dump that CodeB did not write
 * @param options what of the dump is restored, and as whose
 */
public record RestoreSpec(RestoreMode mode, @Nullable DumpFacts dump, RestoreOptions options) {
    /**
     * Everything, as the dump has it.
     *
     * @param mode what to expect of the target, and what may be done to it
     * @param dump what the engine said of the dump when it made it, or null for a dump that CodeB did not write
     */
    public RestoreSpec(RestoreMode mode, @Nullable DumpFacts dump) {
        this(mode, dump, RestoreOptions.AS_DUMPED);
    }
}
