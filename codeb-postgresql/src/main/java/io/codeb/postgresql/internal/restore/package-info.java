/**
 * Restores. {@code Restore} checks what can be told beforehand; {@code Aside} and {@code InPlace} are where a dump
 * goes; {@code DumpLoader} is what is loaded; {@code Proof} is what must hold before it counts, and {@code LastStep}
 * what makes it count.
 */
@NullMarked
package io.codeb.postgresql.internal.restore;

import org.jspecify.annotations.NullMarked;
