package io.codeb.spi.engine;

import io.codeb.model.Manifest;
import io.codeb.model.RestoreMode;
import org.jspecify.annotations.Nullable;

/**
 * How to restore.
 *
 * @param mode what to expect of the target, and what may be done to it
 * @param manifest what the dump must hold, or null for a dump that CodeB did not write
 */
public record RestoreSpec(RestoreMode mode, @Nullable Manifest manifest) {}
