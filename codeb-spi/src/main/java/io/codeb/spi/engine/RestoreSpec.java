package io.codeb.spi.engine;

import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import org.jspecify.annotations.Nullable;

/**
 * How to restore.
 *
 * @param mode what to expect of the target, and what may be done to it
 * @param manifest what the dump must hold, or null for a dump that CodeB did not write
 * @param options what of the dump is restored, and as whose
 */
public record RestoreSpec(RestoreMode mode, @Nullable Manifest manifest, RestoreOptions options) {
    /**
     * Everything, as the dump has it.
     *
     * @param mode what to expect of the target, and what may be done to it
     * @param manifest what the dump must hold, or null for a dump that CodeB did not write
     */
    public RestoreSpec(RestoreMode mode, @Nullable Manifest manifest) {
        this(mode, manifest, RestoreOptions.AS_DUMPED);
    }
}
