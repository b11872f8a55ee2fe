/** Sinks and sources in memory that hold their users to the contract of {@link io.codeb.spi.io}. */
@NullMarked
package io.codeb.tck.io;

import org.jspecify.annotations.NullMarked;
