/**
 * The pieces that bytes pass on their way, each by itself in memory, measured by JMH: no server, no disk, no network.
 * {@link io.codeb.benchmarks.pieces.Pieces} runs them.
 */
@NullMarked
package io.codeb.benchmarks.pieces;

import org.jspecify.annotations.NullMarked;
