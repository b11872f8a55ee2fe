/**
 * What {@code dev/bench} measures: backups and restores beside those of other programs, and storages and codecs alone.
 */
@NullMarked
package io.codeb.benchmarks;

import org.jspecify.annotations.NullMarked;
