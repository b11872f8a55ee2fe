/** What engines need to work with their programs: to read what one says, to know its version, to feed one. */
@NullMarked
package io.codeb.spi.tool;

import org.jspecify.annotations.NullMarked;
