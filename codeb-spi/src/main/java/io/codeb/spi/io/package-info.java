/** Byte streams whose end is said, never implied, and the threads that move them: the ground of all that is behind. */
@NullMarked
package io.codeb.spi.io;

import org.jspecify.annotations.NullMarked;
