/** What {@code dev/bench storage} measures: storages and codecs alone, beside programs that do the same. */
@NullMarked
package io.codeb.benchmarks;

import org.jspecify.annotations.NullMarked;
