/** Byte streams whose end is said, never implied: the ground of every other extension point. */
@NullMarked
package io.codeb.spi.io;

import org.jspecify.annotations.NullMarked;
